"""The style of every figure: column widths, Okabe and Ito's colours, shapes that survive grey."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from summbench.core.control_characters import show_controls
from summbench.core.records import Kind
from summbench.leaderboard.board import Entry, Leaderboard
from summbench.report.coverage import add_coverage

COLUMN = 3.3
DOUBLE = 6.9
"""Widths in inches of one column and of both."""

RC: Mapping[str, object] = {
    "font.size": 7,
    "axes.titlesize": 7,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "lines.linewidth": 0.9,
    "legend.frameon": False,
    "legend.fontsize": 6.5,
    "text.parse_math": False,  # a name with dollar signs is a name
    "pdf.fonttype": 42,  # TrueType, embedded: Type 3 is refused by many venues
    "svg.hashsalt": "summbench",
    "savefig.dpi": 300,
}

BLUE, ORANGE, VERMILLION, BLACK, GREY = "#0072B2", "#E69F00", "#D55E00", "#000000", "#8C8C8C"
BAND = "#EFEFEF"
_MAX_LENGTH = 26
_LINE_HEIGHT = 8.0  # points, of 7-point text
_CHARACTER_WIDTH = 3.9  # points, the mean width of a character of it


@dataclass(frozen=True, slots=True)
class Mark:
    """A kind's shape, colour and filling: no two kinds differ by colour alone."""

    shape: str
    colour: str
    face: str
    label: str


MARKS: Mapping[Kind, Mark] = {
    "system": Mark("o", BLUE, BLUE, "system"),
    "baseline": Mark("s", ORANGE, "white", "baseline"),
    "floor": Mark("^", VERMILLION, "white", "floor"),
    "bound": Mark("D", BLACK, "white", "bound"),
}


def create_panel(width: float, height: float) -> tuple[Figure, Axes]:
    """An empty figure of that many inches with one panel."""
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.add_subplot()


def rank_entries(board: Leaderboard, dataset: str) -> list[Entry]:
    """The entries of the primary metric with a mean, best first."""
    entries = [
        e
        for e in board.entries
        if (e.dataset, e.metric) == (dataset, board.primary) and not isnan(e.estimate.mean)
    ]
    sign = -1 if board.metrics[board.primary].direction != "lower" else 1
    return sorted(entries, key=lambda e: sign * e.estimate.mean)


def explain_absence(board: Leaderboard, dataset: str) -> str:
    """Why there is nothing to draw for the primary metric."""
    if all((e.dataset, e.metric) != (dataset, board.primary) for e in board.entries):
        return f"{board.primary} needs references, which this dataset does not have"
    return f"{board.primary} is undefined for every model"


def get_scale(board: Leaderboard) -> float:
    """100 if the primary metric is a share, which is in points; else 1."""
    return board.get_scale(board.primary)


def format_axis_label(board: Leaderboard) -> str:
    """The primary metric and its unit."""
    name = show_controls(board.primary)
    return f"{name} (points)" if get_scale(board) == 100 else name


def shorten_name(name: str) -> str:
    """The name, shortened to leave room for the numbers."""
    name = show_controls(name)
    return name if len(name) <= _MAX_LENGTH else f"{name[: _MAX_LENGTH - 1]}…"


def label_entry(board: Leaderboard, entry: Entry) -> str:
    """The model's name, shortened, with what its mean is over if that is not every article."""
    total = board.datasets[entry.dataset].articles
    return add_coverage(shorten_name(entry.model), entry.estimate.n, total)


def name_rows(axes: Axes, names: Sequence[str]) -> None:
    """One row a model, the first on top."""
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)


def label_points(axes: Axes, points: Sequence[tuple[float, float, str]]) -> None:
    """A name beside each point, where it covers no earlier name and no point.

    A name without such a place is left out; the tables have it.
    """
    axes.figure.canvas.draw()
    inches = axes.figure.dpi / 72
    places = [tuple(axes.transData.transform((x, y)) / inches) for x, y, _ in points]
    frame = axes.get_window_extent()
    occupied = [(x - 2.5, y - 2.5, x + 2.5, y + 2.5) for x, y in places]
    for (x, y, name), (point_x, point_y) in zip(points, places, strict=True):
        width = _CHARACTER_WIDTH * len(name)
        for dx, dy in _list_offsets(width):
            box = (point_x + dx, point_y + dy, point_x + dx + width, point_y + dy + _LINE_HEIGHT)
            inside = frame.x0 / inches < box[0] and box[2] < frame.x1 / inches
            if inside and not any(_is_overlapping(box, other) for other in occupied):
                occupied.append(box)
                axes.annotate(
                    name, (x, y), (dx, dy), textcoords="offset points", annotation_clip=False,
                    fontsize=6.5, bbox={"fc": "white", "ec": "none", "pad": 0.2, "alpha": 0.7},
                )  # fmt: skip
                break


def _list_offsets(width: float) -> tuple[tuple[float, float], ...]:
    """Offsets in points of a name of that width from its point: corners, then sides."""
    return (
        *((dx, dy) for dy in (1.5, -1.5 - _LINE_HEIGHT) for dx in (3, -3 - width)),
        *((dx, -_LINE_HEIGHT / 2) for dx in (4, -4 - width)),
    )


def _is_overlapping(a: Sequence[float], b: Sequence[float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def draw_legend(axes: Axes, kinds: Sequence[Kind]) -> None:
    """A legend above the panel, if more than one kind is drawn or something has a name."""
    if len(set(kinds)) == 1 and not axes.get_legend_handles_labels()[1]:
        return
    for kind, mark in MARKS.items():
        if kind in kinds:
            axes.plot(
                [],
                [],
                mark.shape,
                color=mark.colour,
                mfc=mark.face,
                ms=4,
                label=mark.label,
                mew=0.9,
            )
    handles, labels = axes.get_legend_handles_labels()
    if labels:
        axes.figure.legend(
            handles, labels, loc="outside upper center", ncols=min(len(labels), 4),
            handletextpad=0.3, columnspacing=1.2, borderaxespad=0.2,
        )  # fmt: skip
