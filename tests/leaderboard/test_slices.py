"""Results by groups of articles: which there are, how they are corrected, what the mean hides."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import summbench
from summbench.core.errors import SummbenchError
from summbench.core.grouping import name_groups
from summbench.evaluation.compose import load_shipped
from summbench.leaderboard.board import LeaderboardMetric
from summbench.leaderboard.comparisons import compare_pairs, run_tests
from summbench.leaderboard.serialization import from_json, to_json
from summbench.leaderboard.slices import SlicedDataset, slice_dataset
from summbench.stats.multiplicity import holm
from summbench.stats.sign_flips import sign_flip

_UP = LeaderboardMetric("higher", "quality", "up|v:1")


def test_groups_are_the_texts_of_a_column() -> None:
    names = name_groups(["sport", " art ", None, "", "art", "sport"])
    assert names == ["sport", "art", "(none)", "(none)", "art", "sport"]
    assert name_groups([1, 2, 1]) == ["1", "2", "1"]
    assert name_groups([f"id{i}" for i in range(51)]) is None
    assert name_groups(["a", "b", "c", "d"]) is None


def test_many_numbers_are_cut_into_thirds() -> None:
    names = name_groups(list(range(1, 31)))
    assert names is not None
    assert [names.count(name) for name in dict.fromkeys(names)] == [10, 10, 10]


def test_many_dates_are_years_or_months() -> None:
    days = [f"20{21 + i % 2}-0{1 + i % 9}-{1 + i % 28:02}" for i in range(200)]
    assert set(name_groups(days) or ()) == {"2021", "2022"}
    in_one_year = [f"2021-{1 + i % 12:02}-{1 + i % 28:02}" for i in range(200)]
    assert len(set(name_groups(in_one_year) or ())) == 12


def _build_dataset(loss: float = 0.5) -> SlicedDataset:
    """On sport b is better by `loss`; elsewhere a is, so that both have nearly the same mean."""
    rng = np.random.default_rng(0)
    base = rng.random(40)
    groups = ["sport"] * 10 + ["art"] * 27 + ["few"] * 3
    gain = np.where(np.array(groups) == "sport", -loss, loss / 2.5)
    scores = {"a": base + gain + rng.normal(0, 0.1, 40), "b": base}
    whole = compare_pairs("d", "m", run_tests(scores, is_primary=True), _UP)
    return SlicedDataset("d", "m", _UP, scores, ["a", "b"], whole, {"desk": groups})


def test_every_group_has_means_and_only_those_of_five_articles_are_tested() -> None:
    dataset = _build_dataset()
    entries, pairs = slice_dataset(dataset)
    sizes = {(e.group, e.model): e.estimate.n for e in entries}
    assert sizes == {(g, m): n for g, n in (("sport", 10), ("art", 27), ("few", 3)) for m in "ab"}
    assert [pair.group for pair in pairs] == ["art", "sport"]


def test_all_groups_are_one_family() -> None:
    dataset = _build_dataset(0.05)
    _, pairs = slice_dataset(dataset)
    difference = dataset.scores["a"] - dataset.scores["b"]
    p = [sign_flip(part[:, None])[0] for part in (difference[10:37], difference[:10])]
    assert [pair.p for pair in pairs] == pytest.approx(p)
    assert [pair.p_adjusted for pair in pairs] == pytest.approx(holm(p).tolist())


def test_a_loss_that_the_mean_hides_is_named_and_a_gain_that_it_shows_is_not() -> None:
    _, pairs = slice_dataset(_build_dataset())
    assert {pair.group: pair.is_hidden for pair in pairs} == {"art": True, "sport": True}
    dataset = _build_dataset()
    a, b = dataset.scores["a"], dataset.scores["b"]
    clear = {"a": np.where(a < b, b + 0.2 + np.abs(a - b) / 9, a), "b": b}
    whole = compare_pairs("d", "m", run_tests(clear, is_primary=True), _UP)
    _, pairs = slice_dataset(SlicedDataset("d", "m", _UP, clear, ["a", "b"], whole, dataset.groups))
    assert {pair.is_hidden for pair in pairs} == {False}


def _write_rows(path: Path) -> Path:
    rows = [
        {
            "id": str(i),
            "reference": f"The mayor of town {i} opened a bridge.",
            "desk": "sport" if i % 3 else "art",
            "systems": {
                "good": f"The mayor of town {i} opened a {'bridge' if i % 3 else 'book'}.",
                "other": f"The mayor {'came' if i % 3 else f'of town {i} opened a bridge'}.",
            },
        }
        for i in range(24)
    ]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def _name_table(path: Path, group: str) -> dict[str, object]:
    target = "summbench.datasets.table.Table"
    columns = {"document": None, "references": "reference", "group": group}
    return {"_target_": target, "path": str(path), "document_required": False, **columns}


def test_a_run_shows_its_groups_and_names_what_the_mean_hides(tmp_path: Path) -> None:
    path = _write_rows(tmp_path / "news.jsonl")
    dataset = {"news": _name_table(path, "desk")}
    replay = {"replay": {**load_shipped("model", "replay"), "path": str(path)}}
    run = summbench.evaluate(replay, dataset, ["rouge"], out=tmp_path / "run")
    frame = run.slices.to_pandas()
    assert set(frame["group"]) == {"sport", "art"}
    assert frame.groupby("group")["n"].first().to_dict() == {"art": 8, "sport": 16}
    assert any("with desk 'art', other is better than good" in line for line in run.warnings)
    assert "### news by desk" in (tmp_path / "run" / "leaderboard.md").read_text("utf-8")
    index = (tmp_path / "run" / "report" / "data" / "index-0.js").read_text("utf-8")
    assert "desk: sport" in index
    board = run.data.leaderboard
    assert repr(from_json(to_json(board), "x")) == repr(board)  # NaN is not NaN, since 3.13


def test_a_column_called_group_needs_no_naming() -> None:
    rows = [
        {"id": str(i), "document": f"Town {i} grew. It is big.", "references": f"Town {i} grew.",
         "group": i % 2}
        for i in range(12)
    ]  # fmt: skip
    run = summbench.evaluate(["lead1", "lead3"], {"news": rows}, ["rouge"])
    assert sorted(set(run.slices.to_pandas()["group"])) == ["0", "1"]


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = _write_rows(tmp_path / "news.jsonl")
    dataset = _name_table(path, "section")
    with pytest.raises(SummbenchError, match="'section'"):
        summbench.evaluate(["lead1"], {"news": dataset}, ["rouge"])
