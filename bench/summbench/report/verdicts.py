"""The gate's verdicts as Markdown whose source is readable too, and as JSON."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import takewhile
from math import isfinite, isnan
from typing import Any

from summbench.gate.records import (
    ArticleRegression,
    GateReport,
    MetricVerdict,
    Verdict,
    get_exit_code,
)
from summbench.report.markdown import escape_markdown
from summbench.runs.schema import BaselineMetadata, RunMetadata, to_json_value
from summbench.runs.tables import PredictionDigest

_SCHEMA = 1
_LONGEST = 200
_KEPT = 40  # characters of what two summaries share that are shown before they part
HEADINGS = (
    "dataset", "model", "metric", "baseline", "candidate", "difference", "margin", "articles",
    "changed", "verdict",
)  # fmt: skip
_TEXT_COLUMNS = {0, 1, 2, 9}
NOTE = (
    "In points (100 x the mean over articles); difference: candidate - baseline, below 0 is worse. "
    "Each border of [ ] is a one-sided 95 % bound. changed: articles with another summary. Every "
    "row is judged alone."
)


def render_gate(gate: GateReport, strict: bool = False) -> str:
    """Table, a sentence for whatever did not pass, the articles that lost most, the verdict."""
    parts = [
        f"## Gate: {gate.verdict}",
        _escape_line(format_origin(gate)),
        _format_table(gate.metric_verdicts),
        NOTE,
    ]
    said = [f"- {escape_markdown(to_one_line(sentence))}" for _, sentence in list_problems(gate)]
    said += [f"- {_escape_line(note)}" for note in gate.notes]
    if said:
        parts.append("\n".join(said))
    if gate.article_regressions:
        parts.append(
            "Articles that lost most, in points:\n\n"
            + "\n".join(map(_format_regression, gate.article_regressions))
        )
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
    """One sentence for each number that did not pass; the same obstacle is said once."""
    found: dict[tuple[Verdict, str], list[str]] = {}
    for judgement in gate.metric_verdicts:
        if judgement.verdict not in {"pass", "improved"}:
            name = f"{judgement.model} on {judgement.dataset}, {judgement.metric}"
            found.setdefault((judgement.verdict, explain_verdict(judgement)), []).append(name)
    return [
        (verdict, f"{verdict}: {'; '.join(names)}: {why}")
        for (verdict, why), names in found.items()
    ]


def explain_verdict(judgement: MetricVerdict) -> str:
    """The reason, and where it is a matter of statistics, the numbers of it."""
    d, margin = judgement.difference, judgement.margin
    if judgement.required_articles is None or isnan(d.low):
        return judgement.reason
    bounds = f"between {format_points(d.low)} and {format_points(d.high)}"
    why = (
        f"{judgement.reason}; the mean difference is {format_points(d.mean)} points, {bounds}, "
        f"the margin {format_points(margin)}."
    )
    if judgement.verdict != "inconclusive":
        return why
    if judgement.required_articles > d.n:
        return (
            f"{why} {d.n:,} articles are too few; about {judgement.required_articles:,} would tell."
        )
    return f"{why} The loss is so near to the margin that {d.n:,} articles can't tell."


def format_conclusion(gate: GateReport, strict: bool = False) -> str:
    """The verdict in one sentence."""
    verdicts = [judgement.verdict for judgement in gate.metric_verdicts]
    of = f"of {len(verdicts)} numbers"
    count = verdicts.count(gate.verdict)
    regressed = verdicts.count("regressed")
    also = f" {regressed} {of} regressed." if regressed else ""
    undecided = "" if strict else " This does not fail without --strict."
    return {
        "pass": f"None {of} is worse by more than its margin.",
        "improved": f"{count} {of} improved, and none is worse by more than its margin.",
        "regressed": f"{count} {of} regressed.",
        "inconclusive": f"{count} {of} may have lost more than the margin, or not.{undecided}",
        "not comparable": f"{count} {of} can't be compared with the baseline.{also}",
    }[gate.verdict]


def to_one_line(text: str, longest: int | None = None) -> str:
    """The text without line breaks and control characters, cut if it is longer."""
    flat = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return flat if longest is None or len(flat) <= longest else f"{flat[: longest - 3]}..."


def _escape_line(text: str) -> str:
    return escape_markdown(to_one_line(text))


def format_origin(gate: GateReport) -> str:
    """Which run is held against which."""
    metadata = gate.baseline_metadata
    git = metadata.git
    commit = f", commit {git.commit[:12]}" if git else ""
    dirty = " and changes to it" if git and git.dirty else ""
    run = f"run {metadata.name!r} of {metadata.finished}{commit}{dirty}"
    return f"{gate.candidate} against {gate.baseline}: {run}."


def _format_table(judgements: Sequence[MetricVerdict]) -> str:
    rows = [
        HEADINGS,
        *([*map(_escape_line, cells[:3]), *cells[3:]] for cells in map(format_row, judgements)),
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


def format_row(judgement: MetricVerdict) -> tuple[str, ...]:
    """The cells of one number, under `HEADINGS`."""
    d = judgement.difference
    names = (judgement.dataset, judgement.model, judgement.metric)
    interval = (
        f" {_format_interval(judgement)}" if isfinite(d.low) and d.method != "identical" else ""
    )
    return (
        *names,
        format_points(judgement.baseline),
        format_points(judgement.candidate),
        f"{format_points(d.mean, '+')}{interval}" if isfinite(d.mean) else "n/a",
        format_points(judgement.margin),
        str(judgement.n_articles),
        str(judgement.n_changed),
        judgement.verdict,
    )


def format_points(value: float, sign: str = "") -> str:
    """100 x the value with two decimals; no minus sign before zero."""
    if isnan(value):
        return "n/a"
    shown = f"{100 * value:{sign}.2f}"
    return "0.00" if float(shown) == 0 else shown


def _format_interval(judgement: MetricVerdict) -> str:
    low, high = judgement.difference.low, judgement.difference.high
    return f"[{format_points(low, '+')}, {format_points(high, '+')}]"


def _format_regression(loss: ArticleRegression) -> str:
    pairs = zip(loss.before.summary or "", loss.after.summary or "", strict=False)
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    head = f"{loss.article_id} ({loss.dataset}), {loss.model}, {loss.metric}"
    lines = [
        f"  - {name}: {_escape_line(_format_prediction(answer, shared))}"
        for name, answer in (("before", loss.before), ("now", loss.after))
    ]
    return "\n".join([f"- {_escape_line(head)}: {format_points(-loss.loss)}", *lines])


def _format_prediction(answer: PredictionDigest, shared: int) -> str:
    """The summary from shortly before where the two part, or why there is none."""
    if answer.error is not None:
        return f"(failed: {to_one_line(answer.error, _LONGEST)})"
    if answer.empty:
        return "(empty)"
    if answer.summary is None:
        return "(the baseline keeps no summaries)"
    if shared <= _LONGEST // 2:
        return to_one_line(answer.summary, _LONGEST)
    start = re.search(r"\s", answer.summary[shared - _KEPT :])
    rest = answer.summary[shared - _KEPT + (start.start() if start else 0) :]
    return f"... {to_one_line(rest, _LONGEST)}"


def replace_nan_by_none(value: Any) -> Any:
    """The value as JSON can hold it, however deep the undefined numbers are."""
    if isinstance(value, Mapping):
        return {key: replace_nan_by_none(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [replace_nan_by_none(item) for item in value]
    return None if isinstance(value, float) and not isfinite(value) else value
