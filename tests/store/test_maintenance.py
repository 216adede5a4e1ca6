"""The store is listed, pruned by rules, and compacted without a change of any row."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from summbench.core.errors import SummbenchError
from summbench.core.records import Prediction
from summbench.store.maintenance import (
    compact,
    list_entries,
    parse_age,
    remove_entry,
    select_entries,
)
from summbench.store.store import Store
from tests.commands import TABLE, jsonl, run, written

_DAY = 86_400.0
_NOW = 2_000_000_000.0


def _fill_store(folder: Path) -> Store:
    """A store with two parts of one model, one of another, one of a metric."""
    store = Store(folder)
    for key in ("k1", "k2"):
        store.add_predictions("Lead 3", "1" * 64, [(key, Prediction("a", key))], {"v": 1})
    store.add_predictions("lsa", "2" * 64, [("k1", Prediction("a", "x"))], {})
    store.add_scores("rouge", "3" * 64, ["k1", "k2", "k3"], {"f": [0.1, 0.2, 0.3]})
    return store


def _names(entries: object) -> list[str]:
    return [entry.name for entry in entries]  # type: ignore[attr-defined]


def test_each_entry_has_its_parts_rows_and_bytes(tmp_path: Path) -> None:
    _fill_store(tmp_path)
    entries = [(s.kind, s.name, s.fingerprint, s.parts, s.rows) for s in list_entries(tmp_path)]
    assert entries == [
        ("predictions", "lead_3", "1" * 16, 2, 2),
        ("predictions", "lsa", "2" * 16, 1, 1),
        ("scores", "rouge", "3" * 16, 1, 3),
    ]
    inside = [p for p in tmp_path.rglob("*") if p.is_file()]
    assert sum(s.size for s in list_entries(tmp_path)) == sum(p.stat().st_size for p in inside)


def test_no_folder_is_an_empty_store_and_another_folder_is_none(tmp_path: Path) -> None:
    assert list_entries(tmp_path / "nowhere") == []
    (tmp_path / "thesis.tex").write_text("")
    for path in (tmp_path, tmp_path / "thesis.tex"):
        with pytest.raises(SummbenchError, match="is no store"):
            list_entries(path)


def test_use_counts_as_much_as_writing(tmp_path: Path) -> None:
    store = _fill_store(tmp_path)
    for entry in list_entries(tmp_path):
        os.utime(entry.path, (_NOW - 40 * _DAY,) * 2)
    assert len(select_entries(list_entries(tmp_path), _NOW, older_than="30d")) == 3
    assert select_entries(list_entries(tmp_path), _NOW, older_than="6w") == []
    store.load_predictions("Lead 3", "1" * 64)  # now, and so after _NOW - 30 days or not at all old
    used = {s.name: s.last_used_at for s in list_entries(tmp_path)}
    assert used["lead_3"] != used["lsa"] == _NOW - 40 * _DAY


def test_rules_are_and_ed(tmp_path: Path) -> None:
    _fill_store(tmp_path)
    entries = list_entries(tmp_path)
    assert _names(select_entries(entries, _NOW, model="Lead 3")) == ["lead_3"]
    os.utime(entries[0].path, (_NOW,) * 2)
    assert select_entries(list_entries(tmp_path), _NOW, older_than="1h", model="lead_3") == []


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        ({}, "Nothing says what to remove"),
        ({"older_than": "soon"}, "'soon' is no age"),
        ({"older_than": "-3d"}, "'-3d' is no age"),
        ({"model": "lsb"}, "no predictions of a model 'lsb'. Did you mean 'lsa'?"),
        ({"model": "rouge"}, "no predictions of a model 'rouge'. It has lead_3, lsa."),
    ],
)
def test_nonsense_is_refused(tmp_path: Path, rules: dict[str, str], sentence: str) -> None:
    _fill_store(tmp_path)
    with pytest.raises(SummbenchError) as refused:
        select_entries(list_entries(tmp_path), _NOW, **rules)
    assert sentence in str(refused.value)


def test_what_runs_name_is_kept(tmp_path: Path) -> None:
    _fill_store(tmp_path / "store")
    entries = list_entries(tmp_path / "store")
    selected = select_entries(entries, _NOW, referenced={"1" * 64, "3" * 64})
    assert _names(selected) == ["lsa"]
    assert len(select_entries(entries, _NOW, referenced=())) == len(entries)


def test_what_is_removed_is_gone_and_what_came_meanwhile_stays(tmp_path: Path) -> None:
    store = _fill_store(tmp_path)
    entry = list_entries(tmp_path)[0]
    (entry.path / "x.damaged").write_bytes(b"")
    arriving = entry.path / ".1.tmp"
    arriving.write_bytes(b"")
    remove_entry(entry)
    assert list(entry.path.iterdir()) == [arriving]
    arriving.unlink()
    for other in list_entries(tmp_path):
        remove_entry(other)
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []
    assert store.load_predictions("Lead 3", "1" * 64).predictions == {}


def _many_parts(folder: Path) -> tuple[Store, dict[str, tuple[float, ...]]]:
    """Forty parts of which the later overrule the earlier, and what a dict makes of them."""
    store, draw = Store(folder), random.Random(5)
    truth: dict[str, tuple[float, ...]] = {}
    for value in range(40):
        keys = [str(draw.randrange(30)) for _ in range(4)]
        store.add_scores("m", "f", keys, {"a": [value + i / 8 for i in range(4)]})
        truth |= {key: (value + i / 8,) for i, key in enumerate(keys)}
    return store, truth


def test_compaction_leaves_one_part_and_the_same_rows(tmp_path: Path) -> None:
    store, truth = _many_parts(tmp_path)
    [before] = list_entries(tmp_path)
    assert (before.parts, before.rows) == (40, 160)
    assert compact(before) == 1
    [after] = list_entries(tmp_path)
    assert (after.parts, after.rows) == (1, len(truth))
    assert store.load_scores("m", "f") == truth
    assert compact(after) == 1
    store.add_scores("m", "f", ["0"], {"a": [99.0]})
    assert store.load_scores("m", "f") == truth | {"0": (99.0,)}


def test_a_crash_at_any_point_of_a_compaction_changes_no_answer(tmp_path: Path) -> None:
    store, truth = _many_parts(tmp_path)
    old = sorted(tmp_path.rglob("*.parquet"))
    contents = {path: path.read_bytes() for path in old}
    compact(list_entries(tmp_path)[0])
    for gone in range(len(old), -1, -1):  # the oldest go first
        for path in old[gone:]:
            path.write_bytes(contents[path])
        assert store.load_scores("m", "f") == truth


def test_environments_and_evidence_outlive_compaction(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for i in range(6):
        row = [(f"k{i}", Prediction("a", str(i)))]
        store.add_predictions("m", "f", row, {"versions": {"p": str(i % 2)}})
        store.add_scores("j", "f", [f"k{i}"], {"a": [0.5]}, [f"because {i}"])
    stored, evidence = store.load_predictions("m", "f"), store.load_evidence("j", "f")
    assert [compact(entry) for entry in list_entries(tmp_path)] == [2, 1]
    again = store.load_predictions("m", "f")
    assert again.predictions == stored.predictions
    assert sorted(map(str, again.environments)) == sorted(map(str, stored.environments))
    assert store.load_evidence("j", "f") == evidence


@pytest.mark.slow
def test_a_store_is_listed_pruned_and_compacted_from_the_command_line(tmp_path: Path) -> None:
    assert run(tmp_path, "store").stdout == run(tmp_path, "store", "--help").stdout
    assert "There is nothing in results/store yet" in run(tmp_path, "store", "list").stdout
    jsonl(tmp_path / "news.jsonl")
    for limit in (1, 3):
        run(tmp_path, "run", *TABLE, "model=[lead1,lead3]", f"limit={limit}", "overwrite=true")
    shown = run(tmp_path, "store", "list").stdout
    metadata = written(tmp_path, "run.json")
    for group in ("models", "metrics"):
        for name, record in metadata[group].items():
            assert f"{name} " in shown
            assert record["fingerprint"][:16] in shown
    assert "scores " in run(tmp_path, "store", "compact").stdout
    run(tmp_path, "run", *TABLE, "model=[lead1]", "overwrite=true")
    dry = run(tmp_path, "store", "prune", "--unreferenced", "results", "--dry-run").stdout
    assert "lead3" in dry
    assert "lead1" not in dry
    assert "Would remove" in dry
    run(tmp_path, "store", "prune", "--unreferenced", "results")
    names = [entry.name for entry in list_entries(tmp_path / "results" / "store")]
    assert "lead1" in names
    assert "lead3" not in names
    run(tmp_path, "run", *TABLE, "model=[lead1,lead3]")
    message = run(tmp_path, "store", "prune", code=1).stderr
    assert "Nothing says what to remove" in " ".join(message.split())


@pytest.mark.parametrize(
    ("text", "seconds"), [("1h", 3_600), ("12h", 43_200), ("30d", 2_592_000), ("2w", 1_209_600)]
)
def test_an_age_is_in_seconds(text: str, seconds: float) -> None:
    assert parse_age(text) == seconds


def test_what_was_used_just_as_long_ago_as_the_age_stays(tmp_path: Path) -> None:
    _fill_store(tmp_path)
    for entry, used_at in zip(list_entries(tmp_path), (-1, 0, 1), strict=True):
        os.utime(entry.path, (_NOW - 3_600 + used_at,) * 2)
    assert _names(select_entries(list_entries(tmp_path), _NOW, older_than="1h")) == ["lead_3"]


def test_an_entry_that_is_removed_has_no_folder_left(tmp_path: Path) -> None:
    _fill_store(tmp_path)
    for entry in list_entries(tmp_path):
        remove_entry(entry)
    assert list_entries(tmp_path) == []
    assert [path.name for path in tmp_path.glob("*/*")] == []


def test_a_damaged_part_has_no_rows_that_count(tmp_path: Path) -> None:
    _fill_store(tmp_path)
    for part in (tmp_path / "predictions").glob("lead_3-*/*.parquet"):
        part.write_bytes(b"x")
    entry = list_entries(tmp_path)[0]
    assert (entry.parts, entry.rows, entry.size) == (2, 0, 2)


def test_a_part_that_is_its_own_union_outlives_compaction(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for key, environment in (("k1", "old"), ("k2", "old"), ("k3", "new")):
        row = (key, Prediction("a", key))
        store.add_predictions("m", "f", [row], {"versions": {"p": environment}})
    newest = max(tmp_path.rglob("*.parquet"))
    assert compact(list_entries(tmp_path)[0]) == 2
    assert newest.exists()
    stored = Store(tmp_path).load_predictions("m", "f").predictions
    assert {key: p.summary for key, p in stored.items()} == {k: k for k in ("k1", "k2", "k3")}
