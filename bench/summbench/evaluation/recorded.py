"""Recorded summaries: those of each dataset, and whether they are of its articles."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from itertools import islice
from typing import Any

from summbench.core.batch_prediction import BatchPredictor
from summbench.core.capabilities import SupportsArticleIds, SupportsDatasets
from summbench.core.errors import SummbenchError
from summbench.core.records import Example, Prediction
from summbench.evaluation.session import ModelSpec

_N_COMPARED, _FEWEST_COMPARED = 50, 3


def read_recorded(
    system: Any, dataset: str, examples: Sequence[Example]
) -> list[Prediction | None]:
    """Return the summary of each article; it is of one id, also where texts repeat."""
    if isinstance(system, SupportsDatasets):
        system = system.get_dataset(dataset)
    predictions: list[Prediction | None] = [None] * len(examples)
    for positions, result in BatchPredictor(system).iterate(examples):
        for position, prediction in zip(positions, result.predictions, strict=True):
            predictions[position] = prediction
    return predictions


def collect_ids(examples: Iterable[Example], ids: set[str]) -> Iterator[Example]:
    """Yield the examples, and add the id of each."""
    for example in examples:
        ids.add(example.article.id)
        yield example


def check_recorded_ids(
    models: Iterable[ModelSpec], datasets: Mapping[str, Iterable[Example]], articles: Set[str]
) -> list[str]:
    """Return a sentence for each system whose summaries are of no article, or no summaries.

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
                f"{_compare_starts(ids, articles)}"
            )
        for dataset, examples in datasets.items():
            first_examples = list(islice(examples, _N_COMPARED))
            notes += _find_mixed_up(model.name, system, dataset, first_examples)
    return notes


def _compare_starts(ids: Collection[str], articles: Collection[str]) -> str:
    """Say that two numberings begin at different numbers."""
    start, start_of_articles = _find_start(ids), _find_start(articles)
    if start is None or start_of_articles is None or start == start_of_articles:
        return ""
    return f" Its ids are numbers from {start} on, those of the articles from {start_of_articles}."


def _find_start(ids: Collection[str]) -> int | None:
    """The lowest id, if the ids are a numbering."""
    if not all(name.isdecimal() for name in ids):
        return None
    numbers = set(map(int, ids))
    is_numbering = len(numbers) > 1 and max(numbers) - min(numbers) == len(numbers) - 1
    return min(numbers) if is_numbering else None


def _find_mixed_up(
    name: str, system: object, dataset: str, examples: Sequence[Example]
) -> Iterator[str]:
    """Say that the summaries are the references or the articles, each to the letter."""
    predictions = zip(examples, read_recorded(system, dataset, examples), strict=True)
    pairs = [(e, p.summary.strip()) for e, p in predictions if p is not None and p.summary.strip()]
    counts = {
        "reference": sum(s in map(str.strip, e.references) for e, s in pairs),
        "article": sum(s == e.article.text.strip() for e, s in pairs),
    }
    for what, n_equal in counts.items():
        if n_equal == len(pairs) >= _FEWEST_COMPARED:
            yield (
                f"{name}: each of the first {n_equal} summaries on {dataset} is the {what} itself; "
                "were files mixed up?"
            )
