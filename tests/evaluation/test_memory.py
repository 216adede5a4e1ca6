"""Memory does not grow with the articles: what is held of one that is done is a few numbers."""

from __future__ import annotations

import gc
import tracemalloc
from pathlib import Path

import pytest

import summbench
from summbench.core import text
from summbench.datasets import columns
from summbench.metrics import length
from summbench.metrics.rouge import metric
from tests.commands import jsonl

_CHUNK = 50  # a chunk leaves some 4 kB of its own
_FEW, _MANY = 2 * _CHUNK, 14 * _CHUNK


def _measure_held(folder: Path, count: int) -> int:
    """Bytes that are held when the last chunk is scored; all texts are distinct."""
    rows = [
        {
            "id": f"{i}",
            "document": " ".join(f"Word{i * k % 97} fell on item {i}." for k in range(1, 80)),
            "references": [f"Item {i} has {i % 97} words and one more. It fell again."],
        }
        for i in range(count)
    ]
    path = jsonl(folder / f"news{count}.jsonl", rows)
    del rows
    held = 0

    def look(label: str, done: int, total: int) -> None:
        nonlocal held
        if label == "scoring length" and not done:
            gc.collect()
            held = tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        summbench.evaluate(
            ["lead3", "random3"], path, ["rouge", "length"], chunk_size=_CHUNK, n_examples=5,
            primary="rouge.rouge2_f", columns=[], out=folder / f"run{count}", progress=look,
        )  # fmt: skip
    finally:
        tracemalloc.stop()
    return held


@pytest.mark.slow
def test_an_article_that_is_done_leaves_its_hash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text, "_LONGEST_CACHED", 0)  # caches of a fixed size are kept small
    monkeypatch.setattr(columns, "MAX_EXAMPLES_IN_MEMORY", _CHUNK)
    monkeypatch.setattr(length, "_MAX_CACHED_REFERENCES", _CHUNK)
    monkeypatch.setattr(metric, "_MAX_CACHED_REFERENCES", _CHUNK)
    _measure_held(tmp_path, _FEW)  # imports, and fills caches of the process
    few, many = _measure_held(tmp_path, _FEW), _measure_held(tmp_path, _MANY)
    assert (many - few) / (_MANY - _FEW) < 500  # bytes; the texts alone have some 2,300
