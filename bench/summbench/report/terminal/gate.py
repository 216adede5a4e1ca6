"""The gate for a terminal: the verdict first, what failed in sentences, and a table that fits."""

from __future__ import annotations

from collections.abc import Sequence

from summbench.core.control_characters import show_controls
from summbench.gate.records import ArticleRegression, GateReport, MetricVerdict
from summbench.report.gate_numbers import format_loss
from summbench.report.gate_reasons import list_problems, sort_rows
from summbench.report.gate_sentences import (
    SLICE_LOSSES,
    build_cells,
    describe_settings,
    explain_columns,
    format_conclusion,
    format_origin,
    list_shared_cells,
    list_slice_losses,
)
from summbench.report.terminal.text import Column, fit_table, list_items, wrap
from summbench.report.word_diff import explain_missing_summaries, list_pieces, merge_short

_COLUMNS = (
    "model", "metric", "difference", "verdict", "bounds", "margin", "dataset", "baseline",
    "candidate", "changed",
)  # fmt: skip
_N_FIXED = 4
_NAMES = {"model", "metric", "dataset", "verdict"}
_MOST_PASSING = 20
_MOST_ARTICLES = 3
_MOST_SLICES = 5
_LONGEST_TEXT = 160


def format_gate(gate: GateReport, width: int = 80, strict: bool = False) -> str:
    """The verdict, a sentence and a row for what failed, the rest, and the worst articles."""
    failing, passing = sort_rows(gate)
    lines = wrap(f"Verdict: {gate.verdict}. {format_conclusion(gate, strict)}", width)
    lines += wrap(format_origin(gate), width)
    lines += wrap(describe_settings(gate), width) if describe_settings(gate) else []
    if failing:
        lines += ["", *list_items((sentence for _, sentence in list_problems(gate)), width)]
    lines += ["", *wrap(gate.remedy, width)] if gate.remedy else []
    shown = passing[: max(0, _MOST_PASSING - len(failing))]
    if rows := [*failing, *shown]:
        lines += ["", *_format_table(gate, rows, width)]
        lines += _list_omitted(len(passing) - len(shown), width)
        lines += ["", *wrap(explain_columns(gate), width)]
    if gate.article_regressions:
        worst = gate.article_regressions[:_MOST_ARTICLES]
        lines += ["", "Largest losses, [- gone -] {+ new +}:"]
        lines += list_items(map(_format_article, worst), width)
    slice_losses = list_slice_losses(gate)[:_MOST_SLICES]
    for title, notes in (
        (SLICE_LOSSES, slice_losses), ("Mind:", gate.notes), ("Not judged:", gate.not_judged),
    ):  # fmt: skip
        if notes:
            lines += ["", title, *list_items(notes, width)]
    return "\n".join(lines)


def format_verdicts(gates: Sequence[GateReport], width: int = 80) -> str:
    """The verdict on each of several candidates, and that they are one family."""
    n_rows = gates[0].n_tested
    items = (f"{gate.candidate}: {gate.verdict}. {format_conclusion(gate)}" for gate in gates)
    head = (
        f"{len(gates)} candidates against {gates[0].baseline}; Holm's correction is over the "
        f"{n_rows} rows of all of them that changed:"
    )
    return "\n".join([*wrap(head, width), *list_items(items, width)])


def _format_table(gate: GateReport, rows: Sequence[MetricVerdict], width: int) -> list[str]:
    shared = list_shared_cells(gate.metric_verdicts)
    cells = [build_cells(row) for row in rows]
    columns = [
        Column(h, [show_controls(row[h]) for row in cells], is_name=h in _NAMES)
        for h in _COLUMNS
        if h not in shared
    ]
    if "dataset" not in shared:  # without it two rows would look alike
        columns.insert(1, columns.pop([column.heading for column in columns].index("dataset")))
    table = fit_table(columns, width, _N_FIXED + ("dataset" not in shared))
    omitted = f"Not shown at this width: {', '.join(table.omitted)}." if table.omitted else ""
    short = "Names with ... are shortened." if table.has_short_names else ""
    notes = " ".join(note for note in (omitted, short) if note)
    return [*table.lines, *(["", *wrap(notes, width)] if notes else [])]


def _list_omitted(n_passing: int, width: int) -> list[str]:
    if n_passing <= 0:
        return []
    text = f"{n_passing} more rows passed and are not listed; --json and --html have all."
    return ["", *wrap(text, width)]


def _format_article(regression: ArticleRegression) -> str:
    """The loss, and from shortly before the first change both summaries in one."""
    head = (
        f"{regression.article_id} ({regression.dataset}), {regression.model}, {regression.metric} "
        f"{format_loss(regression.loss, regression.is_fraction)}"
    )
    missing = explain_missing_summaries(regression.before, regression.after)
    text = "".join(
        _mark(kind, text)
        for kind, text in merge_short(list_pieces(regression.before, regression.after))
    )
    parts = [part for part in (missing, text) if part]
    return f"{head}: {'; '.join(parts)}"


def _mark(kind: str, text: str) -> str:
    flat = " ".join(text.split(" "))
    if len(flat) > _LONGEST_TEXT:
        half = _LONGEST_TEXT // 2
        head, tail = flat[:half], flat[-half:]
        flat = f"{head[: head.rfind(' ') + 1]}... {tail[tail.find(' ') + 1 :]}"
    marks = {"gone": ("[-", "-]"), "new": ("{+", "+}")}
    first, last = marks.get(kind, ("", ""))
    return f"{first}{flat}{last}"
