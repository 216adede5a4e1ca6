"""Several datasets on one page: the board over all of them, and a heat map of their means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan

from summbench.leaderboard.board import Entry, Leaderboard
from summbench.report.coverage import NO_VALUE, format_estimate
from summbench.report.html.templates import render_page
from summbench.report.macro import build_macro_rows, describe_macro, explain_macro

_SHADES = ("least", "low", "middle", "high", "most")


@dataclass(frozen=True, slots=True)
class _HeatCell:
    """A mean, its shade among the systems of its dataset, and its interval in words."""

    text: str
    shade: str
    facts: str


def render_datasets_page(board: Leaderboard, pages: Mapping[str, str]) -> str:
    """The page of a board over several datasets; `pages` are further ones of the navigation."""
    assert board.macro is not None
    headings, rows = build_macro_rows(board, board.macro)
    n_columns = len(headings) - len(board.macro.datasets)
    models = [row[0] for row in rows]
    columns = [_build_column(board, dataset, models) for dataset in board.macro.datasets]
    return render_page(
        "datasets.html",
        name=board.name,
        n_datasets=len(board.datasets),
        pages=pages,
        metric=board.macro.metric,
        sentences=describe_macro(board.macro),
        notes=explain_macro(board.macro),
        headings=headings[:n_columns],
        rows=[row[:n_columns] for row in rows],
        datasets=board.macro.datasets,
        heat=list(zip(models, zip(*columns, strict=True), strict=True)),
    )


def _build_column(board: Leaderboard, dataset: str, models: Sequence[str]) -> list[_HeatCell]:
    entries = {
        e.model: e for e in board.entries if (e.dataset, e.metric) == (dataset, board.primary)
    }
    means = [
        entry.estimate.mean
        for model, entry in entries.items()
        if board.models[model] != "bound" and not isnan(entry.estimate.mean)
    ]
    return [_build_cell(board, entries.get(model), means) for model in models]


def _build_cell(board: Leaderboard, entry: Entry | None, means: Sequence[float]) -> _HeatCell:
    """A bound has no shade: the darkest is the best system."""
    if entry is None or isnan(entry.estimate.mean):
        return _HeatCell(NO_VALUE, "", "no score")
    estimate, scale = entry.estimate, board.get_scale(entry.metric)
    facts = (
        f"{entry.model} on {entry.dataset}: {format_estimate(estimate, scale, estimate.n)}, 95 % "
        f"interval {scale * estimate.low:.2f} to {scale * estimate.high:.2f}, n = {estimate.n:,}"
    )
    text = f"{scale * estimate.mean:.2f}"
    if board.models[entry.model] == "bound":
        return _HeatCell(text, "", facts)
    low, high = min(means), max(means)
    share = (estimate.mean - low) / (high - low) if high > low else 0.5
    if board.metrics[entry.metric].direction == "lower":
        share = 1 - share
    return _HeatCell(text, _SHADES[min(int(share * len(_SHADES)), len(_SHADES) - 1)], facts)
