"""The leaderboard as JSON, and back."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from math import isfinite, nan
from typing import Any

import msgspec

from summbench.core.errors import SummbenchError
from summbench.core.records import Estimate
from summbench.leaderboard.board import (
    Comparison,
    Entry,
    Health,
    JudgeReliability,
    Leaderboard,
    RepeatVariance,
)
from summbench.leaderboard.macro_board import MacroBoard, MacroComparison, MacroEntry
from summbench.leaderboard.schema import (
    SCHEMA_VERSION,
    ComparisonRow,
    EntryRow,
    HealthRow,
    JudgeRow,
    LeaderboardFile,
    MacroComparisonRow,
    MacroEntryRow,
    RepeatRow,
)

_REST = ("low", "high", "n", "method")
_ENTRY_ESTIMATE = {"mean": "mean"} | {name: name for name in _REST}
_COMPARISON_ESTIMATE = {"mean": "difference"} | {name: name for name in _REST}
_JUDGE_ESTIMATE = {"mean": "kappa"} | {name: name for name in _REST}
"""Field of an estimate -> its name in the row."""


_Record = Entry | Comparison | JudgeReliability | MacroEntry | MacroComparison


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
        "entries": [_flatten(entry, "estimate", _ENTRY_ESTIMATE) for entry in board.entries],
        "comparisons": [
            _flatten(pair, "difference", _COMPARISON_ESTIMATE) for pair in board.comparisons
        ],
        "health": [
            _list_fields(health)
            | {"style": asdict(health.style), "markup_counts": asdict(health.markup_counts)}
            for health in board.health
        ],
        "failures": dict(board.failures),
        **({"notes": dict(board.notes)} if board.notes else {}),
        **(
            {"judges": [_flatten(judge, "kappa", _JUDGE_ESTIMATE) for judge in board.judges]}
            if board.judges
            else {}
        ),
        **(_list_macro(board.macro) if board.macro is not None else {}),
        **({"repeats": list(map(_list_fields, board.repeats))} if board.repeats else {}),
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
        macro=_to_macro(file),
        repeats=[_to_repeats(row) for row in file.repeats],
    )


def _list_macro(macro: MacroBoard) -> dict[str, Any]:
    ranges = ("win_rate", "mean_rank", "borda")
    entries = [_flatten(entry, "estimate", _ENTRY_ESTIMATE) for entry in macro.entries]
    for row in entries:
        row |= {name: None if row[name] is None else asdict(row[name]) for name in ranges}
    about = _list_fields(macro)
    del about["entries"], about["comparisons"]
    return {
        "macro": about,
        "macro_entries": entries,
        "macro_comparisons": [
            _flatten(pair, "difference", _COMPARISON_ESTIMATE) for pair in macro.comparisons
        ],
    }


def _to_macro(file: LeaderboardFile) -> MacroBoard | None:
    if file.macro is None:
        return None

    def restore(row: MacroEntryRow | MacroComparisonRow) -> dict[str, Any]:
        estimate = {"mean", "difference", *_REST}
        return {n: getattr(row, n) for n in row.__struct_fields__ if n not in estimate}

    return MacroBoard(
        **msgspec.structs.asdict(file.macro),
        entries=[
            MacroEntry(estimate=_to_estimate(row.mean, row), **restore(row))
            for row in file.macro_entries
        ],
        comparisons=[
            MacroComparison(difference=_to_estimate(row.difference, row), **restore(row))
            for row in file.macro_comparisons
        ],
    )


def _flatten(record: _Record, of: str, names: Mapping[str, str]) -> dict[str, Any]:
    """Return the record's fields with those of its estimate, under their names in the file."""
    fields = _list_fields(record)
    estimate = fields.pop(of)
    return fields | {name: getattr(estimate, field) for field, name in names.items()}


def _list_fields(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__slots__}


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
        estimate=_to_estimate(row.mean, row),
        n_failed=row.n_failed,
        rank_low=row.rank_low,
        rank_high=row.rank_high,
        cluster=row.cluster,
        letters=row.letters,
        normalized_score=_to_number(row.normalized_score),
        length_adjusted=_to_number(row.length_adjusted),
    )


def _to_comparison(row: ComparisonRow) -> Comparison:
    return Comparison(
        dataset=row.dataset,
        metric=row.metric,
        a=row.a,
        b=row.b,
        difference=_to_estimate(row.difference, row),
        p=_to_number(row.p),
        p_adjusted=_to_number(row.p_adjusted),
        correction=row.correction,
        wins=row.wins,
        ties=row.ties,
        losses=row.losses,
        effect_size=_to_number(row.effect_size),
        mde=_to_number(row.mde),
    )


def _to_health(row: HealthRow) -> Health:
    values = {name: getattr(row, name) for name in row.__struct_fields__}
    for name in ("median_tokens", "seconds_per_article", "tokens_per_second"):
        values[name] = _to_number(values[name])
    return Health(**values)


def _to_repeats(row: RepeatRow) -> RepeatVariance:
    spread, within, between = map(_to_number, (row.spread, row.within, row.between))
    counts = (row.dataset, row.model, row.metric, row.repeats, row.failed)
    return RepeatVariance(*counts, spread, within, between)


def _to_judge(row: JudgeRow) -> JudgeReliability:
    names = (name for name in JudgeReliability.__slots__ if name != "kappa")
    values = {name: getattr(row, name) for name in names}
    values["agreement"] = _to_number(row.agreement)
    return JudgeReliability(**values, kappa=_to_estimate(row.kappa, row))


_Row = EntryRow | ComparisonRow | JudgeRow | MacroEntryRow | MacroComparisonRow


def _to_estimate(mean: float | None, row: _Row) -> Estimate:
    low, high = _to_number(row.low), _to_number(row.high)
    return Estimate(_to_number(mean), low, high, row.n, row.method)


def _to_number(value: float | None) -> float:
    return nan if value is None else value
