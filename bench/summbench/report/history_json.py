"""A history as JSON: everything."""

from __future__ import annotations

import json
from dataclasses import asdict

from summbench.gate.history.records import HistoryReport
from summbench.gate.records import get_exit_code
from summbench.report.gate_json import replace_nan_by_none

_SCHEMA = 1


def history_to_json(report: HistoryReport, strict: bool = False) -> str:
    """Schema version 1; numbers are in the metric's unit, NaN is null."""
    content = {
        "schema_version": _SCHEMA,
        "exit_code": get_exit_code(report.verdict, strict),
        "strict": strict,
        **asdict(report),
    }
    return json.dumps(replace_nan_by_none(content), ensure_ascii=False, indent=1) + "\n"
