"""Rows are found by their keys among many parts, and only what is asked for is read."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from summbench.core.records import Prediction
from summbench.store import parts
from summbench.store.maintenance import compact, list_entries
from summbench.store.shapes import Shape
from summbench.store.store import Store


def _add_score(store: Store, key: str, value: float) -> None:
    store.add_scores("m", "f", [key], {"a": [value]})


def test_only_the_rows_of_the_keys_are_looked_up_the_last_written_wins(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for i in range(5):
        _add_score(store, f"k{i % 3}", float(i))
    assert store.load_scores("m", "f", ["k0", "k1", "nowhere"]) == {"k0": (3.0,), "k1": (4.0,)}
    _add_score(store, "k0", 9.0)
    assert store.load_scores("m", "f", ["k0"]) == {"k0": (9.0,)}
    [entry] = list_entries(tmp_path)
    compact(entry)
    assert store.load_scores("m", "f", ["k0", "k2"]) == {"k0": (9.0,), "k2": (2.0,)}
    assert store.load_scores("m", "f", []) == {}


def test_an_index_reads_the_row_groups_of_the_keys_only(tmp_path: Path) -> None:
    keys = [f"{i:05}" for i in range(25_000)]
    Store(tmp_path).add_scores("m", "f", keys, {"a": [float(i) for i in range(25_000)]})
    [part] = tmp_path.rglob("*.parquet")
    assert pq.ParquetFile(part).num_row_groups == 13  # of 2,048 rows
    scores = Store(tmp_path).load_scores("m", "f", ["00003", "24999"])
    assert scores == {"00003": (3.0,), "24999": (24999.0,)}


def test_an_index_sets_damaged_parts_aside_and_leaves_foreign_ones(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    _add_score(Store(tmp_path), "k1", 1.0)
    [part] = tmp_path.rglob("*.parquet")
    _add_score(Store(tmp_path), "k2", 2.0)
    data = bytearray(part.read_bytes())
    data[len(data) // 2] ^= 1
    part.write_bytes(data)
    pq.write_table(pa.table({"key": ["k1"], "a": [9.0]}), part.with_name("foreign.parquet"))
    with caplog.at_level(logging.WARNING, logger="summbench"):
        assert Store(tmp_path).load_scores("m", "f", ["k1", "k2"]) == {"k2": (2.0,)}
    assert "its bytes are not those that were written" in caplog.text
    assert "has parts of another version of summbench (1)" in caplog.text
    assert part.with_suffix(".damaged").exists()


def test_the_environments_are_of_the_rows_that_are_used(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for key, version in (("k1", "1"), ("k2", "2")):
        environment = {"versions": {"torch": version}}
        store.add_predictions("m", "f", [(key, Prediction("a", "x"))], environment)
    assert store.load_predictions("m", "f", ["k2"]).environments == [{"versions": {"torch": "2"}}]


def test_parts_that_come_and_go_meanwhile_are_noticed(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for i in range(3):
        _add_score(store, f"k{i}", float(i))
    keys = ["k0", "k1", "k2", "k3"]
    assert store.load_scores("m", "f", keys) == {f"k{i}": (float(i),) for i in range(3)}
    first = min(tmp_path.rglob("*.parquet"))
    first.unlink()
    assert store.load_scores("m", "f", keys) == {"k1": (1.0,), "k2": (2.0,)}
    _add_score(Store(tmp_path), "k3", 3.0)  # by another process, as it were
    assert store.load_scores("m", "f", keys) == {"k1": (1.0,), "k2": (2.0,), "k3": (3.0,)}


def test_each_part_is_read_once_for_its_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path)
    opened: list[str] = []
    open_part = parts.open_part

    def record(path: Path, shape: Shape) -> pq.ParquetFile | None:
        opened.append(path.name)
        return open_part(path, shape)

    monkeypatch.setattr(parts, "open_part", record)
    for i in range(4):
        _add_score(store, f"k{i}", float(i))
        assert store.load_scores("m", "f", [f"k{i}"]) == {f"k{i}": (float(i),)}
    assert len(opened) == len(set(opened)) == 4


def test_keys_of_no_part_read_no_row_group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path)
    for i in range(3):
        _add_score(store, f"k{i}", float(i))
    read: list[Sequence[int]] = []
    read_row_groups = parts.read_row_groups

    def record(path: Path, groups: Sequence[int]) -> pa.Table:
        read.append(groups)
        return read_row_groups(path, groups)

    monkeypatch.setattr(parts, "read_row_groups", record)
    assert store.load_scores("m", "f", ["nowhere"]) == {}
    assert read == []
    assert store.load_scores("m", "f", ["k2", "nowhere"]) == {"k2": (2.0,)}
    assert read == [[0]]
