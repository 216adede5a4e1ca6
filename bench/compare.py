"""A candidate's results against a baseline's: is any number worse by more than its margin?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf, isfinite, nan
from statistics import fmean, stdev

from bench.board import Estimate, MetricInfo
from bench.comparable import obstacle
from bench.errors import BenchError
from bench.gate import Answer, Gate, Judgement, Loss, Results, Verdict, overall
from bench.stats.intervals import estimate
from bench.stats.power import articles_needed

DEFAULT_MARGIN = 0.01
"""One point of a metric from 0 to 1."""
FEWEST = 5
"""Below this many articles nothing statistical is said."""
_WORST = 10
_UNKNOWN = Estimate(nan, nan, nan, 0, "none")

Key = tuple[str, str, str]


def check_margins(
    margins: Mapping[str, float], metrics: Mapping[str, MetricInfo]
) -> dict[str, float]:
    """The margins, or BenchError if one is of no quality metric or is no fraction."""
    for metric, margin in margins.items():
        info = metrics.get(metric)
        if info is None or info.role != "quality" or info.direction == "neither":
            quality = [name for name, i in metrics.items() if i.role == "quality"]
            what = "not among the metrics" if info is None else "a diagnostic, which has no better"
            raise BenchError(
                f"A margin needs a quality metric, and {metric!r} is {what}; "
                f"these are: {', '.join(quality) or 'none'}."
            )
        if not 0 < margin < 1:
            raise BenchError(
                f"The margin {margin!r} of {metric} is not between 0 and 1: margins are fractions, "
                "and one point is 0.01."
            )
    return dict(margins)


def margins_of(baseline: Results, given: Mapping[str, float]) -> dict[str, float]:
    """The baseline's margins, or one point of its primary metric; what is given comes on top."""
    own = baseline.margins or {baseline.board.primary: DEFAULT_MARGIN}
    return check_margins({**own, **given}, baseline.board.metrics)


def compare(baseline: Results, candidate: Results, margins: Mapping[str, float]) -> Gate:
    """Every judgement of the metrics that have a margin, and the articles that lost most."""
    keys = [key for key in baseline.scores if key[2] in margins]
    judged = [_judged(key, margins[key[2]], baseline, candidate) for key in keys]
    return Gate(
        baseline=str(baseline.folder),
        candidate=str(candidate.folder),
        made=baseline.made,
        verdict=overall([judgement.verdict for judgement in judged]),
        judgements=judged,
        losses=_losses(judged, baseline, candidate),
        notes=_notes(keys, margins, baseline, candidate),
    )


def decide(difference: Estimate, margin: float) -> Verdict:
    """The verdict on a mean difference (a loss is negative) with its 90 % interval.

    Non-inferiority with one-sided bounds at 95 %: a loss of up to the margin passes. Besides what
    is surely beyond the margin, a loss that is beyond chance and beyond the margin as measured
    counts as a regression.
    """
    if difference.low > 0:
        return "improved"
    if difference.low >= -margin:
        return "pass"
    beyond_chance = difference.high < 0 and difference.mean < -margin
    return "regressed" if difference.high < -margin or beyond_chance else "inconclusive"


_REASONS: Mapping[Verdict, str] = {
    "improved": "better beyond chance",
    "pass": "no loss beyond the margin",
    "regressed": "worse beyond chance, and by more than the margin",
    "inconclusive": "a loss beyond the margin is neither shown nor ruled out",
}


def _judged(key: Key, margin: float, baseline: Results, candidate: Results) -> Judgement:
    old, new = baseline.scores[key], candidate.scores.get(key, {})
    before, after = baseline.answers[key[:2]], candidate.answers.get(key[:2], {})
    changed = [a for a in before if a in after and _differ(before[a], after[a])]

    def judgement(
        verdict: Verdict, reason: str, difference: Estimate, needed: int | None = None
    ) -> Judgement:
        means, counts = (_mean(old), _mean(new)), (len(old), len(changed))
        return Judgement(*key, margin, verdict, reason, *means, difference, *counts, needed)

    if why := obstacle(key, baseline, candidate):
        return judgement("not comparable", why, _UNKNOWN)
    if not changed:
        return judgement("pass", "identical", Estimate(0.0, 0.0, 0.0, len(old), "identical"))
    d = _differences(key, baseline, candidate)
    difference = _difference(d)
    if why := _broken(before, after, new):
        return judgement("regressed", why, difference)
    if len(d) < FEWEST:
        return judgement(*_few(dict(zip(old, d, strict=True)), margin), difference)
    verdict = decide(difference, margin)
    needed = articles_needed(stdev(d), margin, alpha=0.1)
    return judgement(verdict, _REASONS[verdict], difference, needed)


def _differ(before: Answer, after: Answer) -> bool:
    """A failure is never the same as anything: there is no summary to be the same."""
    failed = before.error is not None or after.error is not None
    return failed or before.summary_sha256 != after.summary_sha256


def _mean(values: Mapping[str, float]) -> float:
    return fmean(values.values()) if values else nan


def _differences(key: Key, baseline: Results, candidate: Results) -> list[float]:
    """In the order of the baseline; rounded, so that 0.49 - 0.50 is -0.01 and not below it."""
    new = candidate.scores[key]
    sign = 1 if baseline.board.metrics[key[2]].direction == "higher" else -1
    return [round(sign * (new[a] - value), 12) for a, value in baseline.scores[key].items()]


def _difference(d: Sequence[float]) -> Estimate:
    """The mean with its 90 % interval, from five articles on."""
    if not all(map(isfinite, d)):
        return _UNKNOWN
    if len(d) < FEWEST:
        return Estimate(fmean(d), nan, nan, len(d), "none")
    return estimate(d, level=0.9)


def _broken(
    before: Mapping[str, Answer], after: Mapping[str, Answer], scores: Mapping[str, float]
) -> str | None:
    """What no margin allows: an article that had a summary and a score, and has none now."""
    fine = [a for a, answer in before.items() if answer.error is None]
    found = {
        "failed": [a for a in fine if after[a].error is not None],
        "empty": [a for a in fine if after[a].empty and not before[a].empty],
        "undefined in score": [a for a in before if not isfinite(scores[a])],
    }
    found["empty"] = [a for a in found["empty"] if a not in found["failed"]]
    said = [f"{len(v)} newly {what} (the first: {v[0]!r})" for what, v in found.items() if v]
    return f"of {len(before)} articles {', '.join(said)}" if said else None


def _few(d: Mapping[str, float], margin: float) -> tuple[Verdict, str]:
    lost = [article for article, value in d.items() if value < -margin]
    said = f"{lost[0]!r} lost more than the margin" if lost else "none lost more than the margin"
    why = f"no statistical statement is possible on {len(d)} articles; {said}"
    return ("regressed" if lost else "pass"), why


def _losses(judged: Sequence[Judgement], baseline: Results, candidate: Results) -> list[Loss]:
    found = []
    for judgement in judged:
        key = (judgement.dataset, judgement.model, judgement.metric)
        if judgement.verdict != "not comparable" and judgement.changed:
            before, after = baseline.answers[key[:2]], candidate.answers[key[:2]]
            d = zip(baseline.scores[key], _differences(key, baseline, candidate), strict=True)
            found += [Loss(*key, a, -x, before[a], after[a]) for a, x in d if not x >= 0]
    found.sort(key=lambda loss: loss.loss if isfinite(loss.loss) else inf, reverse=True)
    return found[:_WORST]


def _notes(
    keys: Sequence[Key], margins: Mapping[str, float], baseline: Results, candidate: Results
) -> list[str]:
    """What is not judged, so that nobody takes it for passed."""
    judged = {(dataset, metric) for dataset, _, metric in keys}
    notes = [
        f"{dataset} has no {metric} in the baseline: not judged."
        for dataset in baseline.articles
        for metric in margins
        if (dataset, metric) not in judged
    ]
    new = [place for place in candidate.answers if place not in baseline.answers]
    return notes + [f"{model!r} on {dataset} is new: not judged." for dataset, model in new]
