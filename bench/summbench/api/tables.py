"""Tables that a run gives its reader."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from summbench.leaderboard.board import Comparison, Leaderboard

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, repr=False)
class Table:
    """Rows and columns: `to_pandas()` is a DataFrame of them, `len` counts the rows."""

    arrow: pa.Table

    @property
    def columns(self) -> list[str]:
        """The names of the columns, in order."""
        return list(self.arrow.column_names)

    def __len__(self) -> int:
        return int(self.arrow.num_rows)

    def to_arrow(self) -> pa.Table:
        """The table as Arrow holds it."""
        return self.arrow

    def to_pandas(self) -> pd.DataFrame:
        """The table as a DataFrame; a missing number is NaN."""
        frame: pd.DataFrame = self.arrow.to_pandas()
        return frame

    def __repr__(self) -> str:
        return repr(self.to_pandas())

    def _repr_html_(self) -> str:
        return self.to_pandas().to_html(max_rows=20)


def tabulate_leaderboard(board: Leaderboard) -> Table:
    """One row a model and dataset, in the order of the leaderboard.

    Of each metric the mean (0..1 for most), the borders of its 95 % interval (`.low`, `.high`) and
    the number of articles that it is over (`.n`); ranks, cluster and letters by the primary metric.
    """
    entries = {(e.dataset, e.model, e.metric): e for e in board.entries}
    rows = []
    for health in board.health:
        row: dict[str, Any] = {
            "dataset": health.dataset,
            "model": health.model,
            "kind": board.models[health.model],
        }
        primary = entries.get((health.dataset, health.model, board.primary))
        for name in ("rank_low", "rank_high", "cluster", "letters"):
            row[name] = getattr(primary, name, None)
        for metric in board.metrics:
            entry = entries.get((health.dataset, health.model, metric))
            if entry is not None:
                estimate = entry.estimate
                row[metric] = estimate.mean
                row |= {
                    f"{metric}.{part}": getattr(estimate, part) for part in ("low", "high", "n")
                }
        row |= {
            "articles": health.articles,
            "failed": health.failed,
            "empty": health.empty,
            "input_truncated": health.input_truncated,
            "hit_token_limit": health.hit_token_limit,
        }
        rows.append(row)
    return Table(_to_arrow(rows))


def tabulate_comparisons(board: Leaderboard, comparisons: Iterable[Comparison]) -> Table:
    """One row a pair of models and dataset: the mean difference, its interval and p."""
    rows = [
        {
            "dataset": pair.dataset,
            "metric": pair.metric,
            "a": pair.a,
            "b": pair.b,
            "difference": pair.difference.mean,
            "low": pair.difference.low,
            "high": pair.difference.high,
            "n": pair.difference.n,
            "articles": board.datasets[pair.dataset].articles,
            "p": pair.p,
            "p_adjusted": pair.p_adjusted,
            "correction": pair.correction,
            "wins": pair.wins,
            "ties": pair.ties,
            "losses": pair.losses,
            "effect_size": pair.effect_size,
            "mde": pair.mde,
        }
        for pair in comparisons
    ]
    return Table(_to_arrow(rows))


def tabulate_judges(board: Leaderboard) -> Table:
    """One row a dataset and column of a judge: the fields of `JudgeReliability`, with kappa.

    `kappa` has the borders `low` and `high`, and is over `n` of the `labels`.
    """
    rows = []
    for judge in board.judges:
        row: dict[str, Any] = {name: getattr(judge, name) for name in judge.__slots__}
        kappa = row["kappa"]
        row |= {"kappa": kappa.mean, "low": kappa.low, "high": kappa.high, "n": kappa.n}
        rows.append(row)
    return Table(_to_arrow(rows))


def _to_arrow(rows: Sequence[dict[str, Any]]) -> pa.Table:
    """Columns in the order in which the rows first name them; NaN is null."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = {name: [row.get(name) for row in rows] for name in names}
    arrays = {name: pa.array(values, from_pandas=True) for name, values in columns.items()}
    return pa.table(
        {n: a.cast(pa.float64()) if pa.types.is_null(a.type) else a for n, a in arrays.items()}
    )
