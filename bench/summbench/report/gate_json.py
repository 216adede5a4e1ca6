"""The gate as JSON: everything, and GitLab's code quality report."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import isfinite
from pathlib import PurePath
from typing import Any

import msgspec

from summbench.core.control_characters import to_one_line
from summbench.core.records import sha256
from summbench.gate.records import (
    ArticleRegression,
    GateReport,
    MetricVerdict,
    SliceLoss,
    Verdict,
    get_exit_code,
)
from summbench.report.gate_reasons import explain_verdict, sort_rows
from summbench.runs import files
from summbench.runs.records import GitState, ProjectState, Record
from summbench.runs.schema import BaselineMetadata, RunMetadata

SCHEMA_VERSION = 4
"""Rises with every change of a field's meaning; since 4 there are changed settings and a remedy."""
_SEVERITIES = {"not comparable": "blocker", "regressed": "critical", "inconclusive": "minor"}


class BaselineOrigin(Record, frozen=True):
    """The run that made the baseline."""

    schema_version: int
    name: str
    finished: str
    versions: dict[str, str]
    git: GitState | None
    project: ProjectState | None


class GateFile(Record, frozen=True):
    """The JSON of a gate: a `GateReport` and what became of it.

    Numbers are in the metric's unit, undefined ones null. `name` is the gate's, if it has one.
    """

    schema_version: int
    name: str | None
    exit_code: int
    strict: bool
    baseline: str
    candidate: str
    baseline_metadata: BaselineOrigin
    verdict: Verdict
    metric_verdicts: Sequence[MetricVerdict]
    article_regressions: Sequence[ArticleRegression]
    slice_losses: Sequence[SliceLoss]
    notes: Sequence[str]
    not_judged: Sequence[str]
    n_tested: int
    changed_settings: Sequence[str]
    remedy: str


def to_json(gate: GateReport, strict: bool = False, name: str | None = None) -> str:
    """The text of a `GateFile`."""
    fields = {field: getattr(gate, field) for field in gate.__slots__}
    content = GateFile(
        **{**fields, "baseline_metadata": _get_origin(gate.baseline_metadata)},
        schema_version=SCHEMA_VERSION,
        name=name,
        exit_code=get_exit_code(gate.verdict, strict),
        strict=strict,
    )
    return _dump(msgspec.to_builtins(content))


def render_code_quality(gate: GateReport, strict: bool = False, name: str | None = None) -> str:
    """GitLab's code quality report: an issue for each row that fails.

    Its place is the leaderboard of the baseline; the fingerprint is the same for the same row of
    the gate of this name, so that GitLab shows which are new.
    """
    folder = PurePath(gate.baseline)
    path = PurePath(folder.name if folder.is_absolute() else folder) / files.LEADERBOARD
    issues = [
        {
            "description": to_one_line(
                f"{row.verdict}: {row.label} on {row.dataset}, {row.metric}: "
                f"{explain_verdict(row, gate.n_tested)}"
            ),
            "check_name": f"summbench gate {name}" if name else "summbench gate",
            "fingerprint": sha256(name or "", row.dataset, row.model, row.metric),
            "severity": "major"
            if strict and row.verdict == "inconclusive"
            else _SEVERITIES[row.verdict],
            "location": {"path": path.as_posix(), "lines": {"begin": 1}},
        }
        for row in sort_rows(gate)[0]
    ]
    return _dump(issues)


def _get_origin(metadata: RunMetadata | BaselineMetadata) -> BaselineOrigin:
    return BaselineOrigin(
        schema_version=metadata.schema_version,
        name=metadata.name,
        finished=metadata.finished,
        versions=metadata.versions,
        git=metadata.git,
        project=metadata.project,
    )


def replace_nan_by_none(value: Any) -> Any:
    """The JSON value with null for every number that is not finite."""
    if isinstance(value, Mapping):
        return {key: replace_nan_by_none(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [replace_nan_by_none(item) for item in value]
    return None if isinstance(value, float) and not isfinite(value) else value


def _dump(value: Any) -> str:
    return (
        json.dumps(replace_nan_by_none(value), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    )
