"""Parts are whole or not there, and what is damaged is said and stored again."""

from __future__ import annotations

import logging
import math
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from summbench.core import replies
from summbench.core.errors import SummbenchError
from summbench.core.records import Prediction
from summbench.core.replies import read_reply
from summbench.store.atomic_files import check_writable, write_bytes, write_table, write_text
from summbench.store.maintenance import compact, list_entries
from summbench.store.store import Store

_ROW = Prediction("a", "A summary.\nÆ", 10, 3, 0.5, "length", True, "thought")


def _parts(store: Path) -> list[Path]:
    return sorted(store.rglob("*.parquet"))


def test_a_prediction_comes_back_as_it_was_but_for_the_article_it_was_made_for(
    tmp_path: Path,
) -> None:
    store = Store(tmp_path)
    store.add_predictions("m", "f" * 64, [("key", _ROW)], {"versions": {"python": "3"}})
    stored = Store(tmp_path).load_predictions("m", "f" * 64)
    assert stored.predictions == {"key": replace(_ROW, article_id="")}
    assert stored.environments == [{"versions": {"python": "3"}}]


def test_a_raw_reply_is_stored_once_and_read_again(tmp_path: Path) -> None:
    replied = replace(
        _ROW, summary="Rain.", reasoning="Dam? Rain.", raw="<think>Dam?\nRain.</think> Rain."
    )
    Store(tmp_path).add_predictions("m", "f", [("key", read_reply(replied)), ("plain", _ROW)], {})
    stored = Store(tmp_path).load_predictions("m", "f").predictions
    assert (stored["key"].raw, stored["key"].summary) == (replied.raw, "Rain.")
    assert stored["key"].reasoning == "Dam?\nRain."  # what is between the marks
    assert (stored["plain"].raw, stored["plain"].summary) == (None, _ROW.summary)
    [part] = _parts(tmp_path)
    assert pq.read_table(part)["summary"].to_pylist() == [None, _ROW.summary]


def test_what_is_read_from_a_raw_reply_follows_the_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Store(tmp_path).add_predictions("m", "f", [("key", replace(_ROW, raw="Rain."))], {})
    monkeypatch.setattr(replies, "clean_reply", lambda raw, reasoning: (raw.upper(), "new"))
    [stored] = Store(tmp_path).load_predictions("m", "f").predictions.values()
    assert (stored.summary, stored.reasoning) == ("RAIN.", "new")


def test_three_threads_share_one_store(tmp_path: Path) -> None:
    store = Store(tmp_path)

    def write_and_read(thread: int) -> None:
        for i in range(15):
            row = (f"{thread}-{i}", Prediction("a", f"{thread} {i}"))
            store.add_predictions("m", "f", [row], {"versions": {}})
            store.add_scores("s", "f", [row[0]], {"a": [float(i)]})
            keys = [f"{thread}-{k}" for k in range(i + 1)]
            predictions = store.load_predictions("m", "f", keys).predictions
            assert {k: p.summary for k, p in predictions.items()} == {
                key: key.replace("-", " ") for key in keys
            }
            assert store.load_scores("s", "f", keys) == {k: (float(k[2:]),) for k in keys}

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(write_and_read, range(3)))
    assert len(store.load_predictions("m", "f").predictions) == 45
    assert not list(tmp_path.rglob(".*.tmp"))


def test_a_failed_article_is_not_an_answer(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add_predictions("m", "f", [("key", Prediction("a", error="boom"))], {})
    assert _parts(tmp_path) == []


def test_another_fingerprint_is_another_model(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add_predictions("m", "1" * 64, [("key", _ROW)], {})
    assert store.load_predictions("m", "2" * 64).predictions == {}


def test_scores_come_back_in_the_sorted_order_of_their_columns(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add_scores("rouge", "f", ["k1", "k2"], {"b": [1.0, math.nan], "a": [0.1, 0.2]})
    scores = store.load_scores("rouge", "f")
    assert scores["k1"] == (0.1, 1.0)
    assert scores["k2"][0] == 0.2
    assert math.isnan(scores["k2"][1])


def test_evidence_comes_back_by_its_key(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add_scores("m", "f", ["k1", "k2"], {"a": [1.0, 2.0]}, ["one", "two"])
    store.add_scores("m", "f", ["k3"], {"a": [3.0]})
    assert store.load_evidence("m", "f") == {"k1": "one", "k2": "two"}
    assert store.load_evidence("m", "f", ["k2", "k3"]) == {"k2": "two"}
    assert store.load_scores("m", "f") == {"k1": (1.0,), "k2": (2.0,), "k3": (3.0,)}


def test_environments_of_equal_content_are_one(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add_predictions("m", "f", [("k1", _ROW)], {"a": 1, "b": 2})
    store.add_predictions("m", "f", [("k2", _ROW)], {"b": 2, "a": 1})
    assert store.load_predictions("m", "f").environments == [{"a": 1, "b": 2}]


def test_parts_are_numbered_from_one(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for i in range(3):
        store.add_scores("Metric: m+", "f" * 20, ["k"], {"a": [float(i)]})
    parts = _parts(tmp_path)
    assert [part.name[:9] for part in parts] == ["00000001-", "00000002-", "00000003-"]
    assert parts[0].parent == tmp_path / "scores" / f"metric_m-{'f' * 16}"


def test_a_part_without_a_hash_in_its_name_is_checked_by_reading_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store(tmp_path)
    store.add_scores("m", "f", [str(i) for i in range(2_000)], {"a": [i / 7 for i in range(2_000)]})
    [part] = _parts(tmp_path)
    data = part.read_bytes()
    renamed_part = part.rename(part.with_name("old.parquet"))
    assert len(Store(tmp_path).load_scores("m", "f")) == 2_000
    middle = len(data) // 3
    renamed_part.write_bytes(data[:middle] + b"\0" * 200 + data[middle + 200 :])
    with caplog.at_level(logging.WARNING, "summbench"):
        assert Store(tmp_path).load_scores("m", "f") == {}
    assert "was set aside" in caplog.text


def test_a_store_that_can_be_written_to_is_opened_and_swept(tmp_path: Path) -> None:
    stale = tmp_path / "scores" / "m-f" / ".x.tmp"
    write_text("", stale)
    os.utime(stale, (time.time() - 100_000,) * 2)
    store = Store(tmp_path)
    store.open()
    store.check_writable("anything")
    assert store.load_scores("m", "f") == {}
    assert not stale.exists()


def test_rows_that_are_handed_in_again_after_an_interruption_are_one_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C between the rename and the return: the caller can't know that they are stored."""
    store = Store(tmp_path)
    replace = Path.replace

    def interrupt(path: Path, target: Path) -> Path:
        monkeypatch.setattr(Path, "replace", replace)
        path.replace(target)
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        store.add_scores("m", "f", ["k"], {"a": [1.0]})
    for _ in range(2):
        store.add_scores("m", "f", ["k"], {"a": [1.0]})
    assert len(_parts(tmp_path)) == 1
    store.add_scores("m", "f", ["k"], {"a": [2.0]})
    store.add_scores("m", "f", ["k"], {"a": [1.0]})
    assert store.load_scores("m", "f") == {"k": (1.0,)}


def test_readers_take_the_union_of_two_writers(tmp_path: Path) -> None:
    Store(tmp_path).add_scores("m", "f", ["k1"], {"a": [1.0]})
    Store(tmp_path).add_scores("m", "f", ["k2"], {"a": [2.0]})
    assert Store(tmp_path).load_scores("m", "f") == {"k1": (1.0,), "k2": (2.0,)}


@pytest.mark.parametrize("damage", ["truncated", "emptied", "overwritten"])
def test_a_damaged_part_is_set_aside_with_a_warning_and_the_others_are_read(
    tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store(tmp_path)
    store.add_scores("m", "f", ["k1"], {"a": [1.0]})
    [part] = _parts(tmp_path)
    data = part.read_bytes()
    part.write_bytes({"truncated": data[:-20], "emptied": b"", "overwritten": b"x" * 500}[damage])
    store.add_scores("m", "f", ["k2"], {"a": [2.0]})
    with caplog.at_level(logging.WARNING, logger="summbench"):
        assert store.load_scores("m", "f") == {"k2": (2.0,)}
    assert "damaged" in caplog.text
    assert part.with_suffix(".damaged").exists()
    caplog.clear()
    assert store.load_scores("m", "f") == {"k2": (2.0,)}
    assert caplog.text == ""


@pytest.mark.parametrize("metadata", [{}, {"summbench_schema": "3"}], ids=["older", "newer"])
def test_a_part_of_another_schema_is_kept_and_said_once_but_not_read(
    tmp_path: Path, metadata: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    store = Store(tmp_path)
    store.add_scores("m", "f", ["k1"], {"a": [1.0]})
    [part] = _parts(tmp_path)
    foreign = part.with_name("foreign.parquet")
    pq.write_table(pa.table({"key": ["k1"], "a": [9.0]}).replace_schema_metadata(metadata), foreign)
    with caplog.at_level(logging.WARNING, logger="summbench"):
        assert store.load_scores("m", "f") == {"k1": (1.0,)}
        assert store.load_evidence("m", "f") == {}
    assert caplog.text.count("has parts of another version of summbench (1); they are kept") == 1
    assert foreign.exists()


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    write_text("old", path)
    with pytest.raises(TypeError):
        write_bytes("no bytes", path)  # type: ignore[arg-type]
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["file.txt"]


def test_a_table_is_whole_under_its_name(tmp_path: Path) -> None:
    write_table(pa.table({"a": [1]}), tmp_path / "t.parquet")
    assert pq.read_table(tmp_path / "t.parquet").to_pydict() == {"a": [1]}


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SummbenchError, match=r"can't be written to .*another with --out FOLDER"):
        check_writable(tmp_path / "file" / "results", "--out FOLDER")
    with pytest.raises(SummbenchError, match=r"can't be written to \(Not a directory\)\.$"):
        check_writable(tmp_path / "file" / "results")


def test_counts_are_kept_beside_scores_and_are_no_columns_of_them(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add_scores("m", "f", ["k1", "k2"], {"a": [1.0, 2.0]}, counts={"checked": [3, 0]})
    store.add_scores("m", "f", ["k3"], {"a": [3.0]})
    assert store.load_scores("m", "f") == {"k1": (1.0,), "k2": (2.0,), "k3": (3.0,)}
    assert store.load_counts("m", "f") == {"k1": {"checked": 3}, "k2": {"checked": 0}, "k3": {}}
    assert store.load_counts("m", "f", ["k2"]) == {"k2": {"checked": 0}}
    [entry] = list_entries(tmp_path)
    compact(entry)
    assert Store(tmp_path).load_counts("m", "f") == store.load_counts("m", "f")
