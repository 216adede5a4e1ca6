"""Why a metric of two results folders can't be compared, in a sentence that says what to do."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from math import isfinite

from summbench.gate.alignment import pair_ids
from summbench.gate.sides import GateSide
from summbench.leaderboard.board import shorten_signature

_TOLERANCE = 1e-4
"""Scores of one summary may differ by it: float32 sums of a neural metric on another machine."""


def get_incomparability_reason(
    key: tuple[str, str, str], baseline: GateSide, candidate: GateSide
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
    return reason and f"{reason} If this is meant, {suggest_new_baseline(baseline, candidate)}"


def suggest_new_baseline(baseline: GateSide, candidate: GateSide) -> str:
    """What to do if the change is meant: the command for a baseline of the same kind."""
    folder = str(baseline.run.path) if baseline.run.is_baseline else "results/baseline"
    command = ["summbench", "report", str(candidate.run.path), "--baseline", folder]
    has_summaries = any(
        digest.summary is not None
        for digests in baseline.digests.values()
        for digest in digests.values()
    )
    if not has_summaries:
        command.append("--hashes-only")
    return f"make the baseline again: {shlex.join(command)}"


def _compare_datasets(dataset: str, baseline: GateSide, candidate: GateSide) -> str | None:
    if dataset not in candidate.articles:
        names = _join_names(candidate.run.articles)
        return f"The candidate has no dataset {dataset!r}; it has {names}."
    old, new = baseline.articles[dataset], candidate.articles[dataset]
    if not old or not new:
        return f"{dataset} has no articles in the {'candidate' if old else 'baseline'}."
    if old == new and all(old.values()):
        return None
    records = [side.get_record(dataset) for side in (baseline, candidate)]
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
        n_common = len(pair_ids(old, new))
        hint = f" --common judges the {n_common:,} articles that both have." if n_common else ""
        return f"{reason}: {changes}.{hint}"
    return (
        f"{reason}: {changes or 'the same ids'}. Texts may have changed too: run.json has no "
        "hashes of the articles of a dataset above 50,000 articles."
    )


def _join_names(names: Mapping[str, object]) -> str:
    return ", ".join(map(repr, names)) or "none"


def _compare_signatures(metric: str, baseline: GateSide, candidate: GateSide) -> str | None:
    if metric not in candidate.metrics:
        return f"The candidate has no {metric}; select its metric (metric=[...])."
    old, new = (r.metrics[metric].signature for r in (baseline, candidate))
    if old == new:
        return None
    return (
        f"{metric} has another signature. Baseline ({shorten_signature(old)}): {old}; "
        f"candidate ({shorten_signature(new)}): {new}."
    )


def _compare_formats(
    dataset: str, metric: str, baseline: GateSide, candidate: GateSide
) -> str | None:
    """A judge's server may have refused the schema in one run and not in the other."""
    rows = [r.get_judge(dataset, metric) for r in (baseline, candidate)]
    formats = [bool(row.brackets) for row in rows if row is not None and row.replies]
    if len(set(formats)) < 2:
        return None
    return (
        f"The judge of {metric} was asked for brackets in one of the two runs, and for JSON in the "
        "other: its server refused a schema. Set format: brackets, and repeat both runs."
    )


def _compare_models(
    dataset: str, model: str, baseline: GateSide, candidate: GateSide
) -> str | None:
    digests = baseline.digests[dataset, model].values()
    if all(digest.error is not None for digest in digests):
        return f"It failed on every article of {dataset} in the baseline."
    if (dataset, model) in candidate.digests:
        return None
    own = candidate.datasets[dataset]
    models = {name: None for place, name in candidate.run.prediction_digests if place == own}
    return (
        f"The candidate lacks the model; its models on {dataset} are {_join_names(models)}. If one "
        f"of them has another name now, say so: --map {shlex.quote(model)}=NEW."
    )


def _compare_scores(
    key: tuple[str, str, str], baseline: GateSide, candidate: GateSide
) -> str | None:
    dataset, model, metric = key
    old = baseline.scores[key]
    if undefined := [article for article, value in old.items() if not isfinite(value)]:
        return (
            f"The baseline has no {metric} of {model!r} for {len(undefined)} of {len(old)} "
            f"articles, the first {undefined[0]!r}: a run whose scores are all defined is needed."
        )
    new = candidate.scores.get(key)
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
    key: tuple[str, str, str], baseline: GateSide, candidate: GateSide
) -> Iterator[str]:
    """The articles whose summary is the same and whose score is not; what failed has no summary."""
    old, new = baseline.digests[key[:2]], candidate.digests[key[:2]]
    for article, score in baseline.scores[key].items():
        before, after = old[article], new[article]
        is_same = before.summary_sha256 == after.summary_sha256 and not (
            before.error or after.error
        )
        difference = abs(score - candidate.scores[key][article])
        if is_same and not difference <= _TOLERANCE:
            yield article


def suggest_remedy(baseline: GateSide, candidate: GateSide, changed_settings: Sequence[str]) -> str:
    """What to do about a regression: failed outputs are no change of anybody's."""
    n_failed = sum(health.failed for health in candidate.run.leaderboard.health)
    again = suggest_new_baseline(baseline, candidate)
    if n_failed and not changed_settings:
        outputs = "1 output" if n_failed == 1 else f"{n_failed:,} outputs"
        return (
            f"{outputs} of the candidate failed. Find out why, and run it again: only these are "
            f"made anew. If nothing failed and the change is meant, {again}"
        )
    return f"Revert the change. If it is meant, {again}"
