"""What a metric counts for its scores is in run.json, whether they are new or from the store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

import summbench
from summbench.store.parts import add_mark, build_part_name, serialize_table
from summbench.store.shapes import SHAPES
from tests.commands import rows

_METRICS = ["rouge", "rouge_155"]


def _evaluate(store: Path, n_articles: int = 20) -> dict[str, dict[str, Any]]:
    articles = [{**row, "references": ["\u732b"] if i < 3 else row["references"]}
                for i, row in enumerate(rows(n_articles))]  # fmt: skip
    run = summbench.evaluate(["lead1", "lead3"], {"news": articles}, _METRICS, store=store)
    return {name: run.data.run_metadata.metrics[name].settings or {} for name in _METRICS}


def test_a_run_from_the_store_has_the_counts_of_the_run_that_made_it(tmp_path: Path) -> None:
    first = _evaluate(tmp_path)
    # 34 pairs of a summary and a reference in Latin script, fewer than the 64 that are checked
    # first; three articles of two systems have no other reference.
    for metric in _METRICS:
        assert first[metric]["checked_against_rouge_score"] == 34
        assert first[metric]["references_in_another_script"] == 6
    assert _evaluate(tmp_path) == first


def test_a_run_of_some_of_the_articles_has_their_counts_alone(tmp_path: Path) -> None:
    _evaluate(tmp_path)
    part = _evaluate(tmp_path, 5)["rouge"]
    assert (part["checked_against_rouge_score"], part["references_in_another_script"]) == (4, 6)


def test_scores_that_were_stored_without_counts_are_counted_as_such(tmp_path: Path) -> None:
    # As a version before counts wrote them: the same part, stored again without these columns.
    first = _evaluate(tmp_path)
    [folder] = (tmp_path / "scores").glob("rouge-*")
    [part] = folder.glob("*.parquet")
    table = pq.read_table(part)
    names = [name for name in table.column_names if ":" not in name]
    assert len(names) == len(table.column_names) - 2
    part.unlink()
    data = serialize_table(add_mark(table.select(names), SHAPES["scores"], {}))
    (folder / build_part_name(data, 1)).write_bytes(data)
    later = _evaluate(tmp_path)
    assert later["rouge_155"] == first["rouge_155"]
    assert later["rouge"]["scores_stored_without_counts"] == 40
    assert "checked_against_rouge_score" not in later["rouge"]
