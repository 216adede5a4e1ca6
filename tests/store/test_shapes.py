"""A part with our mark and another shape is set aside and said; one of another version is left."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import summbench
from summbench.core.records import Prediction
from summbench.store import store as store_module
from summbench.store.maintenance import compact, list_entries, remove_entry
from summbench.store.parts import build_part_name, serialize_table
from summbench.store.shapes import SHAPES, Shape
from summbench.store.store import Store
from tests.commands import rows

_MARK = b"summbench_schema"


_NO_FILES: dict[str, Callable[[Path], None]] = {
    "a pipe": lambda path: os.mkfifo(path),
    "a device": lambda path: path.symlink_to("/dev/zero"),
    "a folder": lambda path: path.mkdir(),
}


def _add(store: Store, key: str, text: str) -> None:
    store.add_predictions("m", "f", [(key, Prediction("a", text))], {"versions": {"p": "1"}})


def _score(store: Store, key: str, value: float) -> None:
    store.add_scores("m", "f", [key], {"a": [value], "b": [value]}, ["{}"], {"n": [1]})


def _set(name: str, array: pa.Array, nullable: bool = False) -> Callable[[pa.Table], pa.Table]:
    def change(table: pa.Table) -> pa.Table:
        position = table.column_names.index(name)
        return table.set_column(position, pa.field(name, array.type, nullable), array)

    return change


def _add_column(name: str, array: pa.Array) -> Callable[[pa.Table], pa.Table]:
    return lambda table: table.append_column(pa.field(name, array.type, nullable=False), array)


def _environment(text: bytes) -> Callable[[pa.Table], pa.Table]:
    return lambda table: table.replace_schema_metadata(
        {**table.schema.metadata, b"environment": text}
    )


def _invalid_text() -> pa.Array:
    data = pa.py_buffer(b"\xff\xfe")
    return pa.Array.from_buffers(
        pa.string(), 1, [None, pa.array([0, 2], pa.int32()).buffers()[1], data]
    )


_NULL = pa.array([None], pa.string())
_PREDICTIONS: dict[str, Callable[[pa.Table], pa.Table]] = {
    "a column less": lambda table: table.drop_columns(["seconds"]),
    "no key": lambda table: table.drop_columns(["key"]),
    "a column more": _add_column("colour", pa.array(["red"])),
    "a column twice": lambda table: table.append_column(table.field("raw"), table["raw"]),
    "tokens as texts": _set("input_tokens", pa.array(["7"]), nullable=True),
    "tokens of 32 bits": _set("input_tokens", pa.array([7], pa.int32()), nullable=True),
    "seconds as text": _set("seconds", pa.array(["1"])),
    "a list as summary": _set("summary", pa.array([["x"]]), nullable=True),
    "a number as key": _set("key", pa.array([1])),
    "keys that may be null": _set("key", _NULL, nullable=True),
    "finish reasons that may be null": _set("finish_reason", _NULL, nullable=True),
    "a text that is no UTF-8": _set("summary", _invalid_text(), nullable=True),
    "an environment that is no JSON": _environment(b"{"),
    "an environment that is a list": _environment(b"[]"),
    "versions that are a list": _environment(b'{"versions": [1]}'),
    "an environment in another encoding": _environment(b"\xff"),
    "a deep environment": _environment(b"[" * 100_000),
}
_ROWS: dict[str, Callable[[pa.Table], pa.Table]] = {
    "neither summary nor raw reply": _set("summary", _NULL, nullable=True),
    "no reasoning": _set("reasoning", _NULL, nullable=True),
    "negative tokens": _set("output_tokens", pa.array([-1]), nullable=True),
    "negative seconds": _set("seconds", pa.array([-0.1])),
    "endless seconds": _set("seconds", pa.array([float("inf")])),
}
_SCORES: dict[str, Callable[[pa.Table], pa.Table]] = {
    "a column less": lambda table: table.drop_columns(["b"]),
    "a column more": _add_column("c", pa.array([1.0])),
    "no columns": lambda table: table.select(["key"]),
    "whole numbers": _set("a", pa.array([1])),
    "scores that may be null": _set("a", pa.array([None], pa.float64()), nullable=True),
    "evidence as a number": _set("evidence", pa.array([1])),
    "evidence that may be null": _set("evidence", _NULL, nullable=True),
    "counts with a fraction": _set("count:n", pa.array([0.5])),
    "counts that may be null": _set("count:n", pa.array([None], pa.int64()), nullable=True),
}


def _plant(table: pa.Table, part: Path, generation: int = 7) -> Path:
    """The table as a part whose name has the right hash."""
    data = serialize_table(table)
    planted = part.with_name(build_part_name(data, generation))
    planted.write_bytes(data)
    return planted


@pytest.mark.parametrize("change", _PREDICTIONS.values(), ids=_PREDICTIONS)
def test_predictions_of_another_shape_are_set_aside_and_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, change: Callable[[pa.Table], pa.Table]
) -> None:
    _add(Store(tmp_path), "k1", "one")
    [part] = tmp_path.rglob("*.parquet")
    planted = _plant(change(pq.read_table(part)), part)
    store = Store(tmp_path)
    for _ in range(2):
        stored = store.load_predictions("m", "f").predictions
        assert {key: p.summary for key, p in stored.items()} == {"k1": "one"}
    [message] = caplog.messages
    assert message.startswith(f"{planted} is damaged and was set aside; its rows are computed")
    assert "\n" not in message
    assert planted.with_suffix(".damaged").exists()
    assert part.exists()


@pytest.mark.parametrize("change", _ROWS.values(), ids=_ROWS)
def test_a_row_that_no_model_can_have_written_costs_only_itself(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, change: Callable[[pa.Table], pa.Table]
) -> None:
    for key in ("k1", "k2"):
        _add(Store(tmp_path), key, key)
    good, bad = sorted(tmp_path.rglob("*.parquet"))
    both = pa.concat_tables([pq.read_table(good), change(pq.read_table(bad))])
    planted = _plant(both, good)
    good.unlink()
    bad.unlink()
    store = Store(tmp_path)
    for _ in range(2):
        stored = store.load_predictions("m", "f").predictions
        assert {key: p.summary for key, p in stored.items()} == {"k1": "k1"}
    assert caplog.messages == [
        f"{planted} has rows that no model can have written (1); they are computed again."
    ]
    assert planted.exists()


@pytest.mark.parametrize("change", _SCORES.values(), ids=_SCORES)
def test_scores_of_another_shape_are_set_aside_and_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, change: Callable[[pa.Table], pa.Table]
) -> None:
    _score(Store(tmp_path), "k1", 1.0)
    [part] = tmp_path.rglob("*.parquet")
    planted = _plant(change(pq.read_table(part)), part)
    store = Store(tmp_path)
    for _ in range(2):
        assert store.load_scores("m", "f", columns=("b", "a")) == {"k1": (1.0, 1.0)}
        assert store.load_evidence("m", "f") == {"k1": "{}"}
        assert store.load_counts("m", "f") == {"k1": {"n": 1}}
    [message] = caplog.messages
    assert message.startswith(f"{planted} is damaged and was set aside; its rows are computed")
    assert part.exists()


def test_a_part_whose_bytes_are_no_parquet_under_the_right_hash_is_set_aside(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    keys = [str(i) for i in range(9_000)]
    Store(tmp_path).add_scores("m", "f", keys, {"a": [i / 7 for i in range(9_000)]})
    [part] = tmp_path.rglob("*.parquet")
    data = part.read_bytes()
    for start in (100, len(data) // 2, len(data) - 3_000):
        broken = data[:start] + b"\0" * 400 + data[start + 400 :]
        planted = part.with_name(build_part_name(broken, 7))
        planted.write_bytes(broken)
        scores = Store(tmp_path).load_scores("m", "f", columns=["a"])
        assert len(scores) == 9_000
        if not planted.exists():  # otherwise the bytes were those of numbers
            assert f"{planted} is damaged and was set aside" in caplog.text
    assert "was set aside" in caplog.text


def test_a_folder_with_the_name_of_a_part_is_set_aside(tmp_path: Path) -> None:
    store = Store(tmp_path)
    _score(store, "k1", 1.0)
    [part] = tmp_path.rglob("*.parquet")
    part.with_name("folder.parquet").mkdir()
    assert store.load_scores("m", "f") == {"k1": (1.0, 1.0)}
    [entry] = list_entries(tmp_path)
    assert (entry.parts, compact(entry)) == (1, 1)
    remove_entry(entry)
    assert [path.name for path in part.parent.iterdir()] == ["folder.damaged"]


def test_a_run_goes_on_when_every_part_has_another_shape(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def evaluate() -> list[object]:
        run = summbench.evaluate(["lead1"], {"news": rows(4)}, ["rouge"], store=tmp_path)
        return list(run.data.scores.to_pylist())

    expected = evaluate()
    for part in list(tmp_path.rglob("*.parquet")):
        _plant(pq.read_table(part).drop_columns(["key"]), part, 99_999_999)
        part.unlink()
    caplog.clear()
    assert evaluate() == expected
    assert len([m for m in caplog.messages if "was set aside" in m]) == 2
    caplog.clear()
    assert evaluate() == expected
    assert "was set aside" not in caplog.text


@pytest.mark.parametrize("generation", [99_999_999, *(10**12 + n for n in (-1, 0, 1)), 10**40])
def test_a_planted_number_does_not_win_for_ever(tmp_path: Path, generation: int) -> None:
    store = Store(tmp_path)
    store.add_scores("m", "f", ["k"], {"a": [1.0]})
    [part] = tmp_path.rglob("*.parquet")
    table = pq.read_table(part)
    planted = table.set_column(1, table.field("a"), pa.array([66.0]))
    _plant(planted, part, generation)
    for value in (2.0, 3.0):
        Store(tmp_path).add_scores("m", "f", ["k"], {"a": [value]})
        assert Store(tmp_path).load_scores("m", "f") == {"k": (value,)}


def test_the_mark_is_the_hash_of_columns_types_and_nulls() -> None:
    """A change of any of them is another version; the order of optional columns is none."""
    shape = SHAPES["predictions"]
    assert len(shape.mark) == 64
    fields = list(shape.required)
    others = [
        fields[1:],
        [*fields, pa.field("colour", pa.string())],
        [fields[0].with_type(pa.large_string()), *fields[1:]],
        [fields[0].with_nullable(True), *fields[1:]],
        [fields[0].with_name("hash"), *fields[1:]],
    ]
    marks = {Shape(pa.schema(other), shape.optional).mark for other in others}
    assert len(marks | {shape.mark, SHAPES["scores"].mark}) == len(others) + 2
    assert Shape(pa.schema(fields), shape.optional).mark == shape.mark


@pytest.mark.parametrize("version", ["older", "newer"])
def test_two_versions_share_a_store(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    version: str,
) -> None:
    """Another version has a column less, or one more; each reads, and compacts, its own parts."""
    ours = SHAPES["scores"]
    theirs = Shape(
        ours.required, pa.schema([f for f in ours.optional if f.name != "evidence"])
        if version == "older" else ours.optional.append(pa.field("seconds", pa.int32())),
    )  # fmt: skip
    shapes = {"us": ours, "them": theirs}

    def use(name: str) -> Store:
        monkeypatch.setattr(store_module, "SHAPES", {"scores": shapes[name]})
        return Store(tmp_path)

    for i in range(3):
        for name, value in (("us", 1.0), ("them", 2.0)):
            use(name).add_scores("m", "f", [f"k{i}", name], {"a": [value + i, value]})
    for _ in range(2):
        for name, value in (("us", 1.0), ("them", 2.0)):
            scores = use(name).load_scores("m", "f", columns=["a"])
            expected = {f"k{i}": (value + i,) for i in range(3)} | {name: (value,)}
            assert scores == expected
        [entry] = list_entries(tmp_path)
        compact(entry)  # by our version
        assert len(list(tmp_path.rglob("*.parquet"))) == 1 + 3
    assert "3" in caplog.text
    assert {m.partition(" has ")[2] for m in caplog.messages} == {
        "parts of another version of summbench (3); they are kept but not read, and their rows are "
        "computed again.",
        "parts of another version of summbench (1); they are kept but not read, and their rows are "
        "computed again.",
    }
    assert not list(tmp_path.rglob("*.damaged"))


def test_every_mark_but_ours_is_of_another_version(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Those of versions before the hash, of none, and of one to come."""
    _score(Store(tmp_path), "k1", 1.0)
    [part] = tmp_path.rglob("*.parquet")
    for mark in (b"2", b"", b"\xff", b"0" * 64):
        table = pq.read_table(part).drop_columns(["a"])
        _plant(table.replace_schema_metadata({_MARK: mark}), part)
    with caplog.at_level(logging.WARNING, logger="summbench"):
        assert Store(tmp_path).load_scores("m", "f") == {"k1": (1.0, 1.0)}
    assert "another version of summbench (4)" in caplog.text
    assert len(list(tmp_path.rglob("*.parquet"))) == 5
    assert json.dumps(caplog.messages).count("another version") == 1


@pytest.mark.parametrize("kind", _NO_FILES)
def test_what_is_no_file_in_place_of_a_part_is_set_aside(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    store = Store(tmp_path)
    _add(store, "k1", "one")
    _add(store, "k2", "two")
    first = min(tmp_path.rglob("*.parquet"))
    first.unlink()
    _NO_FILES[kind](first)
    with caplog.at_level(logging.WARNING, "summbench"):
        stored = Store(tmp_path).load_predictions("m", "f").predictions
    assert set(stored) == {"k2"}
    assert f"{first.name} is damaged and was set aside" in caplog.text
    caplog.clear()
    assert set(Store(tmp_path).load_predictions("m", "f").predictions) == {"k2"}
    assert caplog.text == ""
