"""The gate in words: the verdict in a sentence, one for each row that failed, and cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite, isnan

from summbench.gate.records import GateReport, MetricVerdict, SliceLoss, Verdict
from summbench.report.coverage import format_coverage

HEADINGS = (
    "verdict", "dataset", "model", "metric", "baseline", "candidate", "difference", "bounds",
    "margin", "articles", "changed",
)  # fmt: skip
_ORDER: Sequence[Verdict] = ("not comparable", "regressed", "inconclusive", "improved", "pass")


def sort_rows(gate: GateReport) -> tuple[list[MetricVerdict], list[MetricVerdict]]:
    """The rows that fail, the worst verdict and the largest loss first, and those that pass."""

    def place(row: MetricVerdict) -> tuple[int, float]:
        mean = row.difference.mean
        return _ORDER.index(row.verdict), mean if isfinite(mean) else -1.0

    rows = sorted(gate.metric_verdicts, key=place)
    return [r for r in rows if r.is_failing], [r for r in rows if not r.is_failing]


def format_conclusion(gate: GateReport, strict: bool = False) -> str:
    """The verdict in one sentence, and what it means for the exit code."""
    verdicts = [result.verdict for result in gate.metric_verdicts]
    if not verdicts:
        return "Nothing was judged: the baseline has no system with a shown quality metric."
    of_all = f"of {len(verdicts)} {'row' if len(verdicts) == 1 else 'rows'}"
    count = verdicts.count(gate.verdict)
    regressed = verdicts.count("regressed")
    also = f" {regressed} {of_all} regressed." if regressed else ""
    exit_code = "" if strict else " This does not fail without --strict."
    may_be = f"{count} {of_all} may be worse by more than the margin"
    return {
        "pass": f"None {of_all} is worse by more than its margin.",
        "improved": f"{count} {of_all} improved, and none is worse by more than its margin.",
        "regressed": f"{count} {of_all} regressed: {_list_metrics(gate)}.",
        "inconclusive": f"{may_be}: neither shown nor excluded.{exit_code}",
        "not comparable": f"{count} {of_all} can't be compared with the baseline.{also}",
    }[gate.verdict]


def _list_metrics(gate: GateReport) -> str:
    """Each model with the metrics that regressed."""
    metrics: dict[str, dict[str, None]] = {}
    for row in gate.metric_verdicts:
        if row.verdict == "regressed":
            metrics.setdefault(row.label, {})[row.metric] = None
    return "; ".join(f"{model} in {', '.join(names)}" for model, names in metrics.items())


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
    low, high = (_format(v, row, "+") for v in (difference.low, difference.high))
    reason = (
        f"{_format(difference.mean, row, '+')}{unit} over {difference.n:,} articles, between "
        f"{low} and {high}, margin {_format(row.margin, row)}: {row.reason}"
    )
    if row.verdict != "inconclusive":
        return f"{reason} ({_format_p(row.p_adjusted, n_tested)})."
    n = f"{difference.n:,} articles"
    if row.required_articles > difference.n:
        return f"{reason}. {n} are too few; about {row.required_articles:,} are needed."
    return f"{reason}. The loss is too close to the margin to decide with {n}."


def _format_p(p: float, n_tested: int) -> str:
    text = "p < 0.0001" if p < 1e-4 else f"p = {p:.4f}"
    return f"{text}, Holm over {n_tested} rows" if n_tested > 1 else text


SLICE_LOSSES = "Lost in a slice, hidden by the mean (exploratory, no part of the verdict):"


def list_slice_losses(gate: GateReport) -> list[str]:
    """A sentence for each group of articles that lost what the mean hides."""
    return [_describe_slice_loss(loss) for loss in gate.slice_losses]


def _describe_slice_loss(loss: SliceLoss) -> str:
    mean, low, high = (
        _format(value, loss, "+")
        for value in (loss.difference.mean, loss.difference.low, loss.difference.high)
    )
    return (
        f"{loss.model} on the {loss.difference.n:,} articles of {loss.dataset} with {loss.column} "
        f"{loss.group!r}, {loss.metric}: {mean}{' points' if loss.is_fraction else ''}, between "
        f"{low} and {high}, margin {_format(loss.margin, loss)} (p = {loss.p_adjusted:.4f}, Holm "
        f"over {loss.n_groups} groups)."
    )


def format_origin(gate: GateReport) -> str:
    """The candidate, and the run that made the baseline with the commit of its project."""
    metadata = gate.baseline_metadata
    git = metadata.project or metadata.git
    commit = f", commit {git.commit[:12]}" if git else ""
    dirty = " with uncommitted changes" if git and git.dirty else ""
    run = f"run {metadata.name!r} of {metadata.finished}{commit}{dirty}"
    return f"{gate.candidate} against {gate.baseline}: {run}."


def build_cells(row: MetricVerdict) -> Mapping[str, str]:
    """The cells of a row by their heading, under `HEADINGS`."""
    d = row.difference
    has_bounds = isfinite(d.low) and d.method != "identical"
    return {
        "verdict": row.verdict,
        "dataset": row.dataset,
        "model": row.label,
        "metric": row.metric,
        "baseline": _format(row.baseline, row),
        "candidate": _format(row.candidate, row),
        "means": f"{_format(row.baseline, row)} → {_format(row.candidate, row)}",
        "difference": _format(d.mean, row, "+"),
        "bounds": f"{_format(d.low, row, '+')} to {_format(d.high, row, '+')}"
        if has_bounds
        else "-",
        "margin": _format(row.margin, row),
        "articles": format_coverage(d.n, row.n_articles) or str(d.n),
        "changed": f"{row.n_changed:,} of {row.n_articles:,}",
    }


def list_shared_cells(rows: Sequence[MetricVerdict]) -> Mapping[str, str]:
    """Cells that are the same in all rows and say nothing beside them: dataset and margin."""
    cells = [build_cells(row) for row in rows]
    return {
        heading: cells[0][heading]
        for heading in ("dataset", "margin")
        if len({row[heading] for row in cells}) == 1
    }


def explain_columns(gate: GateReport) -> str:
    """What the numbers of the table are, and what the verdicts keep."""
    rows = gate.metric_verdicts
    plain = dict.fromkeys(row.metric for row in rows if not row.is_fraction)
    scale = f"; plain means of {', '.join(plain)}" if plain else ""
    shared = list_shared_cells(rows) if rows else {}
    margin = f" The margin is {shared['margin']}." if "margin" in shared else ""
    holm = (
        f" p is corrected by Holm's method over the {gate.n_tested} rows with changed summaries: "
        "without a true difference at most 5 % of such tables raise an alarm."
        if gate.n_tested
        else ""
    )
    return (
        f"Means in points (x 100){scale}. difference: candidate - baseline, turned so that below 0 "
        f"is worse. bounds: each a one-sided 95 % bound.{margin}{holm}"
    )


def format_points(value: float, sign: str = "") -> str:
    """100 x the value with two decimals; no minus sign before zero."""
    if isnan(value):
        return "n/a"
    text = f"{100 * value:{sign}.2f}"
    return "0.00" if float(text) == 0 else text


def format_loss(loss: float, is_fraction: bool) -> str:
    """The change of an article's score: below 0 for a loss."""
    return format_points(-loss if is_fraction else -loss / 100, "+")


def _format(value: float, row: MetricVerdict | SliceLoss, sign: str = "") -> str:
    return format_points(value if row.is_fraction else value / 100, sign)
