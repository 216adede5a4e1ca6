"""The leaderboard as JSON, and back."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from math import isfinite
from typing import Any

import msgspec

from summbench.core.errors import SummbenchError
from summbench.leaderboard.board import (
    Comparison,
    Entry,
    Health,
    JudgeReliability,
    Leaderboard,
)
from summbench.leaderboard.rows import (
    COMPARISON_ESTIMATE,
    ENTRY_ESTIMATE,
    JUDGE_ESTIMATE,
    flatten,
    list_fields,
    list_optional,
    to_estimate,
    to_macro,
    to_number,
    to_repeats,
    to_slice_comparisons,
    to_slices,
)
from summbench.leaderboard.schema import (
    SCHEMA_VERSION,
    ComparisonRow,
    EntryRow,
    HealthRow,
    JudgeRow,
    LeaderboardFile,
)


class _Header(msgspec.Struct):
    schema_version: Any = None


def to_json(board: Leaderboard) -> str:
    """Return leaderboard.json, a record a line; NaN is null, and so is an infinite d_z."""
    content: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "name": board.name,
        "primary": board.primary,
        "vs": board.vs,
        "display_metrics": list(board.display_metrics),
        "datasets": {name: asdict(info) for name, info in board.datasets.items()},
        "models": dict(board.models),
        "metrics": {name: asdict(info) for name, info in board.metrics.items()},
        "entries": [flatten(entry, "estimate", ENTRY_ESTIMATE) for entry in board.entries],
        "comparisons": [
            flatten(pair, "difference", COMPARISON_ESTIMATE) for pair in board.comparisons
        ],
        "health": [
            list_fields(health)
            | {"style": asdict(health.style), "markup_counts": asdict(health.markup_counts)}
            for health in board.health
        ],
        "failures": dict(board.failures),
        **({"notes": dict(board.notes)} if board.notes else {}),
        **(
            {"judges": [flatten(judge, "kappa", JUDGE_ESTIMATE) for judge in board.judges]}
            if board.judges
            else {}
        ),
        **list_optional(board),
    }
    return format_lines(content)


def format_lines(content: Mapping[str, Any]) -> str:
    """Return JSON with a line for each item of each value."""
    lines = (f'"{key}": {_format_items(value)}' for key, value in content.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def from_json(text: str | bytes, source: str) -> Leaderboard:
    """Return the same leaderboard again.

    Raises: SummbenchError for what is no leaderboard.json of this version; it names `source`.
    """
    try:
        header = msgspec.json.decode(text, type=_Header)
        if header.schema_version != SCHEMA_VERSION:
            raise SummbenchError(
                f"{source} is a leaderboard of schema version {header.schema_version}, and this "
                f"summbench reads version {SCHEMA_VERSION}. Repeat the run."
            )
        file = msgspec.json.decode(text, type=LeaderboardFile)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise SummbenchError(f"{source} is not a leaderboard of summbench ({error}).") from error
    return Leaderboard(
        name=file.name,
        primary=file.primary,
        vs=file.vs,
        display_metrics=file.display_metrics,
        datasets=file.datasets,
        models=file.models,
        metrics=file.metrics,
        entries=[_to_entry(row) for row in file.entries],
        comparisons=[_to_comparison(row) for row in file.comparisons],
        health=[_to_health(row) for row in file.health],
        failures=file.failures,
        notes=file.notes,
        judges=[_to_judge(row) for row in file.judges],
        macro=to_macro(file),
        repeats=[to_repeats(row) for row in file.repeats],
        slices=to_slices(file.slices),
        slice_comparisons=to_slice_comparisons(file.slice_comparisons),
    )


def _format_items(value: Any) -> str:
    if not isinstance(value, dict | list) or not value:
        return _format(value)
    if isinstance(value, list):
        return "[\n" + ",\n".join(map(_format, value)) + "\n]"
    return "{\n" + ",\n".join(f"{_format(k)}: {_format(v)}" for k, v in value.items()) + "\n}"


def _format(value: Any) -> str:
    if isinstance(value, dict):
        value = {
            key: None if isinstance(item, float) and not isfinite(item) else item
            for key, item in value.items()
        }
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _to_entry(row: EntryRow) -> Entry:
    return Entry(
        dataset=row.dataset,
        model=row.model,
        metric=row.metric,
        estimate=to_estimate(row.mean, row),
        n_failed=row.n_failed,
        rank_low=row.rank_low,
        rank_high=row.rank_high,
        cluster=row.cluster,
        letters=row.letters,
        normalized_score=to_number(row.normalized_score),
        length_adjusted=to_number(row.length_adjusted),
    )


def _to_comparison(row: ComparisonRow) -> Comparison:
    return Comparison(
        dataset=row.dataset,
        metric=row.metric,
        a=row.a,
        b=row.b,
        difference=to_estimate(row.difference, row),
        p=to_number(row.p),
        p_adjusted=to_number(row.p_adjusted),
        correction=row.correction,
        wins=row.wins,
        ties=row.ties,
        losses=row.losses,
        effect_size=to_number(row.effect_size),
        mde=to_number(row.mde),
    )


def _to_health(row: HealthRow) -> Health:
    values = {name: getattr(row, name) for name in row.__struct_fields__}
    for name in ("median_tokens", "seconds_per_article", "tokens_per_second"):
        values[name] = to_number(values[name])
    return Health(**values)


def _to_judge(row: JudgeRow) -> JudgeReliability:
    names = (name for name in JudgeReliability.__slots__ if name != "kappa")
    values = {name: getattr(row, name) for name in names}
    values["agreement"] = to_number(row.agreement)
    return JudgeReliability(**values, kappa=to_estimate(row.kappa, row))
