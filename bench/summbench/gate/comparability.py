"""Why a metric of two results folders can't be compared, in a sentence that says what to do."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from math import isfinite

from summbench.leaderboard.board import shorten_signature
from summbench.runs.run import RunData

_TOLERANCE = 1e-4
"""Scores of one summary may differ by it: float32 sums of a neural metric on another machine."""


def get_incomparability_reason(
    key: tuple[str, str, str], baseline: RunData, candidate: RunData
) -> str | None:
    """The first reason why dataset, model and metric can't be compared, or None."""
    dataset, model, metric = key
    reason = (
        _compare_datasets(dataset, baseline, candidate)
        or _compare_signatures(metric, baseline, candidate)
        or _compare_formats(dataset, metric, baseline, candidate)
        or _compare_models(dataset, model, baseline, candidate)
        or _compare_scores(key, baseline, candidate)
    )
    return reason and f"{reason} {_suggest_new_baseline(baseline, candidate)}"


def _suggest_new_baseline(baseline: RunData, candidate: RunData) -> str:
    """The command for a baseline of the same kind, in a folder of its own."""
    folder = str(baseline.path) if baseline.is_baseline else "results/baseline"
    command = ["summbench", "report", str(candidate.path), "--baseline", folder]
    has_summaries = any(
        digest.summary is not None
        for digests in baseline.prediction_digests.values()
        for digest in digests.values()
    )
    if not has_summaries:
        command.append("--hashes-only")
    return f"If this is meant, make the baseline again: {shlex.join(command)}"


def _compare_datasets(dataset: str, baseline: RunData, candidate: RunData) -> str | None:
    if dataset not in candidate.articles:
        names = _join_names(candidate.articles)
        return f"The candidate has no dataset {dataset!r}; it has {names}."
    old, new = baseline.articles[dataset], candidate.articles[dataset]
    if not old or not new:
        return f"{dataset} has no articles in the {'candidate' if old else 'baseline'}."
    records = [run.metadata.datasets[dataset] for run in (baseline, candidate)]
    if len({record.fingerprint for record in records}) == 1:
        same_ids = old.keys() == new.keys()
        if same_ids and (any(old.values()) or len({r.id_fingerprint for r in records}) == 1):
            return None
        return (
            f"{dataset} has the same articles as the baseline under other ids, and they can't be "
            "paired: run.json has no hashes of the articles of a dataset above 50,000 articles."
        )
    articles_by_change = {
        "added": [article for article in new if article not in old],
        "removed": [article for article in old if article not in new],
        "changed": [a for a in old if old[a] and new.get(a) and old[a] != new[a]],
    }
    changes = ", ".join(
        f"{len(articles)} {change} (the first: {articles[0]!r})"
        for change, articles in articles_by_change.items()
        if articles
    )
    reason = f"{dataset} has other articles than the baseline"
    if all((*old.values(), *new.values())):
        return f"{reason}: {changes}."
    return (
        f"{reason}: {changes or 'the same ids'}. Texts may have changed too: run.json has no "
        "hashes of the articles of a dataset above 50,000 articles."
    )


def _join_names(names: Mapping[str, object]) -> str:
    return ", ".join(map(repr, names)) or "none"


def _compare_signatures(metric: str, baseline: RunData, candidate: RunData) -> str | None:
    if metric not in candidate.leaderboard.metrics:
        return f"The candidate has no {metric}; select its metric (metric=[...])."
    old, new = (r.leaderboard.metrics[metric].signature for r in (baseline, candidate))
    if old == new:
        return None
    return (
        f"{metric} has another signature. Baseline ({shorten_signature(old)}): {old}; "
        f"candidate ({shorten_signature(new)}): {new}."
    )


def _compare_formats(
    dataset: str, metric: str, baseline: RunData, candidate: RunData
) -> str | None:
    """A judge's server may have refused the schema in one run and not in the other."""
    rows = [r.leaderboard.get_judge(dataset, metric) for r in (baseline, candidate)]
    formats = [bool(row.brackets) for row in rows if row is not None and row.replies]
    if len(set(formats)) < 2:
        return None
    return (
        f"The judge of {metric} was asked for brackets in one of the two runs, and for JSON in the "
        "other: its server refused a schema. Set format: brackets, and repeat both runs."
    )


def _compare_models(dataset: str, model: str, baseline: RunData, candidate: RunData) -> str | None:
    digests = baseline.prediction_digests[dataset, model].values()
    if all(digest.error is not None for digest in digests):
        return f"It failed on every article of {dataset} in the baseline."
    if (dataset, model) in candidate.prediction_digests:
        return None
    models = {name: None for place, name in candidate.prediction_digests if place == dataset}
    return f"The candidate lacks the model; its models on {dataset} are {_join_names(models)}."


def _compare_scores(key: tuple[str, str, str], baseline: RunData, candidate: RunData) -> str | None:
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
    article = next(_find_rescored(key, baseline, candidate), None)
    if article is None:
        return None
    return (
        f"{metric} of the same summary of {article!r} by {model!r} is {old[article]!r} in the "
        f"baseline and {new[article]!r} in the candidate. The metric changed, and its signature "
        "does not say so."
    )


def _find_rescored(
    key: tuple[str, str, str], baseline: RunData, candidate: RunData
) -> Iterator[str]:
    """The articles whose summary is the same and whose score is not; what failed has no summary."""
    old, new = baseline.prediction_digests[key[:2]], candidate.prediction_digests[key[:2]]
    for article, score in baseline.quality_scores[key].items():
        before, after = old[article], new[article]
        is_same = before.summary_sha256 == after.summary_sha256 and not (
            before.error or after.error
        )
        difference = abs(score - candidate.quality_scores[key][article])
        if is_same and not difference <= _TOLERANCE:
            yield article
