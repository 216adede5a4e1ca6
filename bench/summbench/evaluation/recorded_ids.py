"""Whether recorded summaries are of articles that there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set

from summbench.core.capabilities import SupportsArticleIds
from summbench.core.errors import SummbenchError
from summbench.core.records import Example
from summbench.evaluation.session import ModelSpec


def collect_ids(examples: Iterable[Example], ids: set[str]) -> Iterator[Example]:
    """Yield the examples, and add the id of each."""
    for example in examples:
        ids.add(example.article.id)
        yield example


def check_recorded_ids(
    models: Iterable[ModelSpec], datasets: Mapping[str, Iterable[Example]], articles: Set[str]
) -> list[str]:
    """Return a sentence for each system with recorded summaries of no article of the datasets.

    `articles` are the ids of all articles.

    Raises: SummbenchError, for a system of which no summary is of an article.
    """
    notes: list[str] = []
    for model in models:
        system = model.build() if model.precomputed else None
        if not isinstance(system, SupportsArticleIds) or not (ids := system.get_article_ids()):
            continue
        strange = [article for article in ids if article not in articles]
        if len(strange) == len(ids):
            first = next(e.article.id for examples in datasets.values() for e in examples)
            raise SummbenchError(
                f"No summary of {model.name!r} has the id of an article: its first id is "
                f"{next(iter(ids))!r}, and that of {next(iter(datasets))!r} is {first!r}. Name the "
                "columns with the ids (dataset.<name>.id=..., model.replay.id=...); null in place "
                "of a column numbers the rows of both."
            )
        if strange:
            notes.append(
                f"{model.name}: {len(strange):,} of {len(ids):,} summaries are of no article of "
                f"the datasets and are left out; the first is of {strange[0]!r}."
            )
    return notes
