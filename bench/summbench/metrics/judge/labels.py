"""People's labels of the summaries that a judge is asked about, read from a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from summbench.core.cells import format_value, parse_id
from summbench.core.errors import SummbenchError
from summbench.core.json_rows import Row
from summbench.core.judgements import OUTCOMES, HumanLabel
from summbench.core.tabular import get_row_unit, read_rows

ParseLabel = Callable[[Any], float | str | None]
"""The label in a cell, or None for a cell that holds none."""


def read_labels(
    path: str | None, columns: Sequence[str], parse: ParseLabel, expected: str
) -> list[HumanLabel]:
    """Read the labels of a table (JSONL, CSV, TSV, Parquet); none without a path.

    A row has `id` (of the article), `system`, and a label in a column of each name; `dataset` where
    ids of several datasets are the same. Or it is the data itself, with a column `human` (system ->
    name -> label). A null or empty cell is no label.

    Raises:
        SummbenchError: a label is none (`expected` says what one is), is there twice, or all are
            missing.
    """
    if path is None:
        return []
    file = Path(path).expanduser()
    labels: list[HumanLabel] = []
    places: set[tuple[str | None, str, str, str]] = set()
    for number, row in read_rows(file):
        where = f"{file}: {get_row_unit(file)} {number}"
        for system, column, cell in _list_cells(row, columns, where):
            value = parse(cell)
            if value is None:
                raise SummbenchError(
                    f"{where}: {column} of {system!r} is {format_value(cell)}; expected {expected}."
                )
            dataset = None if row.get("dataset") in (None, "") else str(row["dataset"])
            label = HumanLabel(dataset, parse_id(row.get("id"), where), system, column, value)
            place = (dataset, label.article_id, system, column)
            if place in places:
                raise SummbenchError(
                    f"{where}: {column} of {system!r} has a second label for article "
                    f"{label.article_id!r}; give one each, as the mean or the majority of raters."
                )
            places.add(place)
            labels.append(label)
    if not labels:
        raise SummbenchError(
            f"{file} has no label. Expected columns id, system and {', '.join(columns)}, or a "
            f"column 'human' (system -> {columns[0]} -> label)."
        )
    return labels


def parse_outcome(cell: Any) -> str | None:
    """win, tie or loss, as the system's summary did against its opponent."""
    word = str(cell).strip().lower()
    return word if word in OUTCOMES else None


def parse_number(cell: Any) -> Any:
    """The number in a cell of a CSV file; another cell as it is."""
    try:
        return float(cell) if isinstance(cell, str) else cell
    except ValueError:
        return None


def _list_cells(row: Row, columns: Sequence[str], where: str) -> Iterator[tuple[str, str, Any]]:
    """System, column and cell of each label in the row."""
    human = row.get("human")
    if human is None and "human" not in row:
        if not any(column in row for column in columns):
            return
        human = {parse_id(row.get("system"), f"{where}, column 'system'"): row}
    if not isinstance(human, dict | None):
        raise SummbenchError(
            f"{where}, column 'human' is {format_value(human)}; expected system -> name -> label."
        )
    for system, cells in (human or {}).items():
        if not isinstance(cells, dict | None):
            raise SummbenchError(
                f"{where}, 'human' of {system!r} is {format_value(cells)}; expected name -> label."
            )
        for column in columns:
            if (cells or {}).get(column) not in (None, ""):
                yield system, column, (cells or {})[column]
