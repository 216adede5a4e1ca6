"""What a bundle records against what its predictions score here, bit for bit."""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from summbench.analysis.bundle.contents import BundleContents, ScoreKey
from summbench.core.article_order import hash_article, sort_ids
from summbench.core.records import TaskResult
from summbench.datasets.description import fingerprint_dataset
from summbench.runs import files
from summbench.stats.intervals import estimate_columns

_NAN = float("nan")


class Difference(NamedTuple):
    """A number or hash that differs: its file, its place in it, and both values (None: missing)."""

    file: str
    where: str
    recorded: object
    here: object


def find_differences(
    bundle: BundleContents, results: Sequence[TaskResult], unscored: Collection[str]
) -> Iterator[Difference]:
    """Compare every article, score and mean of the bundle with those computed here.

    The metric columns in `unscored` could not be computed again. Their recorded scores are used to
    check their means.
    """
    yield from _compare_articles(bundle)
    scores_here = {
        (result.dataset, result.model, metric, prediction.article_id): value
        for result in results
        for metric, values in result.scores.items()
        for prediction, value in zip(result.predictions, values, strict=True)
    }
    for key in {**bundle.scores, **scores_here}:
        recorded, here = bundle.scores.get(key), scores_here.get(key)
        is_unscored = here is None and key[2] in unscored
        if not _are_identical(recorded, here) and not is_unscored:
            dataset, model, metric, article = key
            where = f"{dataset}, {model}, {metric}, article {article}"
            yield Difference(files.SCORES, where, recorded, here)
    yield from _compare_means(bundle, {**bundle.scores, **scores_here})


def _compare_articles(bundle: BundleContents) -> Iterator[Difference]:
    """Compare articles with the hashes in run.json, if the bundle has their texts."""
    for name, examples in bundle.datasets.items() if bundle.has_articles else ():
        hashes = bundle.article_hashes[name]
        if not hashes:
            recorded, here = (
                bundle.metadata.datasets[name].fingerprint,
                fingerprint_dataset(examples),
            )
            if recorded != here:
                yield Difference(files.REFERENCES, f"{name}, all articles together", recorded, here)
            continue
        hashes_here = {e.article.id: hash_article(e) for e in examples}
        for article in {**hashes, **hashes_here}:
            if hashes.get(article) != hashes_here.get(article):
                where = f"{name}, article {article}"
                yield Difference(
                    files.REFERENCES, where, hashes.get(article), hashes_here.get(article)
                )


def _compare_means(
    bundle: BundleContents, scores: Mapping[ScoreKey, float]
) -> Iterator[Difference]:
    """Compare each mean and its n, with the function that the leaderboard uses."""
    ids = {
        name: sort_ids(bundle.article_hashes[name]) or [e.article.id for e in examples]
        for name, examples in bundle.datasets.items()
    }
    values_by_entry: dict[tuple[str, str, str], list[float]] = {}
    for dataset, model, metric, _ in sorted(scores):
        values_by_entry.setdefault((dataset, model, metric), [])
    for (dataset, model, metric), values in values_by_entry.items():
        predictions = bundle.predictions.get((dataset, model), ())
        if any(prediction.error is None for prediction in predictions):
            keys = ((dataset, model, metric, article) for article in ids[dataset])
            values += [scores.get(key, _NAN) for key in keys]
    estimates_here = estimate_columns(values_by_entry.items())
    recorded = {(e.dataset, e.model, e.metric): e.estimate for e in bundle.leaderboard.entries}
    for entry in {**recorded, **values_by_entry}:
        for statistic in ("mean", "n"):
            before = getattr(recorded.get(entry), statistic, None)
            after = getattr(estimates_here.get(entry), statistic, None)
            if not _are_identical(before, after):
                yield Difference(
                    files.LEADERBOARD, f"{', '.join(entry)}, {statistic}", before, after
                )


def _are_identical(a: float | None, b: float | None) -> bool:
    """Tell whether two numbers are equal bit for bit; any NaN equals another."""
    if a is None or b is None:
        return a is b
    return (a != a and b != b) or struct.pack("<d", a) == struct.pack("<d", b)
