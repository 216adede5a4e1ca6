"""The JSON Schemas under results/schema: `python -m tests.runs.schemas` writes them again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from summbench.gate.history import line as history
from summbench.leaderboard import schema as leaderboard
from summbench.people import arena_result as arena
from summbench.people.answer_files import AnswerFile
from summbench.people.rated import RatedArticle
from summbench.report import gate_json, history_json
from summbench.runs import schema as run

FOLDER = Path(__file__).resolve().parents[2] / "results" / "schema"


def build_schemas() -> dict[str, dict[str, Any]]:
    """File name -> JSON Schema, made from the types."""
    return {
        "run.schema.json": _build(
            "run.json of a results folder or a baseline, or the file of a shard",
            [run.RunMetadata, run.BaselineMetadata, run.ShardMetadata],
            run.SCHEMA_VERSION,
        ),
        "leaderboard.schema.json": _build(
            "leaderboard.json of a results folder or a baseline",
            [leaderboard.LeaderboardFile],
            leaderboard.SCHEMA_VERSION,
        ),
        "gate.schema.json": _allow_null(
            _build(
                "The JSON of summbench compare --json",
                [gate_json.GateFile],
                gate_json.SCHEMA_VERSION,
                "GateFile",
            )
        ),
        "arena.schema.json": _allow_null(
            _build("arena.json of an arena", [arena.ArenaFile], arena.SCHEMA_VERSION, "ArenaFile")
        ),
        "history.schema.json": _build(
            "a line of a history.jsonl", [history.HistoryLine], history.SCHEMA_VERSION
        ),
        "history-report.schema.json": _allow_null(
            _build(
                "The JSON of summbench history --json",
                [history_json.HistoryFile],
                history_json.SCHEMA_VERSION,
                "HistoryFile",
            )
        ),
        "rated.schema.json": _build(
            "a line of what summbench collect, facts or merge write with --out", [RatedArticle], 1
        ),
        "answers.schema.json": _build("what a rater's page saves", [AnswerFile], 1),
    }


def _allow_null(schema: Any) -> Any:
    """The schema in which every number that is no count may be null, and nothing is left out."""
    if isinstance(schema, dict):
        kept = {key: _allow_null(value) for key, value in schema.items() if key != "default"}
        return kept | ({"type": ["number", "null"]} if kept.get("type") == "number" else {})
    return [_allow_null(value) for value in schema] if isinstance(schema, list) else schema


def _build(
    title: str, types: Sequence[type], version: int, versioned: str | None = None
) -> dict[str, Any]:
    """The schema of a file of one of the types; all, or the `versioned`, are of this version."""
    references, definitions = msgspec.json.schema_components(types, ref_template="#/$defs/{name}")
    for name, definition in definitions.items():
        is_versioned = versioned in (None, name)
        if is_versioned and "schema_version" in definition.get("properties", {}):
            definition["properties"]["schema_version"] = {"const": version}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "oneOf": list(references),
        "$defs": dict(sorted(definitions.items())),
    }


def format_schema(schema: dict[str, Any]) -> str:
    """The text of the file."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for name, schema in build_schemas().items():
        (FOLDER / name).write_text(format_schema(schema), encoding="utf-8")
