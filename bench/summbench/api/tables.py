"""Tables that a run gives its reader."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from summbench.core.control_characters import show_controls
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
        return show_controls(repr(self.to_pandas()))

    def _repr_html_(self) -> str:
        return show_controls(self.to_pandas().to_html(max_rows=20))


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


def tabulate_board(board: Leaderboard) -> Table:
    """One row a model over all datasets, the best first; those that are not ranked come last.

    `mean` is the macro mean of the primary metric with the borders `low` and `high`; ranks, cluster
    and letters are of tests over all datasets. `win_rate`, `mean_rank` and `borda` describe, their
    `_low` and `_high` are of resampled articles. `DATASET.mean` is
    the mean on one dataset.
    """
    macro = board.macro
    if macro is None:
        return Table(_to_arrow([]))
    means = {
        (e.dataset, e.model): e.estimate.mean for e in board.entries if e.metric == macro.metric
    }
    rows: list[dict[str, Any]] = []
    for entry in macro.entries:
        row: dict[str, Any] = {"model": entry.model, "kind": board.models[entry.model]}
        row |= {name: getattr(entry.estimate, name) for name in ("mean", "low", "high", "n")}
        row |= {n: getattr(entry, n) for n in ("rank_low", "rank_high", "cluster", "letters")}
        for name in ("win_rate", "mean_rank", "borda"):
            values = getattr(entry, name)
            row[name], row[f"{name}_low"], row[f"{name}_high"] = (
                (None,) * 3 if values is None else (values.value, values.low, values.high)
            )
        rows.append(row)
    rows += [{"model": model, "kind": board.models[model]} for model in macro.unranked]
    return Table(
        _to_arrow(
            [
                row | {f"{d}.mean": means.get((d, row["model"])) for d in macro.datasets}
                for row in rows
            ]
        )
    )


def tabulate_board_comparisons(board: Leaderboard) -> Table:
    """One row a pair of models over all datasets: the macro difference and its tests."""
    rows = []
    for pair in board.macro.comparisons if board.macro is not None else ():
        row: dict[str, Any] = {name: getattr(pair, name) for name in pair.__slots__}
        difference = row.pop("difference")
        row |= {"opposed": ", ".join(pair.opposed), "difference": difference.mean}
        rows.append(row | {name: getattr(difference, name) for name in ("low", "high", "n")})
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


def tabulate_slices(board: Leaderboard) -> Table:
    """One row a dataset, column, group and model: the mean of the primary metric."""
    rows = []
    for entry in board.slices:
        row: dict[str, Any] = {name: getattr(entry, name) for name in entry.__slots__}
        estimate = row.pop("estimate")
        rows.append(row | {n: getattr(estimate, n) for n in ("mean", "low", "high", "n")})
    return Table(_to_arrow(rows))


def tabulate_slice_comparisons(board: Leaderboard) -> Table:
    """One row a dataset, column, group and pair of models."""
    rows = []
    for pair in board.slice_comparisons:
        row: dict[str, Any] = {name: getattr(pair, name) for name in pair.__slots__}
        difference = row.pop("difference")
        row["difference"] = difference.mean
        rows.append(row | {n: getattr(difference, n) for n in ("low", "high", "n")})
    return Table(_to_arrow(rows))


def tabulate_records(records: Sequence[Any]) -> Table:
    """One row a record; several names are joined, a path is a text."""

    def flatten(value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list | tuple) else value

    return Table(
        _to_arrow(
            [
                {name: flatten(getattr(record, name)) for name in record.__slots__}
                | {"path": str(record.path)}
                for record in records
            ]
        )
    )


def tabulate(rows: Sequence[dict[str, Any]]) -> Table:
    """The rows as a table, its columns in the order in which they are first named."""
    return Table(_to_arrow(rows))


def _to_arrow(rows: Sequence[dict[str, Any]]) -> pa.Table:
    """Columns in the order in which the rows first name them; NaN is null."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = {name: [row.get(name) for row in rows] for name in names}
    arrays = {name: pa.array(values, from_pandas=True) for name, values in columns.items()}
    return pa.table(
        {n: a.cast(pa.float64()) if pa.types.is_null(a.type) else a for n, a in arrays.items()}
    )
