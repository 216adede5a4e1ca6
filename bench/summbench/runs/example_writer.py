"""Selects and stores articles of a run with their texts: those on which its systems differ most."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import count
from math import isnan
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

import pyarrow as pa

from summbench.core.article_order import hash_article
from summbench.core.records import Example, TaskResult
from summbench.runs import files
from summbench.store.arrays import build_table
from summbench.store.atomic_parquet import AtomicParquetWriter

SCHEMA = pa.schema(
    [
        ("dataset", pa.string()),
        ("article_id", pa.string()),
        ("document", pa.string()),
        ("references", pa.list_(pa.string())),
        ("spread", pa.float64()),
        ("groups", pa.list_(pa.string())),
    ]
)


class _Candidate(NamedTuple):
    """Sorts the articles that may be stored: the widest spread first, then the lowest mean.

    The hash decides between equal ones, so that the order of the rows does not.
    """

    spread: float
    negative_mean: float
    article_hash: str
    article_id: str
    position: int
    dataset: str
    example: Example


def parse_n_examples(n_examples: int | str) -> int | None:
    """The number of articles a dataset; None for 'all'."""
    return None if n_examples == "all" else int(n_examples)


class ExampleWriter:
    """Writes `max_articles` articles of each dataset (None: all) to `examples.parquet`.

    They are added chunk by chunk. The spread of an article is the difference between the highest
    and the lowest score of the `ranked_models` on the primary metric. Of two articles with the same
    spread, the one with the lower scores is stored.
    """

    def __init__(
        self, folder: Path, max_articles: int | None, primary: str, ranked_models: Collection[str]
    ) -> None:
        self._path, self._max_articles = folder / files.EXAMPLES, max_articles
        self._primary, self._ranked_models = primary, ranked_models
        self._file = AtomicParquetWriter(self._path)
        self._candidates: dict[str, list[_Candidate]] = {}
        self._positions = count()

    def __enter__(self) -> ExampleWriter:
        return self

    def __exit__(self, *raised: object) -> None:
        self._file.abandon()

    def add(self, examples: Mapping[str, Sequence[Example]], results: Sequence[TaskResult]) -> None:
        """Add one chunk."""
        for dataset, listed in examples.items():
            columns = [
                result.scores[self._primary]
                for result in results
                if result.dataset == dataset
                and result.model in self._ranked_models
                and self._primary in result.scores
            ]
            candidates = self._iterate_candidates(dataset, listed, columns)
            if self._max_articles is None:
                self._write(list(candidates))
                continue
            best = self._candidates.setdefault(dataset, [])
            best[:] = heapq.nlargest(self._max_articles, [*best, *candidates])

    def _iterate_candidates(
        self, dataset: str, examples: Sequence[Example], columns: Sequence[Sequence[float]]
    ) -> Iterator[_Candidate]:
        for i, example in enumerate(examples):
            scores = [column[i] for column in columns if not isnan(column[i])]
            spread = max(scores) - min(scores) if scores else 0.0
            mean = fmean(scores) if scores else 0.0
            identity = hash_article(example), example.article.id
            yield _Candidate(spread, -mean, *identity, next(self._positions), dataset, example)

    def _write(self, candidates: Sequence[_Candidate]) -> None:
        if candidates:
            columns: dict[str, Sequence[Any]] = {
                "dataset": [c.dataset for c in candidates],
                "article_id": [c.example.article.id for c in candidates],
                "document": [c.example.article.text for c in candidates],
                "references": [c.example.references for c in candidates],
                "spread": [c.spread for c in candidates],
                "groups": [_format_groups(c.example) for c in candidates],
            }
            self._file.add(build_table(columns, SCHEMA))

    def finish(self) -> None:
        """Move the file to its name; there is no file if no article is to be stored."""
        for candidates in self._candidates.values():
            self._write(sorted(candidates, key=lambda c: c.position))
        if self._max_articles == 0:
            self._path.unlink(missing_ok=True)
        self._file.finish()


def _format_groups(example: Example) -> list[str]:
    """As `desk: sport`, a text a column."""
    return [f"{name}: {'' if cell is None else cell}" for name, cell in example.groups]
