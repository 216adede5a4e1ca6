"""The gate in words: the verdict in a sentence, one for each row that failed, and cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite

from summbench.gate.history.records import HistoryRow
from summbench.gate.records import GateReport, MetricVerdict, SliceLoss
from summbench.report.coverage import format_coverage
from summbench.report.gate_numbers import describe_scales, format_value

HEADINGS = (
    "verdict", "dataset", "model", "metric", "baseline", "candidate", "difference", "bounds",
    "margin", "articles", "changed",
)  # fmt: skip


def format_conclusion(gate: GateReport, strict: bool = False) -> str:
    """The verdict in one sentence, and what it means for the exit code."""
    verdicts = [result.verdict for result in gate.metric_verdicts]
    if not verdicts:
        return "Nothing was judged: the baseline has no system with a shown quality metric."
    of_all = f"of {count_rows(gate.metric_verdicts)}"
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


def count_rows(rows: Sequence[MetricVerdict | HistoryRow]) -> str:
    """How many rows there are, and what a row is."""
    kind = "model, metric and dataset" if len({r.dataset for r in rows}) > 1 else "model and metric"
    return f"{len(rows)} {'row' if len(rows) == 1 else 'rows'} ({kind})"


def _list_metrics(gate: GateReport) -> str:
    """Each model with the metrics that regressed."""
    metrics: dict[str, dict[str, None]] = {}
    for row in gate.metric_verdicts:
        if row.verdict == "regressed":
            metrics.setdefault(row.label, {})[row.metric] = None
    return "; ".join(f"{model} in {', '.join(names)}" for model, names in metrics.items())


SLICE_LOSSES = "Lost in a slice, hidden by the mean (exploratory, no part of the verdict):"


def list_slice_losses(gate: GateReport) -> list[str]:
    """A sentence for each group of articles that lost what the mean hides."""
    return [_describe_slice_loss(loss) for loss in gate.slice_losses]


def _describe_slice_loss(loss: SliceLoss) -> str:
    mean, low, high = (
        format_value(value, loss, "+")
        for value in (loss.difference.mean, loss.difference.low, loss.difference.high)
    )
    return (
        f"{loss.model} on the {loss.difference.n:,} articles of {loss.dataset} with {loss.column} "
        f"{loss.group!r}, {loss.metric}: {mean}{' points' if loss.is_fraction else ''}, between "
        f"{low} and {high}, margin {format_value(loss.margin, loss)} (p = {loss.p_adjusted:.4f}, "
        f"Holm over {loss.n_groups} groups)."
    )


def describe_settings(gate: GateReport) -> str:
    """What is another in the candidate; empty if no summary changed."""
    if gate.changed_settings:
        return f"Changed settings: {'; '.join(gate.changed_settings)}."
    if any(row.n_changed for row in gate.metric_verdicts):
        return (
            "Changed settings: none of the models whose summaries changed, nor their weights, code "
            "or main packages."
        )
    return ""


def format_origin(gate: GateReport) -> str:
    """The candidate, and the run that made the baseline with a commit: whose is said."""
    metadata = gate.baseline_metadata
    git = metadata.project or metadata.git
    owner = "your repository" if metadata.project else "summbench"
    commit = f", commit {git.commit[:12]} of {owner}" if git else ""
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
        "baseline": format_value(row.baseline, row),
        "candidate": format_value(row.candidate, row),
        "means": f"{format_value(row.baseline, row)} → {format_value(row.candidate, row)}",
        "difference": format_value(d.mean, row, "+"),
        "bounds": f"{format_value(d.low, row, '+')} to {format_value(d.high, row, '+')}"
        if has_bounds
        else "-",
        "margin": format_value(row.margin, row),
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
    shared = list_shared_cells(rows) if rows else {}
    margin = f" The margin is {shared['margin']}." if "margin" in shared else ""
    holm = (
        f" p: corrected for the {gate.n_tested} rows with changed summaries (Holm). If no true "
        "mean changed, at most 5 of 100 such tables give a false alarm."
        if gate.n_tested
        else ""
    )
    return (
        f"{describe_scales(rows)}. difference: candidate minus baseline; below 0 is "
        "always worse. bounds: with 95 % confidence the true difference is above the first, and "
        f"with 95 % below the second.{margin}{holm}"
    )
