"""The agreement of metrics with human ratings, as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

from summbench.analysis.metaeval.agreement import (
    Agreement,
    BestMetric,
    Correlation,
    MetricAgreement,
)
from summbench.leaderboard.board import LeaderboardMetric, shorten_signature
from summbench.report.coverage import add_coverage
from summbench.report.markdown import escape_markdown, format_table
from summbench.stats.preference import Preference

_SHOWN = (
    ("system tau-b", "system", "kendall"),
    ("system r", "system", "pearson"),
    ("summary tau-b", "summary", "kendall"),
    ("summary r", "summary", "pearson"),
    ("within systems r", "within", "pearson"),
    ("pooled r", "pooled", "pearson"),
)
_RESAMPLED = {
    "level": "Systems are resampled at the system level, articles at the other levels. With few of "
    "them the intervals are widened as Student's t is.",
    "both": "Both systems and articles are resampled, which makes the intervals conservative.",
}
_NOTES = (
    "system: correlation of the systems' mean scores. summary: mean over articles of the "
    "correlation over systems. skipped: articles without a correlation, as one side is constant. "
    "within systems: over all summaries, with each system's mean subtracted. pooled: over all "
    "summaries; it mixes both, and can be high without any correlation within systems.",
    "metric (n of N): it and the human rating have a value for n of the N summaries.",
    "In brackets: 95 % percentile intervals from {resamples:,} bootstrap resamples (seed {seed}). "
    "{resampled} r: Pearson; tau-b: Kendall. Spearman and the other metrics are in the JSON "
    "(--json).",
    "gap: difference of two systems' mean scores, in points. Each cell has the share of such pairs "
    "that human ratings order the same way, its interval and the number of pairs. A tie in the "
    "human ratings counts half. Pairs share systems, so they are not independent.",
)


def render_metric_agreement(report: MetricAgreement) -> str:
    """A section for each human dimension: correlations, the best metric, and score gaps."""
    parts = [f"# {escape_markdown(report.name)}: metrics against human ratings"]
    parts.append(_format_size(report))
    for dimension, n_missing in report.unrated_summaries.items():
        agreements = [
            a
            for a in report.agreements
            if a.dimension == dimension and a.metric in report.display_metrics
        ]
        n_summaries = len(report.systems) * report.articles
        parts += [
            f"## {escape_markdown(dimension)}",
            f"{n_missing:,} of {n_summaries:,} summaries are not rated."
            if n_missing
            else "Every summary is rated.",
            _format_correlations(agreements, n_summaries),
        ]
        parts += [
            _format_best(b, agreements) for b in report.best_metrics if b.dimension == dimension
        ]
        parts += [_format_gaps(agreements)] if any(a.preferences for a in agreements) else []
    resampled = _RESAMPLED[report.resample]
    notes = [
        note.format(resamples=report.resamples, seed=report.seed, resampled=resampled)
        for note in _NOTES
    ]
    notes += [
        f"{metric} ({escape_markdown(shorten_signature(info.signature))}): `{info.signature}`"
        for metric, info in _get_metrics_shown(report)
    ]
    return "\n\n".join([*parts, "\n".join(f"- {note}" for note in notes)]) + "\n"


def _get_metrics_shown(report: MetricAgreement) -> list[tuple[str, LeaderboardMetric]]:
    """One column of each metric, as all of them share its signature."""
    first_columns = {m.partition(".")[0]: report.metrics[m] for m in report.display_metrics}
    return list(first_columns.items())


def _format_size(report: MetricAgreement) -> str:
    unrated = f" Left out, without human ratings: {', '.join(report.unrated_systems)}."
    return escape_markdown(
        f"{len(report.systems)} systems, {report.articles:,} articles, {report.failed:,} summaries "
        f"missing.{unrated if report.unrated_systems else ''}"
    )


def _format_correlations(agreements: Sequence[Agreement], n_summaries: int) -> str:
    ordered = sorted(
        agreements,
        key=lambda a: -_replace_nan_by_lowest(a.get_correlation("system", "kendall").value),
    )
    rows = [
        [
            add_coverage(a.metric, a.summaries, n_summaries),
            *(_format_correlation(a.get_correlation(*which)) for _, *which in _SHOWN),
            str(a.skipped),
        ]
        for a in ordered
    ]
    return format_table(["metric", *(heading for heading, *_ in _SHOWN), "skipped"], rows)


def _replace_nan_by_lowest(value: float) -> float:
    return -2.0 if isnan(value) else value


def _format_correlation(c: Correlation) -> str:
    if isnan(c.value):
        return "n/a"
    return f"{c.value:.2f}" + ("" if isnan(c.low) else f" ({c.low:.2f} to {c.high:.2f})")


def _format_best(best: BestMetric, agreements: Sequence[Agreement]) -> str:
    tau = next(a for a in agreements if a.metric == best.metric).get_correlation(
        "system", "kendall"
    )
    text = f"Highest at the system level: {best.metric}, tau-b {_format_correlation(tau)}."
    if best.tied_metrics:
        text += (
            f" Not told apart from {', '.join(best.tied_metrics)}: the 95 % interval of the "
            "difference includes 0."
        )
    if best.lower_metrics:
        text += f" Lower: {', '.join(best.lower_metrics)}."
    return text + " Not corrected for choosing the highest."


def _format_gaps(agreements: Sequence[Agreement]) -> str:
    rated = [a for a in agreements if a.preferences]
    n_columns = max(len(a.preferences) for a in rated)
    rows = [[a.metric, *map(_format_gap, a.preferences)] for a in rated]
    rows = [row + [""] * (n_columns + 1 - len(row)) for row in rows]
    middle = [""] * (n_columns - 2)
    names = ["smallest gaps", *middle, "largest gaps"] if n_columns > 1 else ["gaps"]
    return format_table(["metric", *names], rows)


def _format_gap(p: Preference) -> str:
    return f"{100 * p.low:.2f} to {100 * p.high:.2f}: {_format_share(p)}"


def _format_share(p: Preference) -> str:
    inside = "" if isnan(p.share_low) else f" ({100 * p.share_low:.0f} to {100 * p.share_high:.0f})"
    return f"{100 * p.share:.0f} %{inside}, n = {p.pairs}"
