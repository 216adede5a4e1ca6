"""The gate: is any metric of a candidate worse than the baseline's by more than its margin?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf, isfinite, nan
from pathlib import Path
from statistics import fmean, stdev

from summbench.core.records import Estimate
from summbench.gate.alignment import align_articles
from summbench.gate.checks import describe_uncalibrated, resolve_margins
from summbench.gate.differences import (
    FEWEST,
    UNKNOWN,
    Key,
    ScorePair,
    add_mean_differences,
    pair_scores,
)
from summbench.gate.records import (
    ArticleRegression,
    GateReport,
    MetricVerdict,
    Verdict,
    combine_verdicts,
)
from summbench.leaderboard.board import ALPHA, Leaderboard
from summbench.runs.run import RunData
from summbench.stats.power import sample_size

_MOST_REGRESSIONS = 10
_REASONS: Mapping[Verdict, str] = {
    "improved": "significantly better",
    "pass": "no loss of more than the margin",
    "regressed": "significantly worse, and by more than the margin",
    "inconclusive": "a loss of more than the margin is neither shown nor excluded",
}


def run_gate(
    baseline: Path | RunData,
    candidate: Path | RunData,
    margins: Mapping[str, float] | None = None,
) -> GateReport:
    """Compares a candidate with a baseline on the same articles, one verdict for each metric.

    Each is a folder (a run's or a baseline's) or was read from one. `margins` (metric -> allowed
    loss of its mean, a fraction) replace or add to those of the baseline.

    Raises:
        SummbenchError: a folder is damaged, or a margin is of no quality metric or no fraction, or
            of a judge without calibration.
    """
    baseline, candidate = (
        run if isinstance(run, RunData) else RunData.open(run) for run in (baseline, candidate)
    )
    baseline.check()
    candidate.check()
    margins = resolve_margins(baseline, margins)
    candidate, notes = align_articles(baseline, candidate)
    keys = [
        key
        for key in baseline.quality_scores
        if key[2] in margins and _may_gate(key, baseline.leaderboard)
    ]
    pairs = add_mean_differences([pair_scores(key, baseline, candidate) for key in keys])
    metric_verdicts = [_judge_metric(pair, margins[pair.key[2]]) for pair in pairs]
    return GateReport(
        baseline=str(baseline.path),
        candidate=str(candidate.path),
        baseline_metadata=baseline.metadata,
        verdict=combine_verdicts([metric.verdict for metric in metric_verdicts]),
        metric_verdicts=metric_verdicts,
        article_regressions=_find_regressions(pairs),
        notes=notes + _note_unjudged(keys, margins, baseline, candidate),
    )


def decide(difference: Estimate, margin: float, p: float) -> Verdict:
    """The verdict on a mean difference (a loss is negative), its 90 % interval and two-sided p.

    Non-inferiority with one-sided bounds at 95 %: a loss of up to the margin passes. An observed
    loss beyond the margin is a regression if its upper bound is beyond the margin too, or if it is
    significant. The bounds alone would raise a false alarm in more than 5 % of the cases where
    scores are skewed or few outputs changed.
    """
    is_significant = p <= ALPHA
    if is_significant and difference.mean > 0:
        return "improved"
    if difference.low >= -margin:
        return "pass"
    is_worse = difference.high < -margin or (is_significant and difference.mean < -margin)
    return "regressed" if is_worse else "inconclusive"


def _may_gate(key: Key, board: Leaderboard) -> bool:
    """A quality metric, or a judge that the baseline has held against enough human labels."""
    judge = board.get_judge(key[0], key[2])
    return judge is None or judge.is_calibrated


def _judge_metric(pair: ScorePair, margin: float) -> MetricVerdict:
    verdict, reason, difference, required = _judge_pair(pair, margin)
    means = _mean(pair.old_scores), _mean(pair.new_scores)
    counts = len(pair.old_scores), pair.n_changed
    return MetricVerdict(*pair.key, margin, verdict, reason, *means, difference, *counts, required)


def _judge_pair(pair: ScorePair, margin: float) -> tuple[Verdict, str, Estimate, int | None]:
    """Verdict, reason, difference, and the number of articles that would decide."""
    if pair.incomparability:
        return "not comparable", pair.incomparability, UNKNOWN, None
    if not pair.n_changed:
        unchanged = Estimate(0.0, 0.0, 0.0, len(pair.old_scores), "identical")
        return "pass", "identical", unchanged, None
    if reason := _describe_new_failures(pair):
        return "regressed", reason, pair.mean_difference, None
    if len(pair.differences) < FEWEST:
        return *_apply_small_sample_rule(pair.differences, margin), pair.mean_difference, None
    verdict = decide(pair.mean_difference, margin, pair.p)
    required = sample_size(stdev(pair.differences.values()), margin, alpha=0.1)
    return verdict, _REASONS[verdict], pair.mean_difference, required


def _mean(values: Mapping[str, float]) -> float:
    return fmean(values.values()) if values else nan


def _describe_new_failures(pair: ScorePair) -> str | None:
    """What no margin allows: an article that had a summary and a score, and has none now."""
    predictions = {
        article: (before, pair.new_digests[article])
        for article, before in pair.old_digests.items()
        if before.error is None
    }
    articles_by_problem = {
        "failed": [a for a, (_, after) in predictions.items() if after.error is not None],
        "empty": [
            a
            for a, (before, after) in predictions.items()
            if after.error is None and after.empty and not before.empty
        ],
        "without a score": [a for a, value in pair.new_scores.items() if not isfinite(value)],
    }
    problems = [
        f"{len(articles)} newly {problem} (the first: {articles[0]!r})"
        for problem, articles in articles_by_problem.items()
        if articles
    ]
    return f"of {len(pair.old_digests)} articles {', '.join(problems)}" if problems else None


def _apply_small_sample_rule(
    differences: Mapping[str, float], margin: float
) -> tuple[Verdict, str]:
    """Below `FEWEST` articles a single loss of more than the margin is a regression."""
    losses = [article for article, difference in differences.items() if difference < -margin]
    article = repr(losses[0]) if losses else "none"
    return (
        "regressed" if losses else "pass",
        f"{len(differences)} articles are too few for a test; {article} lost more than the margin",
    )


def _find_regressions(pairs: Sequence[ScorePair]) -> list[ArticleRegression]:
    """The articles that lost most, over all metrics; an undefined loss comes first."""
    regressions = [
        ArticleRegression(
            *pair.key, article, -difference, pair.old_digests[article], pair.new_digests[article]
        )
        for pair in pairs
        for article, difference in pair.differences.items()
        if not difference >= 0
    ]
    regressions.sort(key=lambda r: r.loss if isfinite(r.loss) else inf, reverse=True)
    return regressions[:_MOST_REGRESSIONS]


def _note_unjudged(
    keys: Sequence[Key], margins: Mapping[str, float], baseline: RunData, candidate: RunData
) -> list[str]:
    """What is not judged, so that nobody takes it for passed."""
    judged_metrics = {(dataset, metric) for dataset, _, metric in keys}
    judges = {
        (row.dataset, row.metric): row
        for run in (candidate, baseline)
        for row in run.leaderboard.judges
    }
    notes = [
        f"{dataset} has no {metric} in the baseline: not judged."
        for dataset in baseline.articles
        for metric in margins
        if (dataset, metric) not in judged_metrics and (dataset, metric) not in judges
    ]
    notes += [
        f"{metric} on {dataset}: not judged: {describe_uncalibrated(row.kappa.n)}."
        for (dataset, metric), row in judges.items()
        if not row.is_calibrated
    ]
    notes += [
        f"{metric} on {dataset} is a judge's: its kappa with {row.kappa.n} human labels is "
        f"{row.kappa.mean:.2f} [{row.kappa.low:.2f}, {row.kappa.high:.2f}] in the baseline."
        for (dataset, metric), row in judges.items()
        if (dataset, metric) in judged_metrics
    ]
    new_models = [
        place for place in candidate.prediction_digests if place not in baseline.prediction_digests
    ]
    return notes + [f"{model!r} on {dataset} is new: not judged." for dataset, model in new_models]
