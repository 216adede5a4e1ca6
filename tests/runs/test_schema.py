"""The published schemas are those of the types, and what every command writes is valid by them."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from summbench.core.errors import SummbenchError
from summbench.leaderboard.serialization import from_json, to_json
from summbench.runs.schema import (
    BaselineMetadata,
    RunMetadata,
    decode_metadata,
    encode_metadata,
    read_metadata,
)
from tests.commands import CLONE, MINE, jsonl, model_config, rows, run
from tests.gates import Run, build_metadata, load
from tests.runs.schemas import FOLDER, build_schemas, format_schema

_TABLE = ("dataset=[table]", "dataset.table.path=news.jsonl", "metric=[rouge]", "model=[lead3]")
_RUN, _LEADERBOARD = "run.schema.json", "leaderboard.schema.json"


def _validate(file: Path, schema: str) -> Any:
    content = json.loads(file.read_bytes())
    published = json.loads((FOLDER / schema).read_bytes())
    jsonschema.Draft202012Validator.check_schema(published)
    jsonschema.Draft202012Validator(published).validate(content)
    return content


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of a run of each kind."""
    folder = tmp_path_factory.mktemp("kinds")
    jsonl(folder / "news.jsonl")
    (folder / "one").mkdir()
    model_config(folder, "broken", "tests.fakes.Broken", on="Boats")
    jsonl(folder / "one" / "news.jsonl", rows(1))
    run(folder, "run", *MINE, *_TABLE[:3], "model=[lead3,broken]", "name=plain",
        "perturbation=[typographic]", "severity=[0.2]", code=1)  # fmt: skip
    run(folder, "verify", "results/plain", "--models", "lead3", "--articles", "2")
    run(folder, "report", "results/plain", "--baseline", "results/baseline")
    run(folder, "run", *_TABLE, "name=merged", "shard=1/1")
    run(folder, "run", *_TABLE, "name=merged", "merge_shards=1")
    run(folder, "run", "dataset=[table]", "dataset.table.path=one/news.jsonl", "metric=[length]",
        "primary=length.tokens", "allow_diagnostic_primary=true", "columns=[length.tokens]",
        "model=[lead3]", "name=one")  # fmt: skip
    return folder / "results"


def test_the_published_schemas_are_made_from_the_types() -> None:
    """`python -m tests.runs.schemas` writes them again."""
    for name, schema in build_schemas().items():
        assert (FOLDER / name).read_text(encoding="utf-8") == format_schema(schema)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("folder", "kind"),
    [("plain", "run"), ("baseline", "baseline"), ("merged", "merged"), ("one", "article")],
)
def test_the_files_of_every_kind_are_valid(results: Path, folder: str, kind: str) -> None:
    content = _validate(results / folder / "run.json", _RUN)
    assert (content["kind"], load(results / folder).metadata.kind) == (kind, kind)
    board = _validate(results / folder / "leaderboard.json", _LEADERBOARD)
    assert [entry["model"] for entry in board["entries"]].count("lead3") > 0


@pytest.mark.slow
def test_a_run_with_everything_has_the_optional_records(results: Path) -> None:
    """A failure, a perturbation and a certificate: their schemas are checked above."""
    content = json.loads((results / "plain" / "run.json").read_bytes())
    assert {f["model"] for f in content["failures"]} == {"broken"}
    assert list(content["perturbations"]) == ["typographic"]
    assert content["certificate"]["models"]["lead3"]
    assert (content["git"] is None) == (not (CLONE / ".git").exists())


@pytest.mark.slow
def test_the_file_of_a_shard_is_valid(results: Path) -> None:
    content = _validate(results / "merged" / "shard-1-of-1.json", _RUN)
    assert (content["kind"], content["number"], content["count"]) == ("shard", 1, 1)


def test_the_committed_baseline_is_valid() -> None:
    assert _validate(CLONE / "results/baseline/run.json", _RUN)["kind"] == "baseline"
    content = _validate(CLONE / "results/baseline/leaderboard.json", _LEADERBOARD)
    assert len(content["entries"]) == 150
    load(CLONE / "results/baseline")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["plain", "baseline", "merged", "one"])
def test_what_is_read_is_written_again_byte_for_byte(results: Path, name: str) -> None:
    data = (results / name / "run.json").read_bytes()
    assert encode_metadata(decode_metadata(data)) == data
    text = (results / name / "leaderboard.json").read_text(encoding="utf-8")
    assert to_json(from_json(text, "x")) == text


def _spoil(content: Any, path: str, value: object) -> Any:
    spoilt = copy.deepcopy(content)
    *parents, key = path.split(".")
    place = spoilt
    for parent in parents:
        place = place[parent]
    if value is None:
        del place[key]
    else:
        place[key] = value
    return spoilt


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("kind", "walk"),
        ("kind", None),
        ("schema_version", 1),
        ("name", 3),
        ("config", None),
        ("models.lead3.kind", "best"),
        ("models.lead3.fingerprint", 3),
        ("metrics.rouge.signature", None),
        ("git", "yes"),
        ("colour", "red"),
        ("datasets.table.colour", "red"),
        ("failures", {}),
    ],
)
def test_the_schema_and_the_reader_refuse_the_same(
    results: Path, tmp_path: Path, path: str, value: object
) -> None:
    content = json.loads((results / "plain" / "run.json").read_bytes())
    file = tmp_path / "run.json"
    file.write_text(json.dumps(_spoil(content, path, value)), encoding="utf-8")
    with pytest.raises(jsonschema.ValidationError):
        _validate(file, _RUN)
    with pytest.raises(SummbenchError, match=r"run\.json (is of|does not fit)"):
        read_metadata(file)


def test_an_older_leaderboard_is_refused_by_its_number(tmp_path: Path) -> None:
    folder = Run().write(tmp_path / "run")
    text = (folder / "leaderboard.json").read_text(encoding="utf-8")
    old = text.replace('"schema_version": 3', '"schema_version": 1')
    with pytest.raises(SummbenchError, match="of schema version 1, and this summbench reads"):
        from_json(old, "leaderboard.json")


def test_numbers_keep_every_bit_and_what_is_infinite_is_null() -> None:
    numbers = {"a": 0.1 + 0.2, "b": 5e-324, "c": 1e22, "d": 2**53 + 1, "e": float("inf")}
    data = encode_metadata(build_metadata(config=numbers))
    read = decode_metadata(data)
    assert isinstance(read, RunMetadata)
    assert read.config == numbers | {"e": None}


def test_only_a_baseline_has_margins_of_its_own() -> None:
    assert "margins" in BaselineMetadata.__struct_fields__
    assert build_metadata(config={"margins": {"rouge.rouge2_f": 0.02}}).margins == {
        "rouge.rouge2_f": 0.02
    }
    assert build_metadata(config={}).margins == {}
