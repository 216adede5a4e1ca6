"""The leaderboard as CSV: one number a row, at full precision."""

import csv
import io
from math import isnan

from summbench.core.control_characters import show_controls
from summbench.leaderboard.board import Leaderboard

_COLUMNS = (
    "dataset", "model", "kind", "metric", "direction", "role", "mean", "low", "high", "method",
    "n", "articles", "n_failed", "rank_low", "rank_high", "cluster", "letters", "normalized_score",
    "length_adjusted", "signature",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def render_csv(board: Leaderboard) -> str:
    """One row for each entry; an undefined number is an empty cell."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for entry in board.entries:
        info, estimate = board.metrics[entry.metric], entry.estimate
        numbers = map(format_number, (estimate.mean, estimate.low, estimate.high))
        writer.writerow(
            [
                *map(escape_csv, (entry.dataset, entry.model)),
                board.models[entry.model],
                escape_csv(entry.metric),
                info.direction,
                info.role,
                *numbers,
                estimate.method,
                estimate.n,
                board.datasets[entry.dataset].articles,
                entry.n_failed,
                entry.rank_low,
                entry.rank_high,
                entry.cluster,
                entry.letters,
                format_number(entry.normalized_score),
                format_number(entry.length_adjusted),
                escape_csv(info.signature),
            ]
        )
    return out.getvalue()


def format_number(value: float) -> str:
    """The number at full precision; undefined is empty."""
    return "" if isnan(value) else repr(value)


def escape_csv(text: str) -> str:
    """The text, with a quote before it if a spreadsheet would run it as a formula.

    Blanks before the sign do not prevent that, and full-width signs count as signs.
    """
    is_formula = text.lstrip(" ").startswith(_FORMULA)
    return f"'{show_controls(text)}" if is_formula else show_controls(text)
