"""The gate as JSON: everything, and GitLab's code quality report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from math import isfinite
from pathlib import PurePath
from typing import Any

from summbench.core.control_characters import to_one_line
from summbench.core.records import sha256
from summbench.gate.records import GateReport, get_exit_code
from summbench.report.gate_sentences import explain_verdict, sort_rows
from summbench.runs import files
from summbench.runs.schema import BaselineMetadata, RunMetadata, to_json_value

_SCHEMA = 2
_SEVERITIES = {"not comparable": "blocker", "regressed": "critical", "inconclusive": "minor"}


def to_json(gate: GateReport, strict: bool = False) -> str:
    """Schema version 2; numbers are in the metric's unit, NaN is null."""
    content = {
        "schema_version": _SCHEMA,
        "exit_code": get_exit_code(gate.verdict, strict),
        "strict": strict,
        **asdict(gate),
        "baseline_metadata": _summarize_metadata(gate.baseline_metadata),
    }
    return _dump(replace_nan_by_none(content))


def render_code_quality(gate: GateReport, strict: bool = False) -> str:
    """GitLab's code quality report: an issue for each row that fails.

    Its place is the leaderboard of the baseline; the fingerprint is the same for the same row, so
    that GitLab shows which are new.
    """
    folder = PurePath(gate.baseline)
    path = PurePath(folder.name if folder.is_absolute() else folder) / files.LEADERBOARD
    issues = [
        {
            "description": to_one_line(
                f"{row.verdict}: {row.label} on {row.dataset}, {row.metric}: "
                f"{explain_verdict(row, gate.n_tested)}"
            ),
            "check_name": "summbench gate",
            "fingerprint": sha256(row.dataset, row.model, row.metric),
            "severity": "major"
            if strict and row.verdict == "inconclusive"
            else _SEVERITIES[row.verdict],
            "location": {"path": path.as_posix(), "lines": {"begin": 1}},
        }
        for row in sort_rows(gate)[0]
    ]
    return _dump(issues)


def _summarize_metadata(metadata: RunMetadata | BaselineMetadata) -> dict[str, Any]:
    values = to_json_value(metadata)
    return {key: values[key] for key in ("schema_version", "name", "finished", "versions", "git")}


def replace_nan_by_none(value: Any) -> Any:
    """The JSON value with null for every number that is not finite."""
    if isinstance(value, Mapping):
        return {key: replace_nan_by_none(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [replace_nan_by_none(item) for item in value]
    return None if isinstance(value, float) and not isfinite(value) else value


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
