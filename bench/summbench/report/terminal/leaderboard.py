"""A leaderboard for a terminal: a table a dataset, then the same sentences as everywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from math import isnan

from summbench.core.control_characters import show_controls
from summbench.leaderboard.board import Entry, Leaderboard
from summbench.leaderboard.macro_board import MacroBoard
from summbench.report.coverage import NO_VALUE, add_coverage, format_estimate, has_intervals
from summbench.report.grid import KINDS, format_ranks
from summbench.report.legend import find_rank_example
from summbench.report.macro import DESCRIPTIVE, build_macro_rows, describe_macro
from summbench.report.slices import (
    describe_slices,
    list_hidden_differences,
    list_slice_columns,
)
from summbench.report.summary.remedies import list_remedies
from summbench.report.summary.scope import describe_kinds, describe_scope
from summbench.report.summary.summary import Summary, list_all_warnings, summarize
from summbench.report.summary.verdict import compare_with_best
from summbench.report.terminal.text import Column, FittedTable, fit_table, list_items, wrap

_MACRO = "macro mean: the mean of the datasets' means"
_POINTS = "Scores are points (x 100)"
_HALF = "± is half of the 95 % interval of a mean"
_BEST = (
    "best: worse = significantly below the best model, after correction for many comparisons. "
    "tied = may be as good."
)
_VERSUS = (
    "vs {vs}: better, worse = significantly so, after correction for many comparisons. tied = "
    "may be as good."
)
_RANK = (
    "rank: {example} means that the true rank may be anything from {low} to {high}. A test can "
    "tell two models apart although their ± overlap."
)


def format_leaderboard(board: Leaderboard, width: int = 80) -> str:
    """The tables and the sentences, no line wider than `width` but for a longer single word."""
    lines = [] if board.macro is None else [*_format_macro(board, board.macro, width), ""]
    explained: set[str] = set()
    shown: dict[str, list[str]] = {}
    for summary in summarize(board):
        columns, n_fixed = _build_columns(board, summary.dataset)
        table = fit_table(columns, width, n_fixed)
        headings = [c.heading for c in columns if c.heading not in table.omitted]
        shown[summary.dataset] = [name for name in headings if name in board.metrics]
        notes = [*_list_notes(board, summary.dataset, headings), *_list_omitted(table)]
        new = [note for note in notes if note not in explained]
        lines += [*_format_dataset(board, summary, table, new, width), ""]
        explained.update(notes)
    warnings = [*list_all_warnings(board, shown), *chain.from_iterable(board.notes.values())]
    warnings += list_remedies(board)
    lines += ["Warnings:", *list_items(warnings, width), ""] if warnings else []
    for sentence in (*describe_kinds(board), *describe_scope(board)):
        lines += wrap(sentence, width)
    return "\n".join(lines)


def _format_dataset(
    board: Leaderboard, summary: Summary, table: FittedTable, notes: Sequence[str], width: int
) -> list[str]:
    """A title, the table, what it means as far as no earlier table said it, and the verdict."""
    count = board.datasets[summary.dataset].articles
    title = f"{summary.dataset}: {count:,} {'article' if count == 1 else 'articles'}"
    lines = [*wrap(title, width), "", *table.lines, ""]
    lines += [line for note in notes for line in wrap(note, width)]
    sentences = [summary.verdict, *_point_to_slices(board, summary.dataset)]
    return [*lines, *([""] if notes else []), *(x for s in sentences for x in wrap(s, width))]


def _point_to_slices(board: Leaderboard, dataset: str) -> list[str]:
    """Where the means by group are, and that they show nothing new if so."""
    columns = list_slice_columns(board, dataset)
    if not columns:
        return []
    has_hidden = bool(list_hidden_differences(board, dataset))
    where = f"leaderboard.md has the means by {' and by '.join(columns)}."
    return [where, *([] if has_hidden else describe_slices(board, dataset))]


def _format_macro(board: Leaderboard, macro: MacroBoard, width: int) -> list[str]:
    """The board over all datasets; the columns that only describe come last."""
    headings, rows = build_macro_rows(board, macro)
    cells = dict(zip(headings, zip(*rows, strict=True), strict=True))
    names = [*headings[:3], *macro.datasets, *headings[3 : -len(macro.datasets)]]
    models = [_label(board, model) for model in cells["model"]]
    columns = [Column("model", models, is_name=True)]
    columns += [
        Column(name, [cell.partition(" ± ")[0] for cell in cells[name]])
        if name in macro.datasets
        else Column(name, cells[name])
        for name in names[1:]
    ]
    table = fit_table(columns, width, 3)
    lines = [f"{len(macro.datasets)} datasets, by {macro.metric}", "", *table.lines, ""]
    unit = ", in points" if board.get_scale(macro.metric) == 100 else ""
    notes = [
        f"{_MACRO}{unit}; {_HALF}.",
        _RANK,
        *([] if "win rate" in table.omitted else [DESCRIPTIVE]),
    ]
    lines += [line for note in (*notes, *_list_omitted(table)) for line in wrap(note, width)]
    return [*lines, "", *(line for text in describe_macro(macro) for line in wrap(text, width))]


def _list_omitted(table: FittedTable) -> list[str]:
    """What did not fit, and where it is."""
    notes = []
    if table.omitted:
        notes.append(
            f"Not shown at this width: {', '.join(table.omitted)}. leaderboard.md shows all of "
            "them."
        )
    if table.has_short_names:
        notes.append("Names with ... are shortened; leaderboard.md has them whole.")
    return notes


def _build_columns(board: Leaderboard, dataset: str) -> tuple[list[Column], int]:
    """The columns by priority, and how many of them are always shown."""
    entries = {(e.model, e.metric): e for e in board.entries if e.dataset == dataset}
    models = [h.model for h in board.health if h.dataset == dataset]
    names = [_label(board, model) for model in models]
    columns = [Column("model", names, is_name=True)]
    metrics = [m for m in board.display_metrics if any((model, m) in entries for model in models)]
    if board.primary in metrics:
        metrics.remove(board.primary)
        columns.append(_build_metric(board, entries, models, board.primary, is_primary=True))
    words = compare_with_best(board, dataset)
    if words:
        heading = "best" if board.vs is None else f"vs {board.vs}"
        lost = {h.model for h in board.health if h.dataset == dataset and h.failed == h.articles}
        words |= dict.fromkeys(lost, "failed")
        columns.append(Column(heading, [words.get(model, "-") for model in models]))
    ranks = {
        e.model: format_ranks(e)
        for (_, m), e in entries.items()
        if m == board.primary and e.rank_low
    }
    if ranks:
        columns.append(Column("rank", [ranks.get(model, "-") for model in models]))
    n_fixed = len(columns)
    metrics.sort(key=lambda metric: board.metrics[metric].role != "quality")
    columns += [_build_metric(board, entries, models, m, is_primary=False) for m in metrics]
    return columns, n_fixed


def _label(board: Leaderboard, model: str) -> str:
    kind = KINDS[board.models[model]]
    return show_controls(f"{model} ({kind})" if kind else model)


def _build_metric(
    board: Leaderboard,
    entries: Mapping[tuple[str, str], Entry],
    models: Sequence[str],
    metric: str,
    *,
    is_primary: bool,
) -> Column:
    """The means; of the primary metric with half of their intervals."""
    scale = board.get_scale(metric)
    cells = []
    for model in models:
        if (model, metric) not in entries:
            cells.append(NO_VALUE)
            continue
        entry = entries[model, metric]
        total = board.datasets[entry.dataset].articles
        mean = entry.estimate.mean
        if is_primary or isnan(mean):
            cells.append(format_estimate(entry.estimate, scale, total))
        else:
            cells.append(add_coverage(f"{scale * mean:.2f}", entry.estimate.n, total))
    return Column(metric, cells)


def _list_notes(board: Leaderboard, dataset: str, headings: Sequence[str]) -> list[str]:
    """What the shown columns mean."""
    metrics = [name for name in headings if name in board.metrics]
    shares = [name for name in metrics if board.get_scale(name) == 100]
    notes = []
    if metrics:
        plain = [name for name in metrics if name not in shares]
        parts = [_POINTS if shares else "Scores are plain means"]
        parts += [_HALF] if board.primary in metrics and has_intervals(board, dataset) else []
        parts += [f"{', '.join(plain)}: plain means"] if plain and shares else []
        notes.append(f"{'; '.join(parts)}.")
    notes += [_BEST] if "best" in headings else []
    notes += [_VERSUS.format(vs=board.vs)] if f"vs {board.vs}" in headings else []
    notes += [_RANK.format(**find_rank_example(board))] if "rank" in headings else []
    lower = [name for name in metrics if board.metrics[name].direction == "lower"]
    return notes + ([f"Lower is better: {', '.join(lower)}."] if lower else [])
