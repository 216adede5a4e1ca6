"""Quantiles of each model's scores over articles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from summbench.leaderboard.board import Leaderboard
from summbench.report.plots.style import (
    COLUMN,
    MARKS,
    Mark,
    create_panel,
    explain_absence,
    format_axis_label,
    get_scale,
    label_entry,
    name_rows,
    rank_entries,
)

_ROW = 0.155  # inches
_FRAME = 0.85
_MAX_MARKS = 200


def draw_distributions(
    board: Leaderboard, dataset: str, scores: Mapping[str, Sequence[float]]
) -> Figure | str:
    """Model -> its scores, article by article, as quantiles; or why it is not drawn."""
    entries = [entry for entry in rank_entries(board, dataset) if entry.model in scores]
    if not entries:
        return explain_absence(board, dataset)
    figure, axes = create_panel(COLUMN, _FRAME + _ROW * len(entries))
    for row, entry in enumerate(entries):
        values = get_scale(board) * np.asarray(scores[entry.model], float)
        _draw_quantiles(axes, row, values[~np.isnan(values)], MARKS[board.models[entry.model]])
    name_rows(axes, [label_entry(board, entry) for entry in entries])
    figure.supxlabel(
        f"{format_axis_label(board)} of each article\n"
        "line: 5 to 95 %, bar: quartiles, tick: median, circle: mean",
        fontsize=7,
    )
    return figure


def _draw_quantiles(axes: Axes, row: int, values: np.ndarray, mark: Mark) -> None:
    low, first, median, third, high = np.quantile(values, [0.05, 0.25, 0.5, 0.75, 0.95])
    if len(values) <= _MAX_MARKS:
        axes.plot(
            values, np.full(len(values), row + 0.3), "|", color="#555555", ms=2, mew=0.3,
            gid="articles",
        )  # fmt: skip
    axes.plot([low, high], [row, row], "-", color=mark.colour, lw=0.7, gid="range")
    axes.plot(
        [first, third], [row, row], "-", color=mark.colour, lw=4, solid_capstyle="butt",
        gid="quartiles",
    )  # fmt: skip
    axes.plot(median, row, "|", color="white", ms=4.5, mew=1.1, gid="median")
    axes.plot(values.mean(), row, "o", color="black", mfc="white", ms=3, mew=0.7, gid="mean")
