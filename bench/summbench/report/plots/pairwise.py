"""Who beats whom? Differences above the diagonal, their adjusted p below it."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from summbench.leaderboard.board import ALPHA, Comparison, Leaderboard
from summbench.report.coverage import format_pair_coverage
from summbench.report.plots.style import (
    BLUE,
    COLUMN,
    DOUBLE,
    create_panel,
    explain_absence,
    format_axis_label,
    get_scale,
    rank_entries,
    shorten_name,
)

_MOST_IN_A_COLUMN = 7
_MOST_WITH_NUMBERS = 14
_LEVELS = ((0.001, 1.0), (0.01, 0.45), (ALPHA, 0.16))
"""Adjusted p at most, and the share of a dot's full area."""
_SHADES = LinearSegmentedColormap.from_list("shades", ["#FFFFFF", BLUE, "#00304B"])


def draw_pairwise(board: Leaderboard, dataset: str) -> Figure | str:
    """All pairs of the primary metric, best model first; or why it is not drawn."""
    entries = [e for e in rank_entries(board, dataset) if board.models[e.model] != "bound"]
    names = [entry.model for entry in entries]
    if not names:
        return explain_absence(board, dataset)
    comparisons = {
        (c.a, c.b): c
        for c in board.comparisons
        if (c.dataset, c.metric) == (dataset, board.primary) and {c.a, c.b} <= set(names)
    }
    if board.vs is not None:
        return f"every model was compared with {board.vs} only; see the table"
    if not comparisons:
        return "there are no two models to compare"
    width = COLUMN if len(names) <= _MOST_IN_A_COLUMN else DOUBLE
    figure, axes = create_panel(width, width + 0.25)
    differences, p = _build_matrices(board, names, comparisons)
    image = axes.imshow(differences, cmap=_SHADES, vmin=0, gid="differences")
    if len(names) <= _MOST_WITH_NUMBERS:
        _draw_numbers(axes, differences, p)
    else:
        _draw_dots(axes, p, width)
        figure.colorbar(image, shrink=0.3, aspect=15, pad=0.01, label=format_axis_label(board))
    _draw_frame(axes, board, names, format_pair_coverage(board, dataset))
    return figure


def _build_matrices(
    board: Leaderboard, names: list[str], comparisons: dict[tuple[str, str], Comparison]
) -> tuple[np.ndarray, np.ndarray]:
    """By how much the better (row) leads the worse (column); adjusted p at [worse, better]."""
    shape = (len(names), len(names))
    differences, p = np.full(shape, np.nan), np.full(shape, np.nan)
    better = -1 if board.metrics[board.primary].direction == "lower" else 1
    rows = {name: row for row, name in enumerate(names)}
    for (a, b), comparison in comparisons.items():
        first, second = sorted((rows[a], rows[b]))
        sign = better if rows[a] == first else -better
        differences[first, second] = sign * get_scale(board) * comparison.difference.mean
        p[second, first] = comparison.p_adjusted
    return differences, p


def _draw_numbers(axes: Axes, differences: np.ndarray, p: np.ndarray) -> None:
    """Both numbers in their cells; a significant pair is bold and framed on both sides."""
    most = np.nanmax(differences)
    size = 6.5 if len(p) <= _MOST_IN_A_COLUMN else 6
    for (row, column), value in np.ndenumerate(p):
        if np.isnan(value):
            continue
        weight = "bold" if value <= ALPHA else "normal"
        lead = differences[column, row]
        colour = "white" if most > 0 and lead / most > 0.35 else "black"
        centred: dict[str, Any] = {
            "ha": "center",
            "va": "center",
            "fontsize": size,
            "fontweight": weight,
        }
        axes.text(row, column, f"{lead:.2f}", color=colour, **centred)
        axes.text(column, row, _format_p(value), **centred)
        if value <= ALPHA:
            for x, y in ((row, column), (column, row)):
                axes.add_patch(
                    Rectangle((x - 0.46, y - 0.46), 0.92, 0.92, fill=False, lw=0.8, gid="frame")
                )


def _format_p(value: float) -> str:
    return "<.001" if value < 0.001 else f"{value:.3f}".removeprefix("0")


def _draw_dots(axes: Axes, p: np.ndarray, width: float) -> None:
    """Where numbers have no room: a dot below the diagonal, the larger the smaller p is."""
    cell = 72 * 0.8 * width / len(p)
    above = -1.0
    for level, share in _LEVELS:
        rows, columns = np.nonzero((p <= level) & (p > above))
        axes.scatter(
            columns, rows, s=0.5 * share * cell**2, color="black", lw=0, label=f"p ≤ {level:g}",
            gid="significant",
        )  # fmt: skip
        above = level
    axes.figure.legend(loc="outside upper center", ncols=3, columnspacing=1.2, handletextpad=0.2)


def _draw_frame(axes: Axes, board: Leaderboard, names: list[str], coverage: str) -> None:
    labels = [shorten_name(name) for name in names]
    axes.set_xticks(range(len(names)), labels, rotation=90)
    axes.set_yticks(range(len(names)), labels)
    if len(names) > _MOST_WITH_NUMBERS:
        axes.tick_params(labelsize=5.5)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.plot([-0.5, len(names) - 0.5], [-0.5, len(names) - 0.5], "-", color="#BBBBBB", lw=0.6)
    marked = "bold and framed: ≤ .05" if len(names) <= _MOST_WITH_NUMBERS else "dots"
    axes.figure.supxlabel(
        f"above: {format_axis_label(board)}, row less column\nbelow: adjusted p ({marked})"
        + (f"\non {coverage} articles" if coverage else ""),
        fontsize=7,
    )
