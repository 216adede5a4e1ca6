"""The mean and the interval of each model."""

from __future__ import annotations

from itertools import groupby
from math import isnan

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from summbench.core.records import Kind
from summbench.leaderboard.board import Entry, Leaderboard
from summbench.report.plots.style import (
    BAND,
    COLUMN,
    MARKS,
    create_panel,
    draw_legend,
    explain_absence,
    format_axis_label,
    get_scale,
    label_entry,
    name_rows,
    rank_entries,
)

_ROW = 0.155  # inches
_FRAME = 0.75


def draw_intervals(board: Leaderboard, dataset: str) -> Figure | str:
    """The primary metric with its 95 % intervals, clusters as bands; or why it is not drawn."""
    entries = rank_entries(board, dataset)
    if not entries:
        return explain_absence(board, dataset)
    figure, axes = create_panel(COLUMN, _FRAME + _ROW * len(entries))
    points = get_scale(board)
    for row, entry in enumerate(entries):
        mark, estimate = MARKS[board.models[entry.model]], entry.estimate
        if not isnan(estimate.low):
            axes.plot(
                [points * estimate.low, points * estimate.high], [row, row], "-", color=mark.colour,
                gid="interval",
            )  # fmt: skip
        axes.plot(
            points * estimate.mean, row, mark.shape, color=mark.colour, mfc=mark.face, ms=4,
            mew=0.9, gid="mean",
        )  # fmt: skip
    _draw_lines(axes, board, entries)
    name_rows(axes, [label_entry(board, entry) for entry in entries])
    _draw_clusters(axes, entries)
    figure.supxlabel(f"{format_axis_label(board)}, mean and 95 % interval", fontsize=7)
    draw_legend(axes, [board.models[entry.model] for entry in entries])
    return figure


def _draw_lines(axes: Axes, board: Leaderboard, entries: list[Entry]) -> None:
    """Floor and bound as lines through all rows: the 0 and the 1 of normalized scores."""
    means = {entry.model: entry.estimate.mean for entry in entries}
    dashed: dict[Kind, tuple[float, float]] = {"floor": (4, 2), "bound": (1, 1.5)}
    for kind, dashes in dashed.items():
        names = [m for m, of in board.models.items() if of == kind and m in means]
        if names:
            axes.axvline(
                get_scale(board) * means[names[0]], color=MARKS[kind].colour, lw=0.7, dashes=dashes,
                zorder=0, gid=kind,
            )  # fmt: skip


def _draw_clusters(axes: Axes, entries: list[Entry]) -> None:
    """Every second cluster on a grey band, each with its number at the right edge."""
    rows = [(row, entry.cluster) for row, entry in enumerate(entries) if entry.cluster]
    if not rows:
        return
    side = axes.secondary_yaxis("right")
    ticks = {}
    for cluster, members in groupby(rows, key=lambda pair: pair[1]):
        indices = [row for row, _ in members]
        if cluster % 2 == 0:
            axes.axhspan(
                indices[0] - 0.5, indices[-1] + 0.5, color=BAND, lw=0, zorder=-1, gid="cluster"
            )
        ticks[(indices[0] + indices[-1]) / 2] = str(cluster)
    side.set_yticks(list(ticks), list(ticks.values()))
    side.tick_params(length=0)
    side.spines["right"].set_visible(False)
    axes.set_title("cluster", loc="right", pad=2)
