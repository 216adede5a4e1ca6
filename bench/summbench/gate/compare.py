"""A candidate's results against a baseline's: is any number worse by more than its margin?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf, isfinite, nan
from statistics import fmean, stdev

import numpy as np

from summbench.core.errors import SummbenchError
from summbench.core.records import Estimate
from summbench.gate.comparable import get_incomparability_reason
from summbench.gate.records import (
    ArticleRegression,
    GateReport,
    MetricVerdict,
    Verdict,
    combine_verdicts,
)
from summbench.leaderboard.board import ALPHA, LeaderboardMetric
from summbench.runs.run import PredictionDigest, RunData
from summbench.stats.intervals import LARGE, estimate_columns
from summbench.stats.paired import paired_t, sign_flip
from summbench.stats.power import sample_size

DEFAULT_MARGIN = 0.01
"""One point of a metric from 0 to 1."""
FEWEST = 5
"""Below this many articles nothing statistical is said."""
_WORST = 10
_UNKNOWN = Estimate(nan, nan, nan, 0, "none")

Key = tuple[str, str, str]


def check_margins(
    margins: Mapping[str, float], metrics: Mapping[str, LeaderboardMetric]
) -> dict[str, float]:
    """The margins, or SummbenchError if one is of no quality metric or is no fraction."""
    for metric, margin in margins.items():
        info = metrics.get(metric)
        if info is None or info.role != "quality" or info.direction == "neither":
            quality = [name for name, i in metrics.items() if i.role == "quality"]
            what = "not among the metrics" if info is None else "a diagnostic, which has no better"
            raise SummbenchError(
                f"A margin needs a quality metric, and {metric!r} is {what}; "
                f"these are: {', '.join(quality) or 'none'}."
            )
        if not 0 < margin < 1:
            raise SummbenchError(
                f"The margin {margin!r} of {metric} is not between 0 and 1: margins are fractions, "
                "and one point is 0.01."
            )
    return dict(margins)


def resolve_margins(baseline: RunData, given: Mapping[str, float]) -> dict[str, float]:
    """The baseline's margins, or one point of its primary metric; what is given comes on top."""
    own = baseline.margins or {baseline.leaderboard.primary: DEFAULT_MARGIN}
    return check_margins({**own, **given}, baseline.leaderboard.metrics)


def compare(baseline: RunData, candidate: RunData, margins: Mapping[str, float]) -> GateReport:
    """Every judgement of the metrics that have a margin, and the articles that lost most."""
    keys = [key for key in baseline.quality_scores if key[2] in margins]
    pairs = _with_bounds([_pair(key, baseline, candidate) for key in keys])
    judged = [_judged(pair, margins[pair.key[2]]) for pair in pairs]
    return GateReport(
        baseline=str(baseline.folder),
        candidate=str(candidate.folder),
        baseline_metadata=baseline.metadata,
        verdict=combine_verdicts([judgement.verdict for judgement in judged]),
        metric_verdicts=judged,
        article_regressions=_losses(pairs),
        notes=_notes(keys, margins, baseline, candidate),
    )


def decide(difference: Estimate, margin: float, p: float) -> Verdict:
    """The verdict on a mean difference (a loss is negative), its 90 % interval and two-sided p.

    Non-inferiority with one-sided bounds at 95 %: a loss of up to the margin passes. Besides what
    is surely beyond the margin, a loss that is significant and beyond the margin as measured
    counts as a regression; the bounds alone would raise a false alarm in more than 5 % of the cases
    where scores are skewed or few outputs changed.
    """
    significant = p <= ALPHA
    if significant and difference.mean > 0:
        return "improved"
    if difference.low >= -margin:
        return "pass"
    beyond = difference.high < -margin or (significant and difference.mean < -margin)
    return "regressed" if beyond else "inconclusive"


_REASONS: Mapping[Verdict, str] = {
    "improved": "better beyond chance",
    "pass": "no loss beyond the margin",
    "regressed": "worse by more than the margin, beyond chance",
    "inconclusive": "a loss beyond the margin is neither shown nor ruled out",
}


@dataclass(frozen=True, slots=True)
class _Pair:
    """One number on both sides; `d` is empty where there is nothing to compare."""

    key: Key
    incomparability: str | None
    old: Mapping[str, float]
    new: Mapping[str, float]
    before: Mapping[str, PredictionDigest]
    after: Mapping[str, PredictionDigest]
    changed: int
    d: Mapping[str, float]
    difference: Estimate = _UNKNOWN
    p: float = nan


def _pair(key: Key, baseline: RunData, candidate: RunData) -> _Pair:
    """Differences are rounded, so that 0.49 - 0.50 is -0.01 and not below it."""
    why = get_incomparability_reason(key, baseline, candidate)
    old, new = baseline.quality_scores[key], candidate.quality_scores.get(key, {})
    before, after = (
        baseline.prediction_digests[key[:2]],
        candidate.prediction_digests.get(key[:2], {}),
    )
    changed = sum(outputs_differ(before[a], after[a]) for a in before if a in after)
    sign = 1 if baseline.leaderboard.metrics[key[2]].direction == "higher" else -1
    comparable = changed and why is None
    d = {a: round(sign * (new[a] - value), 12) for a, value in old.items()} if comparable else {}
    return _Pair(key, why, old, new, before, after, changed, d)


def _with_bounds(pairs: Sequence[_Pair]) -> list[_Pair]:
    """Mean differences, from five articles on with 90 % intervals and p, all in one go."""
    finite = {
        i: list(p.d.values()) for i, p in enumerate(pairs) if all(map(isfinite, p.d.values()))
    }
    many = {str(i): d for i, d in finite.items() if len(d) >= FEWEST}
    few = {str(i): Estimate(fmean(d), nan, nan, len(d), "none") for i, d in finite.items() if d}
    found, p = few | estimate_columns(many.items(), level=0.9), _p_values(many)
    return [
        replace(pair, difference=found.get(str(i), _UNKNOWN), p=p.get(str(i), nan))
        for i, pair in enumerate(pairs)
    ]


def _p_values(columns: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """By the test of the leaderboard; columns of one length see the same flips."""
    found: dict[str, float] = {}
    for n in {len(d) for d in columns.values()}:
        names = [name for name, d in columns.items() if len(d) == n]
        table = np.array([columns[name] for name in names]).T
        test = paired_t if n > LARGE else sign_flip
        found |= zip(names, test(table).tolist(), strict=True)
    return found


def _judged(pair: _Pair, margin: float) -> MetricVerdict:
    verdict, reason, difference, needed = _verdict(pair, margin)
    means, counts = (_mean(pair.old), _mean(pair.new)), (len(pair.old), pair.changed)
    return MetricVerdict(*pair.key, margin, verdict, reason, *means, difference, *counts, needed)


def _verdict(pair: _Pair, margin: float) -> tuple[Verdict, str, Estimate, int | None]:
    """Verdict, reason, difference, and how many articles would tell."""
    if pair.incomparability:
        return "not comparable", pair.incomparability, _UNKNOWN, None
    if not pair.changed:
        return "pass", "identical", Estimate(0.0, 0.0, 0.0, len(pair.old), "identical"), None
    if why := _broken(pair):
        return "regressed", why, pair.difference, None
    if len(pair.d) < FEWEST:
        return *_few(pair.d, margin), pair.difference, None
    verdict = decide(pair.difference, margin, pair.p)
    needed = sample_size(stdev(pair.d.values()), margin, alpha=0.1)
    return verdict, _REASONS[verdict], pair.difference, needed


def outputs_differ(before: PredictionDigest, after: PredictionDigest) -> bool:
    """Whether the summary is another one; a failure is never the same as anything."""
    failed = before.error is not None or after.error is not None
    return failed or before.summary_sha256 != after.summary_sha256


def _mean(values: Mapping[str, float]) -> float:
    return fmean(values.values()) if values else nan


def _broken(pair: _Pair) -> str | None:
    """What no margin allows: an article that had a summary and a score, and has none now."""
    fine = {a: pair.after[a] for a, answer in pair.before.items() if answer.error is None}
    found = {
        "failed": [a for a, now in fine.items() if now.error is not None],
        "empty": [
            a
            for a, now in fine.items()
            if now.error is None and now.empty and not pair.before[a].empty
        ],
        "undefined in score": [a for a, value in pair.new.items() if not isfinite(value)],
    }
    said = [f"{len(v)} newly {what} (the first: {v[0]!r})" for what, v in found.items() if v]
    return f"of {len(pair.before)} articles {', '.join(said)}" if said else None


def _few(d: Mapping[str, float], margin: float) -> tuple[Verdict, str]:
    lost = [article for article, value in d.items() if value < -margin]
    said = f"{lost[0]!r} lost more than the margin" if lost else "none lost more than the margin"
    why = f"no statistical statement is possible on {len(d)} articles; {said}"
    return ("regressed" if lost else "pass"), why


def _losses(pairs: Sequence[_Pair]) -> list[ArticleRegression]:
    found = [
        ArticleRegression(*pair.key, article, -value, pair.before[article], pair.after[article])
        for pair in pairs
        for article, value in pair.d.items()
        if not value >= 0
    ]
    found.sort(key=lambda loss: loss.loss if isfinite(loss.loss) else inf, reverse=True)
    return found[:_WORST]


def _notes(
    keys: Sequence[Key], margins: Mapping[str, float], baseline: RunData, candidate: RunData
) -> list[str]:
    """What is not judged, so that nobody takes it for passed."""
    judged = {(dataset, metric) for dataset, _, metric in keys}
    notes = [
        f"{dataset} has no {metric} in the baseline: not judged."
        for dataset in baseline.articles
        for metric in margins
        if (dataset, metric) not in judged
    ]
    new = [
        place for place in candidate.prediction_digests if place not in baseline.prediction_digests
    ]
    return notes + [f"{model!r} on {dataset} is new: not judged." for dataset, model in new]
