"""The gate: is any metric of a candidate worse than the baseline's by more than its margin?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, nan
from pathlib import Path
from statistics import fmean, stdev

from summbench.core.records import Estimate
from summbench.gate.alignment import MOST_GONE, Alignment, align_runs
from summbench.gate.checks import list_other_scales, resolve_margins
from summbench.gate.comparability import suggest_remedy
from summbench.gate.determinism import describe_determinism
from summbench.gate.differences import FEWEST, UNKNOWN, Key, ScorePair, add_tests, pair_scores
from summbench.gate.records import (
    GateReport,
    MetricVerdict,
    Verdict,
    combine_verdicts,
)
from summbench.gate.regressions import find_regressions
from summbench.gate.scope import describe_judged_judges, list_judged, list_unjudged
from summbench.gate.settings import list_changed_settings
from summbench.gate.slices import collect_groups, find_slice_losses
from summbench.leaderboard.board import ALPHA
from summbench.runs.run import RunData
from summbench.stats.power import sample_size

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
    *,
    model_map: Mapping[str, str] | None = None,
    common: bool = False,
) -> GateReport:
    """Compares a candidate with a baseline on the same articles, one verdict for each row.

    A row is a shown quality metric of a system on a dataset. Each side is a folder (a run's or a
    baseline's) or was read from one. `margins` (metric -> allowed loss of its mean) replace or add
    to those of the baseline. `model_map` is a system's name in the baseline -> in the candidate.
    `common` judges only the articles that both have.

    Raises:
        SummbenchError: a folder is damaged, a margin is of no quality metric, no fraction, or of a
            judge without calibration, or `model_map` names a model that is not there.
    """
    return run_gates(baseline, [candidate], margins, model_map=model_map, common=common)[0]


def run_gates(
    baseline: Path | RunData,
    candidates: Sequence[Path | RunData],
    margins: Mapping[str, float] | None = None,
    *,
    model_map: Mapping[str, str] | None = None,
    common: bool = False,
) -> list[GateReport]:
    """As `run_gate`, of several candidates at once: their rows together are one family.

    Raises:
        SummbenchError: as `run_gate`.
    """
    old, *new = (
        run if isinstance(run, RunData) else RunData.open(run) for run in (baseline, *candidates)
    )
    for run in (old, *new):
        run.check()
    tables = [_Table.align(old, run, margins, model_map, common) for run in new]
    tested = iter(add_tests([pair_scores(key, t.alignment) for t in tables for key in t.keys]))
    rows = [[next(tested) for _ in table.keys] for table in tables]
    n_tested = sum(isfinite(pair.p_adjusted) for pairs in rows for pair in pairs)
    return [_report(table, pairs, n_tested) for table, pairs in zip(tables, rows, strict=True)]


@dataclass(frozen=True, slots=True)
class _Table:
    """A candidate beside the baseline: the rows to judge, their margins, and metrics of no 0..1."""

    alignment: Alignment
    margins: Mapping[str, float]
    keys: Sequence[Key]
    other_scales: Collection[str]

    @classmethod
    def align(
        cls,
        baseline: RunData,
        candidate: RunData,
        margins: Mapping[str, float] | None,
        model_map: Mapping[str, str] | None,
        common: bool,
    ) -> _Table:
        resolved = resolve_margins(baseline, margins, candidate)
        alignment = align_runs(baseline, candidate, model_map, common)
        scales = list_other_scales(baseline, candidate)
        return cls(alignment, resolved, list_judged(alignment, resolved), scales)


def _report(table: _Table, pairs: Sequence[ScorePair], n_tested: int) -> GateReport:
    alignment, keys, scales = table.alignment, table.keys, table.other_scales
    baseline, candidate = alignment.baseline.run, alignment.candidate.run
    verdicts = [
        _judge_row(pair, table.margins[pair.key[2]], alignment, pair.key[2] not in scales)
        for pair in pairs
    ]
    groups = collect_groups(alignment)
    changed = [pair.key for pair in pairs if pair.n_changed]
    verdict = combine_verdicts([row.verdict for row in verdicts])
    changed_settings = list_changed_settings(alignment, dict.fromkeys(k[:2] for k in changed))
    return GateReport(
        baseline=str(baseline.path),
        candidate=str(candidate.path),
        baseline_metadata=baseline.metadata,
        verdict=verdict,
        metric_verdicts=verdicts,
        article_regressions=find_regressions(pairs, scales),
        notes=[
            *alignment.notes,
            *describe_judged_judges(alignment, keys),
            *describe_determinism(alignment, changed),
        ],
        not_judged=list_unjudged(alignment, keys, table.margins, scales, groups),
        n_tested=n_tested,
        slice_losses=find_slice_losses(groups, pairs, verdicts),
        changed_settings=changed_settings,
        remedy=suggest_remedy(alignment.baseline, alignment.candidate, changed_settings)
        if verdict == "regressed"
        else "",
    )


def decide(difference: Estimate, margin: float, p: float, upper_bound: float) -> Verdict:
    """The verdict on a mean difference (a loss is negative) with its 90 % interval.

    `p` (two-sided) and `upper_bound` are corrected for the number of rows: with no true difference
    in any row at most 5 % of tables have a `regressed`. An observed loss beyond the margin is a
    regression if it is significant, or if its upper bound is beyond the margin too, which decides
    where few articles leave the test no small p. A loss of up to the margin passes by its own lower
    bound (one-sided, 95 %): a table passes only if all rows do, which needs no correction.
    """
    is_significant = p <= ALPHA
    if is_significant and difference.mean > 0:
        return "improved"
    if difference.low >= -margin:
        return "pass"
    is_worse = upper_bound < -margin or (is_significant and difference.mean < -margin)
    return "regressed" if is_worse else "inconclusive"


def _judge_row(
    pair: ScorePair, margin: float, alignment: Alignment, is_fraction: bool
) -> MetricVerdict:
    verdict, reason, difference, required = _judge_pair(pair, margin)
    dataset, model, _ = pair.key
    if alignment.is_too_small(dataset) and verdict in {"pass", "improved"}:
        gone, total = alignment.gone[dataset]
        verdict, required = "inconclusive", None
        reason = (
            f"{gone:,} of the baseline's {total:,} articles are gone, more than "
            f"{100 * MOST_GONE:.0f} %: nothing passes then ({reason} on the rest)"
        )
    return MetricVerdict(
        *pair.key,
        margin,
        verdict,
        reason,
        _mean(pair.old_scores),
        _mean(pair.new_scores),
        difference,
        len(pair.old_scores),
        pair.n_changed,
        required,
        pair.p_adjusted,
        alignment.candidate.model_names.get((dataset, model), model),
        is_fraction,
    )


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
    verdict = decide(pair.mean_difference, margin, pair.p_adjusted, pair.upper_bound)
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
