"""Every figure of a leaderboard as files."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import cast

from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.typing import RcKeyType

from summbench.leaderboard.board import Leaderboard
from summbench.report.plots.distributions import distributions
from summbench.report.plots.intervals import intervals
from summbench.report.plots.pairwise import pairwise
from summbench.report.plots.style import RC
from summbench.report.plots.tradeoffs import length, speed
from summbench.report.sanitize import plain

Scores = Mapping[tuple[str, str], Sequence[float]]
"""Dataset and model -> the primary metric, article by article."""

_UNDATED: Mapping[str, dict[str, None]] = {
    "pdf": {"CreationDate": None, "Producer": None, "Creator": None},
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
}
FORMATS = tuple(_UNDATED)


def drawn(
    board: Leaderboard, scores: Scores, formats: Sequence[str]
) -> Iterator[tuple[str, bytes | str]]:
    """The name of each file and its bytes; or a figure's name and why it is not drawn."""
    for dataset in board.datasets:
        with rc_context(cast("dict[RcKeyType, object]", dict(RC))):
            for name, draw in _figures(board, dataset, scores).items():
                stem = f"{plain(dataset)}-{name}"
                figure = draw()
                if isinstance(figure, str):
                    yield stem, figure
                    continue
                for kind in formats:
                    yield f"{stem}.{kind}", saved(figure, kind)


def _figures(
    board: Leaderboard, dataset: str, scores: Scores
) -> dict[str, Callable[[], Figure | str]]:
    own = {model: values for (of, model), values in scores.items() if of == dataset}
    return {
        "intervals": lambda: intervals(board, dataset),
        "pairwise": lambda: pairwise(board, dataset),
        "length": lambda: length(board, dataset),
        "speed": lambda: speed(board, dataset),
        "distributions": lambda: distributions(board, dataset, own),
    }


def saved(figure: Figure, kind: str) -> bytes:
    """The figure in that format, without a date: the same numbers are the same bytes."""
    out = io.BytesIO()
    figure.savefig(out, format=kind, metadata=_UNDATED[kind])
    return out.getvalue()
