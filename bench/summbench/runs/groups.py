"""The groups of a run's articles, as far as its examples have every article."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq

from summbench.core.errors import SummbenchError
from summbench.core.grouping import name_groups
from summbench.core.parquet import check_expansion
from summbench.runs import files
from summbench.runs.run import RunData

ArticleGroups = dict[tuple[str, str], dict[str, str]]
"""Dataset and column -> article id -> the name of its group."""

_COLUMNS = ("dataset", "article_id", "groups")


def read_groups(run: RunData) -> ArticleGroups:
    """The groups that the leaderboard shows, of datasets whose articles were all stored.

    `n_examples` says how many a run stores: a part is no sample, as it has the articles on which
    the systems differ most.

    Raises:
        SummbenchError: examples.parquet is damaged.
    """
    board = run.leaderboard
    shown: dict[tuple[str, str], set[str]] = {}
    for row in board.slices:
        shown.setdefault((row.dataset, row.column), set()).add(row.group)
    if not shown or not run.has_file(files.EXAMPLES):
        return {}
    groups: ArticleGroups = {}
    for place, cells in _read_cells(run).items():
        names = _name_as_shown(list(cells.values()), shown.get(place, set()))
        if names and len(cells) == board.datasets[place[0]].articles:
            groups[place] = dict(zip(cells, names, strict=True))
    return groups


def _read_cells(run: RunData) -> ArticleGroups:
    """The cells as texts."""
    data = run.read_bytes(files.EXAMPLES)
    cells: ArticleGroups = {}
    try:
        check_expansion(data, str(run.path / files.EXAMPLES))
        table = pq.read_table(pa.BufferReader(data), columns=list(_COLUMNS))
        for row in table.to_pylist():
            for text in row["groups"] or ():
                column, _, cell = text.partition(": ")
                cells.setdefault((row["dataset"], column), {})[row["article_id"]] = cell
    except (OSError, pa.ArrowException, KeyError, TypeError) as error:
        raise SummbenchError(
            f"{run.path / files.EXAMPLES} is damaged ({error}). Repeat the run."
        ) from error
    return cells


def _name_as_shown(cells: list[str], shown: set[str]) -> list[str] | None:
    """The names of the groups, if they are those of the leaderboard: cells may be numbers."""
    names = name_groups(cells)
    if names is not None and set(names) == shown:
        return names
    try:
        names = name_groups([float(cell) for cell in cells])
    except ValueError:
        return None
    return names if names is not None and set(names) == shown else None
