"""Which articles of a run are kept, with their texts: those on which its systems differ most."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import count
from math import isnan
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
from summbench.core.records import Example, TaskResult
from summbench.runs import files
from summbench.store.atomic_parquet import AtomicParquetWriter

SCHEMA = pa.schema(
    [
        ("dataset", pa.string()),
        ("article_id", pa.string()),
        ("document", pa.string()),
        ("references", pa.list_(pa.string())),
        ("spread", pa.float64()),
    ]
)


class _Candidate(NamedTuple):
    """What sorts an article among those that may be kept: the widest spread, the lowest mean."""

    spread: float
    low: float
    place: int
    dataset: str
    example: Example


class ExampleWriter:
    """`most` articles of each dataset (None: all), given window by window, as `examples.parquet`.

    The spread of an article is the highest less the lowest score of the `ranked` models on the
    primary metric; of two articles with the same, the one with the lower scores is kept.
    """

    def __init__(
        self, folder: Path, most: int | None, primary: str, ranked: Collection[str]
    ) -> None:
        self._path = folder / files.EXAMPLES
        self._most, self._primary, self._ranked = most, primary, ranked
        self._file = AtomicParquetWriter(self._path)
        self._best: dict[str, list[_Candidate]] = {}
        self._places = count()

    def __enter__(self) -> ExampleWriter:
        return self

    def __exit__(self, *raised: object) -> None:
        self._file.abandon()

    def add(self, examples: Mapping[str, Sequence[Example]], cells: Sequence[TaskResult]) -> None:
        """One window."""
        for dataset, found in examples.items():
            mine = [c for c in cells if c.dataset == dataset and c.model in self._ranked]
            columns = [c.scores[self._primary] for c in mine if self._primary in c.scores]
            candidates = self._candidates(dataset, found, columns)
            if self._most is None:
                self._write(list(candidates))
                continue
            best = self._best.setdefault(dataset, [])
            best[:] = heapq.nlargest(self._most, [*best, *candidates])

    def _candidates(
        self, dataset: str, examples: Sequence[Example], columns: Sequence[Sequence[float]]
    ) -> Iterator[_Candidate]:
        for i, example in enumerate(examples):
            scores = [column[i] for column in columns if not isnan(column[i])]
            spread = max(scores) - min(scores) if scores else 0.0
            low = -sum(scores) / len(scores) if scores else 0.0
            yield _Candidate(spread, low, -next(self._places), dataset, example)

    def _write(self, kept: Sequence[_Candidate]) -> None:
        rows = [
            {
                "dataset": c.dataset,
                "article_id": c.example.article.id,
                "document": c.example.article.text,
                "references": list(c.example.references),
                "spread": c.spread,
            }
            for c in kept
        ]
        if rows:
            self._file.add(pa.Table.from_pylist(rows, SCHEMA))

    def finish(self) -> None:
        """The file under its name, or no file if nothing is to be kept."""
        for best in self._best.values():
            self._write(sorted(best, key=lambda candidate: -candidate.place))
        if self._most == 0:
            self._path.unlink(missing_ok=True)
        self._file.finish()
