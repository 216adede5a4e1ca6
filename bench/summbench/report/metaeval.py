"""The agreement of metrics with human ratings, as Markdown of at most 80 columns where it can."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import isnan
from textwrap import fill

from summbench.analysis.metaeval.agreement import Agreement, BestMetric, MetricAgreement
from summbench.analysis.metaeval.intervals import Correlation
from summbench.analysis.metaeval.omissions import format_omission
from summbench.core.control_characters import to_one_line
from summbench.leaderboard.board import shorten_signature
from summbench.report.markdown import format_table
from summbench.report.summary.words import join_names
from summbench.stats.preference import Preference

_WIDTH = 80
_DASH = "—"
_LEVELS = (
    ("System level: do metrics order the systems as people do?",
     (("tau-b", "system", "kendall"), ("r", "system", "pearson")), "systems"),
    ("Summary level: do they order the summaries of one article as people do?",
     (("tau-b", "summary", "kendall"), ("r", "summary", "pearson")), "articles"),
    ("Over all summaries: do their scores follow the ratings?",
     (("r within systems", "within", "pearson"), ("r pooled", "pooled", "pearson")), "summaries"),
)  # fmt: skip
_ONE_SYSTEM = (
    ("Over all summaries of the one system: do their scores follow the ratings?",
     (("r", "pooled", "pearson"), ("rho", "pooled", "spearman")), "summaries"),
)  # fmt: skip
_RESAMPLED = {
    "level": "Systems are resampled at the system level, articles at the other levels. With few of "
    "them the intervals are widened as Student's t is.",
    "one": "Articles are resampled. With few of them the intervals are widened as Student's t is.",
    "both": "Both systems and articles are resampled, which makes the intervals conservative.",
}
_LEVEL_NOTES = (
    "systems, articles, summaries: how many the number is over. An article without a correlation "
    "of its own, as one side is the same for all systems, does not count.",
    "r within systems: each system's mean is subtracted first. r pooled mixes systems and "
    "articles, and can be high without any correlation within systems.",
)
_GAP_NOTE = (
    "gap: difference of two systems' mean scores, in the metric's unit. A tie in the human ratings "
    "counts half. Pairs share systems, so they are not independent. In brackets: 95 % interval in "
    "percent; — if all resamples give the same share, or there is one article."
)


def render_metric_agreement(report: MetricAgreement) -> str:
    """A section for each human dimension: correlations, the best metric, and score gaps."""
    parts = [f"# {to_one_line(report.name)}: metrics against human ratings", _format_size(report)]
    if report.omissions:
        lines = (f"- {to_one_line(format_omission(omission))}" for omission in report.omissions)
        parts.append("Left out, or without a number:\n\n" + "\n".join(map(_wrap, lines)))
    for dimension, n_missing in report.unrated_summaries.items():
        parts += _format_dimension(report, dimension, n_missing)
    parts.append("\n".join(_wrap(f"- {note}") for note in _list_notes(report)))
    return "\n\n".join(parts) + "\n"


def _format_size(report: MetricAgreement) -> str:
    size = f"{_count(len(report.systems), 'system')}, {_count(report.articles, 'rated article')}."
    averaged = f" Averaged over several annotators: {_count(report.n_averaged, 'rating')}."
    undefined = (
        " With one system there is no order of systems, and none within an article: the system and "
        "the summary level are not defined."
    )
    size += averaged if report.n_averaged else ""
    if report.simulated:
        size += (
            f" Simulated: {to_one_line(join_names(report.simulated))}. A program gave these "
            "ratings, so that nothing here is what people say."
        )
    if report.excluded:
        size += f" Raters left out by collect: {to_one_line(join_names(report.excluded))}."
    return _wrap(size + (undefined if len(report.systems) == 1 else ""))


def _count(n: int, noun: str) -> str:
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def _format_dimension(report: MetricAgreement, dimension: str, n_missing: int) -> list[str]:
    agreements = [
        a
        for a in report.agreements
        if a.dimension == dimension and a.metric in report.display_metrics
    ]
    n_summaries = len(report.systems) * report.articles
    rated = f"{n_missing:,} of {n_summaries:,} summaries are not rated."
    parts = [f"## {to_one_line(dimension)}", rated if n_missing else "Every summary is rated."]
    for title, columns, unit in _ONE_SYSTEM if len(report.systems) == 1 else _LEVELS:
        parts += _format_level(report, agreements, title, columns, unit)
    parts += [
        _wrap(_format_best(best, agreements))
        for best in report.best_metrics
        if best.dimension == dimension
    ]
    return parts + _format_gaps(agreements)


def _format_level(
    report: MetricAgreement,
    agreements: Sequence[Agreement],
    title: str,
    columns: Sequence[tuple[str, str, str]],
    unit: str,
) -> list[str]:
    """A table of the level, and why numbers are missing; without any number only that."""
    cells = {
        a.metric: [a.get_correlation(level, coefficient) for _, level, coefficient in columns]
        for a in agreements
    }
    if not cells:
        return ["No metric is left to compare."]
    if all(isnan(c.value) for row in cells.values() for c in row):
        reasons = dict.fromkeys(c.reason for row in cells.values() for c in row)
        return [_wrap(f"{title} Not defined: {'; '.join(reasons)}.")]

    def order(metric: str) -> tuple[bool, float]:
        value = cells[metric][0].value
        return report.metrics[metric].role != "quality", 2.0 if isnan(value) else -value

    n_systems, n_articles = len(report.systems), report.articles
    totals = {"systems": n_systems, "articles": n_articles, "summaries": n_systems * n_articles}
    rows = [
        [_name(metric, report), *map(_format_correlation, cells[metric]),
         _format_coverage(max(c.n for c in cells[metric]), totals[unit])]
        for metric in sorted(cells, key=order)
    ]  # fmt: skip
    table = format_table(["metric", *(heading for heading, *_ in columns), unit], rows)
    without_value = _list_reasons(cells.items(), lambda c: isnan(c.value))
    without_interval = _list_reasons(cells.items(), lambda c: not isnan(c.value) and isnan(c.low))
    lines = [f"No value, {line}." for line in without_value]
    lines += [f"No interval, {line}." for line in without_interval]
    return [title, table, *(["\n".join(map(_wrap, lines))] if lines else [])]


def _format_coverage(n: int, total: int) -> str:
    return f"{n:,}" if n == total else f"{n:,} of {total:,}"


def _list_reasons(
    rows: Iterable[tuple[str, Sequence[Correlation]]], is_missing: Callable[[Correlation], bool]
) -> list[str]:
    """Each reason once, with the metrics that it is about."""
    metrics: dict[str, dict[str, None]] = {}
    for metric, row in rows:
        for correlation in filter(is_missing, row):
            metrics.setdefault(correlation.reason, {})[metric] = None
    return [f"{reason}: {', '.join(names)}" for reason, names in metrics.items()]


def _name(metric: str, report: MetricAgreement) -> str:
    return metric if report.metrics[metric].role == "quality" else f"{metric} (d)"


def _format_correlation(c: Correlation) -> str:
    if isnan(c.value):
        return _DASH
    return f"{_format_coefficient(c.value)} ({_format_interval(c.low, c.high)})"


def _format_interval(low: float, high: float) -> str:
    if isnan(low):
        return _DASH
    short, long = ([_format_coefficient(x, n) for x in (low, high)] for n in (2, 4))
    return ", ".join(short if short[0] != short[1] else long)


def _format_coefficient(value: float, decimals: int = 2) -> str:
    """A number of at most 1 without the zero before its point, as papers print correlations."""
    return f"{value:.{decimals}f}".replace("0.", ".", 1)


def _format_best(best: BestMetric, agreements: Sequence[Agreement]) -> str:
    agreement = next(a for a in agreements if a.metric == best.metric)
    tau = _format_correlation(agreement.get_correlation("system", "kendall"))
    text = f"Highest at the system level: {best.metric}, tau-b {tau}."
    if best.tied_metrics:
        text += (
            f" Not told apart from {', '.join(best.tied_metrics)}: no 95 % interval of the "
            "difference that is above 0."
        )
    if best.lower_metrics:
        text += f" Lower: {', '.join(best.lower_metrics)}."
    return text + " Not corrected for choosing the highest."


def _format_gaps(agreements: Sequence[Agreement]) -> list[str]:
    rows = [
        [a.metric, f"{p.low:.3g} to {p.high:.3g}", _format_share(p), f"{p.pairs:,}"]
        for a in agreements
        for p in a.preferences
    ]
    if not rows:
        return []
    title = "Of two systems, how often do people prefer the one with the better score?"
    return [title, format_table(["metric", "gap", "people agree", "pairs"], rows)]


def _format_share(p: Preference) -> str:
    has_interval = not isnan(p.share_low)
    interval = f"{100 * p.share_low:.0f}, {100 * p.share_high:.0f}" if has_interval else _DASH
    return f"{100 * p.share:.0f} % ({interval})"


def _list_notes(report: MetricAgreement) -> list[str]:
    first_columns = {m.partition(".")[0]: report.metrics[m] for m in report.display_metrics}
    signatures = (f"{m} ({shorten_signature(i.signature)})" for m, i in first_columns.items())
    notes = list(_LEVEL_NOTES) if len(report.systems) > 1 else []
    resampled = _RESAMPLED["one" if len(report.systems) == 1 else report.resample]
    notes.append(
        f"In brackets: 95 % percentile intervals from {report.resamples:,} bootstrap resamples "
        f"(seed {report.seed}). {resampled} r: Pearson; rho: Spearman; tau-b: "
        "Kendall."
    )
    if any(a.preferences for a in report.agreements):
        notes.append(_GAP_NOTE)
    if any(report.metrics[m].role != "quality" for m in report.display_metrics):
        notes.append("(d): a diagnostic, which does not measure quality.")
    notes.append(
        f"All coefficients, metrics and signatures are in the JSON (--json). Signatures, in short: "
        f"{', '.join(signatures)}."
    )
    return notes


def _wrap(text: str) -> str:
    indent = "  " if text.startswith("- ") else ""
    return fill(
        text, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
