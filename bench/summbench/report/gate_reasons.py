"""Why each row of the gate has its verdict, in sentences; the worst first."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, isnan

from summbench.gate.needed_articles import count_needed_articles
from summbench.gate.records import GateReport, MetricVerdict, Verdict
from summbench.report.gate_numbers import format_value

_ORDER: Sequence[Verdict] = ("not comparable", "regressed", "inconclusive", "improved", "pass")


def sort_rows(gate: GateReport) -> tuple[list[MetricVerdict], list[MetricVerdict]]:
    """The rows that fail, the worst verdict and the largest loss first, and those that pass."""

    def place(row: MetricVerdict) -> tuple[int, float]:
        mean = row.difference.mean
        return _ORDER.index(row.verdict), mean if isfinite(mean) else -1.0

    rows = sorted(gate.metric_verdicts, key=place)
    return [r for r in rows if r.is_failing], [r for r in rows if not r.is_failing]


def list_problems(gate: GateReport) -> list[tuple[Verdict, str]]:
    """A sentence for each row that fails, the worst first; rows with one reason share it."""
    rows: dict[tuple[Verdict, str], list[MetricVerdict]] = {}
    for row in sort_rows(gate)[0]:
        rows.setdefault((row.verdict, explain_verdict(row, gate.n_tested)), []).append(row)
    return [
        (verdict, f"{verdict}: {_name_rows(of_reason)}: {reason}")
        for (verdict, reason), of_reason in rows.items()
    ]


def _name_rows(rows: Sequence[MetricVerdict]) -> str:
    """Which rows: models with the same metrics together, "a, b on news, rouge1_f, chrf2"."""
    metrics: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        metrics.setdefault((row.dataset, row.label), []).append(row.metric)
    models: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for (dataset, label), names in metrics.items():
        models.setdefault((dataset, tuple(sorted(names))), []).append(label)
    return "; ".join(
        f"{', '.join(labels)} on {dataset}, {', '.join(names)}"
        for (dataset, names), labels in models.items()
    )


def explain_verdict(row: MetricVerdict, n_tested: int = 1) -> str:
    """The reason; with the difference, its bounds and p if a test decided."""
    difference = row.difference
    if row.required_articles is None or isnan(difference.low):
        return row.reason if row.reason.endswith(".") else f"{row.reason}."
    unit = " points" if row.is_fraction else ""
    low, high = (format_value(v, row, "+") for v in (difference.low, difference.high))
    reason = (
        f"{format_value(difference.mean, row, '+')}{unit} over {difference.n:,} articles, between "
        f"{low} and {high}, margin {format_value(row.margin, row)}: {row.reason}"
    )
    p = _format_p(row.p_adjusted, n_tested)
    if row.verdict != "inconclusive":
        return f"{reason} ({p})."
    if difference.mean > -row.margin:
        decides = (
            f"The lower bound {low} decides: it must be {format_value(-row.margin, row)} or higher"
        )
    else:
        decides = f"The loss as measured is larger than the margin, but not significant: {p}"
    computed = count_needed_articles(difference, row.margin, n_tested)
    needed = _round_up(max(row.required_articles, computed, difference.n + 1))
    few = f"{difference.n:,} articles are too few; about {needed:,} are needed"
    return f"{reason}. {decides}. {few}."


def _round_up(count: int) -> int:
    """Two digits that count: a number of articles is an estimate."""
    unit = int(10 ** max(0, len(str(count)) - 2))
    return -(-count // unit) * unit


def _format_p(p: float, n_tested: int) -> str:
    text = "p < 0.0001" if p < 1e-4 else f"p = {p:.4f}"
    return f"{text}, Holm over {n_tested} rows" if n_tested > 1 else text
