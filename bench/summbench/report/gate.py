"""The gate's verdicts as readable Markdown, and as JSON."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import takewhile
from math import isfinite, isnan
from typing import Any

from summbench.core.control_characters import to_one_line
from summbench.core.records import Estimate
from summbench.gate.records import (
    ArticleRegression,
    GateReport,
    MetricVerdict,
    Verdict,
    get_exit_code,
)
from summbench.report.coverage import format_coverage
from summbench.report.markdown import escape_markdown
from summbench.runs.schema import BaselineMetadata, RunMetadata, to_json_value
from summbench.runs.tables import PredictionDigest

_SCHEMA = 1
_MAX_LENGTH = 200
_SHARED_LENGTH = 40
"""Characters that two summaries share and that are shown before their first difference."""
HEADINGS = (
    "dataset", "model", "metric", "baseline", "candidate", "difference", "margin", "articles",
    "changed", "verdict",
)  # fmt: skip
_TEXT_COLUMNS = {0, 1, 2, 9}
NOTE = (
    "In points (100 x the mean over articles). difference: candidate - baseline; below 0 is worse. "
    "Each bound in [ ] is a one-sided 95 % bound. articles: so many were judged. changed: articles "
    "with another summary. Each row has its own verdict; the rows are not corrected for their "
    "number."
)


def render_gate(gate: GateReport, strict: bool = False) -> str:
    """The table, a sentence for each problem, the articles with the largest loss, the verdict."""
    parts = [
        f"## Gate: {gate.verdict}",
        _escape_line(format_origin(gate)),
        _format_table(gate.metric_verdicts),
        NOTE,
    ]
    items = [f"- {escape_markdown(to_one_line(problem))}" for _, problem in list_problems(gate)]
    items += [f"- {_escape_line(note)}" for note in gate.notes]
    if items:
        parts.append("\n".join(items))
    if gate.article_regressions:
        regressions = "\n".join(map(_format_regression, gate.article_regressions))
        parts.append(f"Articles with the largest losses, in points:\n\n{regressions}")
    parts.append(f"Verdict: **{gate.verdict}**. {format_conclusion(gate, strict)}")
    return "\n\n".join(parts) + "\n"


def _summarize_metadata(metadata: RunMetadata | BaselineMetadata) -> dict[str, Any]:
    values = to_json_value(metadata)
    return {key: values[key] for key in ("schema_version", "name", "finished", "versions", "git")}


def to_json(gate: GateReport, strict: bool = False) -> str:
    """Schema version 1; numbers are fractions, NaN is null."""
    content = {
        "schema_version": _SCHEMA,
        "exit_code": get_exit_code(gate.verdict, strict),
        "strict": strict,
        **asdict(gate),
        "baseline_metadata": _summarize_metadata(gate.baseline_metadata),
    }
    return (
        json.dumps(replace_nan_by_none(content), ensure_ascii=False, indent=1, allow_nan=False)
        + "\n"
    )


def list_problems(gate: GateReport) -> list[tuple[Verdict, str]]:
    """A text for each number that neither passed nor improved; numbers with one reason share it."""
    names: dict[tuple[Verdict, str], list[str]] = {}
    for result in gate.metric_verdicts:
        if result.verdict not in {"pass", "improved"}:
            name = f"{result.model} on {result.dataset}, {result.metric}"
            names.setdefault((result.verdict, explain_verdict(result)), []).append(name)
    return [
        (verdict, f"{verdict}: {'; '.join(of_reason)}: {reason}")
        for (verdict, reason), of_reason in names.items()
    ]


def explain_verdict(result: MetricVerdict) -> str:
    """The reason; with the difference and its bounds if a test decided."""
    difference = result.difference
    if result.required_articles is None or isnan(difference.low):
        return result.reason
    reason = (
        f"{result.reason}; the mean difference over {difference.n:,} articles is "
        f"{format_points(difference.mean)} points, between "
        f"{format_points(difference.low)} and {format_points(difference.high)}, the margin "
        f"{format_points(result.margin)}."
    )
    if result.verdict != "inconclusive":
        return reason
    n = f"{difference.n:,} articles"
    if result.required_articles > difference.n:
        return f"{reason} {n} are too few; about {result.required_articles:,} are needed."
    return f"{reason} The loss is too close to the margin to decide with {n}."


def format_conclusion(gate: GateReport, strict: bool = False) -> str:
    """The verdict in one sentence, and what it means for the exit code."""
    verdicts = [result.verdict for result in gate.metric_verdicts]
    of_all = f"of {len(verdicts)} numbers"
    count = verdicts.count(gate.verdict)
    regressed = verdicts.count("regressed")
    also = f" {regressed} {of_all} regressed." if regressed else ""
    exit_code = "" if strict else " This does not fail without --strict."
    return {
        "pass": f"None {of_all} is worse by more than its margin.",
        "improved": f"{count} {of_all} improved, and none is worse by more than its margin.",
        "regressed": f"{count} {of_all} regressed.",
        "inconclusive": f"{count} {of_all} may be worse by more than the margin.{exit_code}",
        "not comparable": f"{count} {of_all} can't be compared with the baseline.{also}",
    }[gate.verdict]


def _escape_line(text: str) -> str:
    return escape_markdown(to_one_line(text))


def format_origin(gate: GateReport) -> str:
    """The candidate, and the run that made the baseline."""
    metadata = gate.baseline_metadata
    git = metadata.git
    commit = f", commit {git.commit[:12]}" if git else ""
    dirty = " with uncommitted changes" if git and git.dirty else ""
    run = f"run {metadata.name!r} of {metadata.finished}{commit}{dirty}"
    return f"{gate.candidate} against {gate.baseline}: {run}."


def _format_table(results: Sequence[MetricVerdict]) -> str:
    rows = [
        HEADINGS,
        *([*map(_escape_line, cells[:3]), *cells[3:]] for cells in map(format_row, results)),
    ]
    widths = [max(3, *map(len, column)) for column in zip(*rows, strict=True)]
    rule = ["-" * w if i in _TEXT_COLUMNS else f"{'-' * (w - 1)}:" for i, w in enumerate(widths)]
    return "\n".join(_format_line(row, widths) for row in (rows[0], rule, *rows[1:]))


def _format_line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        cell.ljust(width) if i in _TEXT_COLUMNS else cell.rjust(width)
        for i, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return f"| {' | '.join(cells)} |"


def format_row(result: MetricVerdict) -> tuple[str, ...]:
    """The cells of one number, under `HEADINGS`."""
    d = result.difference
    interval = f" {_format_interval(d)}" if isfinite(d.low) and d.method != "identical" else ""
    return (
        result.dataset,
        result.model,
        result.metric,
        format_points(result.baseline),
        format_points(result.candidate),
        f"{format_points(d.mean, '+')}{interval}" if isfinite(d.mean) else "n/a",
        format_points(result.margin),
        format_coverage(d.n, result.n_articles) or str(d.n),
        str(result.n_changed),
        result.verdict,
    )


def format_points(value: float, sign: str = "") -> str:
    """100 x the value with two decimals; no minus sign before zero."""
    if isnan(value):
        return "n/a"
    text = f"{100 * value:{sign}.2f}"
    return "0.00" if float(text) == 0 else text


def _format_interval(difference: Estimate) -> str:
    return f"[{format_points(difference.low, '+')}, {format_points(difference.high, '+')}]"


def _format_regression(regression: ArticleRegression) -> str:
    before, after = regression.before, regression.after
    pairs = zip(before.summary or "", after.summary or "", strict=False)
    n_shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    place = f"{regression.article_id} ({regression.dataset})"
    head = f"{place}, {regression.model}, {regression.metric}"
    lines = [
        f"  - {name}: {_escape_line(_format_prediction(prediction, n_shared))}"
        for name, prediction in (("before", before), ("now", after))
    ]
    return "\n".join([f"- {_escape_line(head)}: {format_points(-regression.loss)}", *lines])


def _format_prediction(prediction: PredictionDigest, n_shared: int) -> str:
    """The summary from shortly before the first difference, or why there is none."""
    summary = prediction.summary
    if prediction.error is not None:
        return f"(failed: {to_one_line(prediction.error, _MAX_LENGTH)})"
    if prediction.empty:
        return "(empty)"
    if summary is None:
        return "(the baseline has no summaries)"
    if n_shared <= _MAX_LENGTH // 2:
        return to_one_line(summary, _MAX_LENGTH)
    start = n_shared - _SHARED_LENGTH
    blank = re.search(r"\s", summary[start:])
    return f"... {to_one_line(summary[start + (blank.start() if blank else 0) :], _MAX_LENGTH)}"


def replace_nan_by_none(value: Any) -> Any:
    """The JSON value with null for every number that is not finite."""
    if isinstance(value, Mapping):
        return {key: replace_nan_by_none(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [replace_nan_by_none(item) for item in value]
    return None if isinstance(value, float) and not isfinite(value) else value
