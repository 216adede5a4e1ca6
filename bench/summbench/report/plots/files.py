"""Every figure of a leaderboard as files."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from typing import cast

from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.typing import RcKeyType

from summbench.core.errors import SummbenchError
from summbench.leaderboard.board import Leaderboard
from summbench.report.plots.distributions import draw_distributions
from summbench.report.plots.intervals import draw_intervals
from summbench.report.plots.pairwise import draw_pairwise
from summbench.report.plots.style import RC
from summbench.report.plots.tradeoffs import draw_length, draw_speed
from summbench.report.sanitize import sanitize

Scores = Mapping[tuple[str, str], Sequence[float]]
"""Dataset and model -> the primary metric, article by article."""

_UNDATED: Mapping[str, dict[str, None]] = {
    "pdf": {"CreationDate": None, "Producer": None, "Creator": None},
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
}
FORMATS = tuple(_UNDATED)


def draw_figures(
    board: Leaderboard, scores: Scores, formats: Sequence[str]
) -> tuple[dict[str, bytes], dict[str, str]]:
    """File name -> content, and figure -> the reason why it is not drawn.

    Raises:
        SummbenchError: if a format is unknown.
    """
    if unknown := [name for name in formats if name not in FORMATS]:
        raise SummbenchError(
            f"Unknown plot format {unknown[0]!r}; the formats are {', '.join(FORMATS)}."
        )
    files: dict[str, bytes] = {}
    skipped: dict[str, str] = {}
    for dataset in board.datasets:
        with rc_context(cast("dict[RcKeyType, object]", dict(RC))):
            for name, draw in _list_figures(board, dataset, scores).items():
                stem = f"{sanitize(dataset)}-{name}"
                figure = draw()
                if isinstance(figure, str):
                    skipped[stem] = figure
                else:
                    files |= {f"{stem}.{kind}": _save_figure(figure, kind) for kind in formats}
    return files, skipped


def _list_figures(
    board: Leaderboard, dataset: str, scores: Scores
) -> dict[str, Callable[[], Figure | str]]:
    scores_of_dataset = {model: values for (of, model), values in scores.items() if of == dataset}
    return {
        "intervals": lambda: draw_intervals(board, dataset),
        "pairwise": lambda: draw_pairwise(board, dataset),
        "length": lambda: draw_length(board, dataset),
        "speed": lambda: draw_speed(board, dataset),
        "distributions": lambda: draw_distributions(board, dataset, scores_of_dataset),
    }


def _save_figure(figure: Figure, kind: str) -> bytes:
    """The figure in that format, without a date: the same numbers are the same bytes."""
    out = io.BytesIO()
    figure.savefig(out, format=kind, metadata=_UNDATED[kind])
    return out.getvalue()
