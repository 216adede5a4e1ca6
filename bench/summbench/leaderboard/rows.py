"""Records with an estimate as rows of leaderboard.json, and the parts that not every board has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from math import nan
from typing import Any, Protocol

import msgspec

from summbench.core.records import Estimate
from summbench.leaderboard.board import Leaderboard, RepeatVariance
from summbench.leaderboard.macro_board import MacroBoard, MacroComparison, MacroEntry
from summbench.leaderboard.schema import (
    LeaderboardFile,
    RepeatRow,
    SliceComparisonRow,
    SliceEntryRow,
)
from summbench.leaderboard.slice_records import SliceComparison, SliceEntry

_REST = ("low", "high", "n", "method")
ENTRY_ESTIMATE = {"mean": "mean"} | {name: name for name in _REST}
COMPARISON_ESTIMATE = {"mean": "difference"} | {name: name for name in _REST}
JUDGE_ESTIMATE = {"mean": "kappa"} | {name: name for name in _REST}
"""Field of an estimate -> its name in the row."""
_RANGES = ("win_rate", "mean_rank", "borda")


class EstimateRow(Protocol):
    """A row with the fields of an estimate among its own."""

    @property
    def low(self) -> float | None: ...  # noqa: D102

    @property
    def high(self) -> float | None: ...  # noqa: D102

    @property
    def n(self) -> int: ...  # noqa: D102

    @property
    def method(self) -> str: ...  # noqa: D102


def list_fields(record: Any) -> dict[str, Any]:
    """The fields of a record."""
    return {name: getattr(record, name) for name in record.__slots__}


def flatten(record: Any, of: str, names: Mapping[str, str]) -> dict[str, Any]:
    """The record's fields with those of its estimate, under their names in the file."""
    fields = list_fields(record)
    estimate = fields.pop(of)
    return fields | {name: getattr(estimate, field) for field, name in names.items()}


def to_estimate(mean: float | None, row: EstimateRow) -> Estimate:
    """The estimate of a row."""
    low, high = to_number(row.low), to_number(row.high)
    return Estimate(to_number(mean), low, high, row.n, row.method)


def to_number(value: float | None) -> float:
    """The number; NaN for null."""
    return nan if value is None else value


def list_optional(board: Leaderboard) -> dict[str, Any]:
    """What a board of several datasets, with repeats or with groups of articles has more."""
    content: dict[str, Any] = {} if board.macro is None else _list_macro(board.macro)
    if board.repeats:
        content["repeats"] = list(map(list_fields, board.repeats))
    if board.slices:
        content["slices"] = [flatten(row, "estimate", ENTRY_ESTIMATE) for row in board.slices]
        content["slice_comparisons"] = [
            flatten(pair, "difference", COMPARISON_ESTIMATE) for pair in board.slice_comparisons
        ]
    return content


def _list_macro(macro: MacroBoard) -> dict[str, Any]:
    entries = [flatten(entry, "estimate", ENTRY_ESTIMATE) for entry in macro.entries]
    for row in entries:
        row |= {name: None if row[name] is None else asdict(row[name]) for name in _RANGES}
    about = list_fields(macro)
    del about["entries"], about["comparisons"]
    return {
        "macro": about,
        "macro_entries": entries,
        "macro_comparisons": [
            flatten(pair, "difference", COMPARISON_ESTIMATE) for pair in macro.comparisons
        ],
    }


def to_macro(file: LeaderboardFile) -> MacroBoard | None:
    """The board over several datasets, if there is one."""
    if file.macro is None:
        return None
    return MacroBoard(
        **msgspec.structs.asdict(file.macro),
        entries=[
            MacroEntry(estimate=to_estimate(row.mean, row), **_list_others(row))
            for row in file.macro_entries
        ],
        comparisons=[
            MacroComparison(difference=to_estimate(row.difference, row), **_list_others(row))
            for row in file.macro_comparisons
        ],
    )


def to_repeats(row: RepeatRow) -> RepeatVariance:
    """The variances of a model that was repeated."""
    spread, within, between = map(to_number, (row.spread, row.within, row.between))
    counts = (row.dataset, row.model, row.metric, row.repeats, row.failed)
    return RepeatVariance(*counts, spread, within, between)


def to_slices(rows: Sequence[SliceEntryRow]) -> list[SliceEntry]:
    """The means by group."""
    return [SliceEntry(estimate=to_estimate(row.mean, row), **_list_others(row)) for row in rows]


def to_slice_comparisons(rows: Sequence[SliceComparisonRow]) -> list[SliceComparison]:
    """The pairs by group."""
    return [
        SliceComparison(difference=to_estimate(row.difference, row), **_list_others(row))
        for row in rows
    ]


def _list_others(row: msgspec.Struct) -> dict[str, Any]:
    """The fields of a row that are not its estimate's."""
    estimate = {"mean", "difference", *_REST}
    return {n: getattr(row, n) for n in row.__struct_fields__ if n not in estimate}
