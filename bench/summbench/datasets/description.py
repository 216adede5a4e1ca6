"""What one reading of a dataset tells of it, without holding it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from summbench.core.records import Example, Need, sha256, sha256_of

MOST_HASHES = 50_000
"""A dataset of more articles has no hash of each in run.json, which would be hundreds of MB."""


@dataclass(frozen=True, slots=True)
class DatasetStatistics:
    """How many articles, the hash of their ids, texts and references, and what any of them has.

    `empty` counts the articles without text.
    """

    articles: int
    fingerprint: str
    has: frozenset[Need]
    empty: int
    first_empty: str


@dataclass(frozen=True, slots=True)
class ArticleHashes:
    """Dataset -> article id -> hash of text and references, gathered while the articles are read.

    None of a dataset above 50,000 articles.
    """

    surveys: Mapping[str, DatasetStatistics]
    found: dict[str, dict[str, str]] = field(default_factory=dict)

    def add(self, datasets: Mapping[str, Iterable[Example]]) -> None:
        """All articles of the datasets, or some after others."""
        for name, examples in datasets.items():
            of_dataset = self.found.setdefault(name, {})
            if self.surveys[name].articles <= MOST_HASHES:
                for e in examples:
                    of_dataset[e.article.id] = sha256(e.article.text, *e.references)


def survey(examples: Iterable[Example]) -> DatasetStatistics:
    """One pass over the examples."""
    count, empty, first_empty = 0, 0, ""
    has: set[Need] = set()

    def noted() -> Iterator[str]:
        nonlocal count, empty, first_empty
        for example in examples:
            article = example.article
            count += 1
            if example.references:
                has.add("references")
            if article.text.strip():
                has.add("article")
            else:
                first_empty = first_empty if empty else article.id
                empty += 1
            yield sha256(article.id, article.text, *example.references)

    fingerprint = sha256_of(noted())
    return DatasetStatistics(count, fingerprint, frozenset(has), empty, first_empty)


def fingerprint(examples: Iterable[Example]) -> str:
    """The hash of every id, text and reference, in their order."""
    return survey(examples).fingerprint
