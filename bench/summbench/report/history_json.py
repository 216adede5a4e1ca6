"""A history as JSON: everything."""

from __future__ import annotations

import json
from collections.abc import Sequence

import msgspec

from summbench.gate.history.records import HistoryReport, HistoryRow, Version
from summbench.gate.records import Verdict, get_exit_code
from summbench.report.gate_json import replace_nan_by_none
from summbench.runs.records import Record

SCHEMA_VERSION = 1


class HistoryFile(Record, frozen=True):
    """The JSON of a history: a `HistoryReport` and what became of it.

    Numbers are in the metric's unit, undefined ones null.
    """

    schema_version: int
    exit_code: int
    strict: bool
    verdict: Verdict
    release: Version
    versions: Sequence[Version]
    newest: int | None
    branch: str | None
    rows: Sequence[HistoryRow]
    quantile: float
    alpha_spent: float
    notes: Sequence[str]
    not_judged: Sequence[str]


def history_to_json(report: HistoryReport, strict: bool = False) -> str:
    """The text of a `HistoryFile`."""
    content = HistoryFile(
        **{field: getattr(report, field) for field in report.__slots__},
        schema_version=SCHEMA_VERSION,
        exit_code=get_exit_code(report.verdict, strict),
        strict=strict,
    )
    value = replace_nan_by_none(msgspec.to_builtins(content))
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
