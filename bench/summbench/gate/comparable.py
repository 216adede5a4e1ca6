"""Why a number of two results folders can't be compared, in a sentence that says what to do."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from math import isfinite

from summbench.leaderboard.board import shorten_signature
from summbench.runs.run import RunData

_SAME = 1e-4
"""Scores of one output may differ by less: float32 sums on another machine, of a neural metric."""


def get_incomparability_reason(
    key: tuple[str, str, str], baseline: RunData, candidate: RunData
) -> str | None:
    """The first reason why dataset, model and metric can't be compared, or None."""
    dataset, model, metric = key
    why = (
        _of_dataset(dataset, baseline, candidate)
        or _of_metric(metric, baseline, candidate)
        or _of_model(dataset, model, baseline, candidate)
        or _of_scores(key, baseline, candidate)
    )
    return why and f"{why} {_remedy(baseline, candidate)}"


def _remedy(baseline: RunData, candidate: RunData) -> str:
    """The command for a baseline of the same kind, in a folder of its own."""
    folder = str(baseline.folder) if baseline.is_baseline else "results/baseline"
    words = ["summbench", "report", str(candidate.folder), "--baseline", folder]
    if not any(
        a.summary is not None
        for found in baseline.prediction_digests.values()
        for a in found.values()
    ):
        words.append("--hashes-only")
    return f"If this is meant, make the baseline again: {shlex.join(words)}"


def _of_dataset(dataset: str, baseline: RunData, candidate: RunData) -> str | None:
    if dataset not in candidate.articles:
        return f"The candidate has no dataset {dataset!r}; it has {_listed(candidate.articles)}."
    old, new = baseline.articles[dataset], candidate.articles[dataset]
    if not old or not new:
        return f"{dataset} has no articles in the {'candidate' if old else 'baseline'}."
    prints = [r.leaderboard.datasets[dataset].fingerprint for r in (baseline, candidate)]
    if prints[0] == prints[1]:
        return None
    changes = {
        "added": [article for article in new if article not in old],
        "removed": [article for article in old if article not in new],
        "changed": [a for a in old if old[a] and new.get(a) and old[a] != new[a]],
    }
    said = [f"{len(v)} {k} (the first: {v[0]!r})" for k, v in changes.items() if v]
    which = ", ".join(said) or "the same ones in another order"
    if not all((*old.values(), *new.values())):
        which = (
            f"{which}, or other texts under the same ids; which ones can't be said, as run.json "
            "has no hash of each article above 50,000"
        )
    return f"{dataset} has other articles than the baseline: {which}."


def _listed(names: Mapping[str, object]) -> str:
    return ", ".join(map(repr, names)) or "none"


def _of_metric(metric: str, baseline: RunData, candidate: RunData) -> str | None:
    if metric not in candidate.leaderboard.metrics:
        return f"The candidate has no {metric}; select its metric (metric=[...])."
    old, new = (r.leaderboard.metrics[metric].signature for r in (baseline, candidate))
    if old == new:
        return None
    return (
        f"{metric} is another number now. Baseline ({shorten_signature(old)}): {old}; "
        f"candidate ({shorten_signature(new)}): {new}."
    )


def _of_model(dataset: str, model: str, baseline: RunData, candidate: RunData) -> str | None:
    if all(
        answer.error is not None for answer in baseline.prediction_digests[dataset, model].values()
    ):
        return f"It failed on every article of {dataset} in the baseline."
    if (dataset, model) in candidate.prediction_digests:
        return None
    others = {name: None for place, name in candidate.prediction_digests if place == dataset}
    return f"Missing from the candidate, whose models on {dataset} are {_listed(others)}."


def _of_scores(key: tuple[str, str, str], baseline: RunData, candidate: RunData) -> str | None:
    dataset, model, metric = key
    old = baseline.quality_scores[key]
    if undefined := [article for article, value in old.items() if not isfinite(value)]:
        return (
            f"The baseline has no {metric} of {model!r} for {len(undefined)} of {len(old)} "
            f"articles, the first {undefined[0]!r}: a run whose scores are all defined is needed."
        )
    new = candidate.quality_scores.get(key)
    if new is None:
        return f"The candidate has no {metric} of {model!r} on {dataset}."
    article = next(_rescored(key, baseline, candidate), None)
    if article is None:
        return None
    return (
        f"{metric} scores the same summary of {article!r} by {model!r} as {old[article]!r} in the "
        f"baseline and {new[article]!r} now: the metric changed, and its signature does not say so."
    )


def _rescored(key: tuple[str, str, str], baseline: RunData, candidate: RunData) -> Iterator[str]:
    """The articles whose summary is the same and whose score is not; what failed has no summary."""
    old, new = baseline.prediction_digests[key[:2]], candidate.prediction_digests[key[:2]]
    for article, value in baseline.quality_scores[key].items():
        before, after = old[article], new[article]
        same = before.summary_sha256 == after.summary_sha256 and not (before.error or after.error)
        if same and not abs(value - candidate.quality_scores[key][article]) <= _SAME:
            yield article
