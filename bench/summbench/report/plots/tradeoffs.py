"""The primary metric against length, and against time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from summbench.leaderboard.board import Entry, Leaderboard
from summbench.report.coverage import format_coverages
from summbench.report.plots.style import (
    BLACK,
    COLUMN,
    GREY,
    MARKS,
    create_panel,
    draw_legend,
    explain_absence,
    format_axis_label,
    get_scale,
    label_entry,
    label_points,
    rank_entries,
)

_HEIGHT = 2.6
_TOKENS = "length.tokens"


def draw_length(board: Leaderboard, dataset: str) -> Figure | str:
    """The primary metric against the mean number of words; or why it is not drawn."""
    entries = rank_entries(board, dataset)
    if not entries:
        return explain_absence(board, dataset)
    lengths = {
        e.model: e.estimate
        for e in board.entries
        if (e.dataset, e.metric) == (dataset, _TOKENS) and not isnan(e.estimate.mean)
    }
    entries = [entry for entry in entries if entry.model in lengths]
    if not entries:
        return f"{_TOKENS} was not among the metrics"
    figure, axes = create_panel(COLUMN, _HEIGHT)
    counts = [lengths[entry.model].n for entry in entries]
    coverage = format_coverages(counts, board.datasets[dataset].articles)
    axes.set_xlabel(f"{_TOKENS} (mean words of a summary, {coverage} articles)")
    _draw_points(axes, board, entries, {model: words.mean for model, words in lengths.items()})
    return figure


def draw_speed(board: Leaderboard, dataset: str) -> Figure | str:
    """The primary metric against seconds an article, with the Pareto front; or why not drawn.

    Bounds are left out: they are no systems.
    """
    entries = [e for e in rank_entries(board, dataset) if board.models[e.model] != "bound"]
    if not entries:
        return explain_absence(board, dataset)
    seconds = {
        h.model: h.seconds_per_article
        for h in board.health
        if h.dataset == dataset and h.seconds_per_article > 0
    }
    entries = [entry for entry in entries if entry.model in seconds]
    if not entries:
        return "no model has a time: the summaries were made elsewhere"
    figure, axes = create_panel(COLUMN, _HEIGHT)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.set_xlabel("seconds per article (log)")
    front = find_pareto_front(board, entries, seconds)
    xs = [seconds[entry.model] for entry in front]
    ys = [get_scale(board) * entry.estimate.mean for entry in front]
    axes.plot(
        xs, ys, drawstyle="steps-post", color=BLACK, lw=0.8, dashes=(3, 1.5), zorder=1,
        label="Pareto front", gid="front",
    )  # fmt: skip
    _draw_points(axes, board, entries, seconds)
    return figure


def find_pareto_front(
    board: Leaderboard, entries: Sequence[Entry], cost: Mapping[str, float]
) -> list[Entry]:
    """Those that no other beats at the same or a lower cost, the cheapest first."""
    sign = -1 if board.metrics[board.primary].direction == "lower" else 1
    front: list[Entry] = []
    for entry in sorted(entries, key=lambda e: (cost[e.model], -sign * e.estimate.mean)):
        if not front or sign * entry.estimate.mean > sign * front[-1].estimate.mean:
            front.append(entry)
    return front


def _draw_points(
    axes: Axes, board: Leaderboard, entries: Sequence[Entry], xs: Mapping[str, float]
) -> None:
    points = get_scale(board)
    for entry in entries:
        mark, estimate = MARKS[board.models[entry.model]], entry.estimate
        x = xs[entry.model]
        if not isnan(estimate.low):
            axes.plot(
                [x, x], [points * estimate.low, points * estimate.high], "-", color=GREY, lw=0.6,
                zorder=1, gid="interval",
            )  # fmt: skip
        axes.plot(
            x, points * estimate.mean, mark.shape, color=mark.colour, mfc=mark.face, ms=4, mew=0.9,
            gid="mean",
        )  # fmt: skip
    axes.margins(x=0.12)
    axes.set_ylabel(format_axis_label(board))
    draw_legend(axes, [board.models[entry.model] for entry in entries])
    labels = [label_entry(board, entry) for entry in entries]
    heights = [points * entry.estimate.mean for entry in entries]
    places = [xs[entry.model] for entry in entries]
    label_points(axes, list(zip(places, heights, labels, strict=True)))
