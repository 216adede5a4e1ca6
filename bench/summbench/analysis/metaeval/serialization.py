"""The agreement of metrics with human scores as JSON: written by metaeval, read by a run."""

from __future__ import annotations

import json
from dataclasses import asdict
from math import isfinite
from pathlib import Path
from typing import Any

from summbench.analysis.metaeval.agreement import Agreement, BestMetric, MetricAgreement
from summbench.analysis.metaeval.intervals import Correlation
from summbench.analysis.metaeval.omissions import Omission
from summbench.core.errors import SummbenchError
from summbench.core.json_text import parse_json
from summbench.leaderboard.board import LeaderboardMetric
from summbench.stats.preference import Preference

_SCHEMA = 2


def to_json(agreement: MetricAgreement) -> str:
    """Write schema version 2; NaN is null."""
    content = {"schema_version": _SCHEMA, **asdict(agreement)}
    for record in content["agreements"]:
        record["preferences"] = [p._asdict() for p in record["preferences"]]
    return json.dumps(_replace_nan(content), ensure_ascii=False, indent=1) + "\n"


def from_json(text: str, source: str) -> MetricAgreement:
    """Read what `to_json` writes.

    Raises: SummbenchError, naming `source`, for any other text.
    """
    try:
        content = parse_json(text)
        if content.pop("schema_version") != _SCHEMA:
            raise SummbenchError(f"{source} is not of schema version {_SCHEMA}.")
        metrics = {name: LeaderboardMetric(**info) for name, info in content.pop("metrics").items()}
        best = [BestMetric(**record) for record in content.pop("best_metrics")]
        omissions = [Omission(**record) for record in content.pop("omissions")]
        agreements = [_parse_agreement(record) for record in content.pop("agreements")]
        return MetricAgreement(
            **content,
            metrics=metrics,
            omissions=omissions,
            best_metrics=best,
            agreements=agreements,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SummbenchError(
            f"{source} was not written by summbench metaeval FILE --json OUT ({error!r})."
        ) from error


def load_metric_agreement(file: Path) -> MetricAgreement:
    """Read a file that `summbench metaeval --json` wrote; SummbenchError if it is not one."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SummbenchError(
            f"metaeval={file} can't be read ({error}). Make it with summbench metaeval FILE "
            f"--json {file}."
        ) from error
    return from_json(text, str(file))


def _parse_agreement(record: dict[str, Any]) -> Agreement:
    record["correlations"] = [Correlation(**_restore_nan(c)) for c in record["correlations"]]
    record["preferences"] = [Preference(**_restore_nan(p)) for p in record["preferences"]]
    return Agreement(**record)


def _restore_nan(record: dict[str, Any]) -> dict[str, Any]:
    return {key: float("nan") if value is None else value for key, value in record.items()}


def _replace_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _replace_nan(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_replace_nan(item) for item in value]
    return None if isinstance(value, float) and not isfinite(value) else value
