"""Large datasets: windows, examples that are read again, lookups by key, and shards."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Example, MetricInfo, sha256
from summbench.datasets.description import (
    describe_dataset,
)
from summbench.evaluation.chunks import Evaluation
from summbench.evaluation.executors.local import Local
from summbench.evaluation.inputs import check_chunk_size
from summbench.evaluation.metric_spec import MetricSpec
from summbench.evaluation.session import ModelSpec
from summbench.evaluation.sharding import Shard
from summbench.store.store import Store
from tests.commands import MINE, TABLE, jsonl, model_config, rows, run, written
from tests.fakes import Echo

_FILES = ("leaderboard.csv", "leaderboard.json", "leaderboard.md", "scores.parquet")


def _quiet(label: str, done: int, total: int) -> None:
    pass


def _examples(count: int) -> list[Example]:
    return [Example(Article(str(i), f"Item {i}. Rain fell."), ("Rain.",)) for i in range(count)]


def _rows_of(path: Path) -> list[dict[str, Any]]:
    """The rows of a Parquet file in one order, whatever the windows were."""
    found: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return sorted(found, key=lambda row: (row["model"], row.get("metric", ""), row["article_id"]))


@pytest.mark.slow
def test_a_run_in_windows_is_the_run_in_one(tmp_path: Path) -> None:
    jsonl(tmp_path / "news.jsonl", rows(10))
    models = "model=[lead1,lead3,oracle]"
    run(tmp_path, "run", *TABLE, models, "name=one")
    run(tmp_path, "run", *TABLE, models, "name=windows", "chunk_size=4", "store=results/other")
    run(tmp_path, "run", *TABLE, models, "name=again", "chunk_size=4")
    one, windows, again = (tmp_path / "results" / name for name in ("one", "windows", "again"))
    board = (again / "leaderboard.json").read_text("utf-8")
    assert board.replace('"again"', '"one"') == (one / "leaderboard.json").read_text("utf-8")
    for file in ("scores.parquet", "predictions.parquet"):
        assert _rows_of(again / file) == _rows_of(one / file)
    assert _rows_of(windows / "scores.parquet") == _rows_of(one / "scores.parquet")
    assert pq.ParquetFile(windows / "scores.parquet").num_row_groups == 3
    assert not list(windows.glob(".*.tmp"))


@pytest.mark.slow
def test_failures_in_windows_are_counted_as_in_one(tmp_path: Path) -> None:
    jsonl(tmp_path / "news.jsonl", rows(9))
    model_config(tmp_path, "broken", "tests.fakes.Broken", on="Boats")
    done = run(tmp_path, "run", *MINE, *TABLE, "model=[lead1,broken]", "chunk_size=2", code=1)
    assert "3 of 9 articles of table failed; the first, 1: RuntimeError" in done.stdout
    assert [f["article_id"] for f in written(tmp_path, "run.json")["failures"]] == ["1", "4", "7"]


class _Whole:
    """A metric whose numbers depend on all of a dataset."""

    columns = {"one": MetricInfo("higher", "quality")}  # noqa: RUF012
    signature = "whole|v:1"
    corpus_level = True

    def score(
        self, examples: Sequence[Example], summaries: Sequence[str]
    ) -> dict[str, list[float]]:
        return {"one": [1.0 / len(summaries)] * len(summaries)}


def test_a_metric_of_the_whole_dataset_is_refused_where_it_comes_in_windows() -> None:
    measures, statistics = (
        [MetricSpec("whole", _Whole(), "w")],
        {"news": describe_dataset(_examples(5))},
    )
    check_chunk_size(measures, statistics, 5)
    with pytest.raises(SummbenchError, match=r"'whole' needs .* 'news' has 5 .* chunk_size=5"):
        check_chunk_size(measures, statistics, 4)
    check_chunk_size(measures, statistics, 15, perturbations=2)
    with pytest.raises(SummbenchError, match=r"5 articles \(15 with .* copies\), .* chunk_size=15"):
        check_chunk_size(measures, statistics, 14, perturbations=2)


def test_windows_predict_only_what_is_missing_and_add_up_what_came_of_it(tmp_path: Path) -> None:
    model = Echo(2)
    work = Evaluation(
        [ModelSpec("echo", "system", lambda: model, "f" * 64)],
        {"d": _examples(5)}, {"d": describe_dataset(_examples(5))}, [], Store(tmp_path), Local(),
    )  # fmt: skip
    sizes = [len(chunk.examples["d"]) for chunk in work.iterate_chunks(2, _quiet)]
    assert (sizes, sorted(model.asked)) == ([2, 2, 1], list("01234"))
    assert work.states["echo"].environments == [{"versions": {}, "settings": {}}]
    assert [len(chunk.results[0].predictions) for chunk in work.iterate_chunks(4, _quiet)] == [4, 1]
    assert len(model.asked) == 5


def test_every_article_falls_to_one_shard_whatever_its_place() -> None:
    examples = _examples(60)
    shards = [[e for e in examples if Shard(i, 3).has(e)] for i in (1, 2, 3)]
    assert sorted(e.article.id for shard in shards for e in shard) == sorted(map(str, range(60)))
    # The first 16 hex digits of the SHA-256 of "17:Item 0. Rain fell.", modulo 3.
    [home] = [i for i in (1, 2, 3) if Shard(i, 3).has(examples[0])]
    assert home == int(sha256("Item 0. Rain fell.")[:16], 16) % 3 + 1
    assert all(10 <= len(shard) <= 30 for shard in shards)


@pytest.mark.parametrize("text", ["0/3", "4/3", "2", "two/3", "1/0"])
def test_a_shard_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(SummbenchError, match="the second of eight is shard=2/8"):
        Shard.parse(text)


@pytest.mark.slow
def test_shards_in_any_order_and_their_merge_are_the_run_without_shards(tmp_path: Path) -> None:
    jsonl(tmp_path / "news.jsonl", rows(10))
    asked = (*TABLE, "model=[lead1,lead3]")
    for shard in ("3/3", "1/3", "2/3"):
        said = run(tmp_path, "run", *asked, "name=merged", f"shard={shard}", "chunk_size=4").stdout
        assert f"Shard {shard[0]} of 3" in said
    folder = tmp_path / "results" / "merged"
    assert sorted(p.name for p in folder.iterdir()) == [f"shard-{i}-of-3.json" for i in (1, 2, 3)]
    done = [written(tmp_path, f"shard-{i}-of-3.json", "merged") for i in (1, 2, 3)]
    assert sum(shard["datasets"]["table"]["articles"] for shard in done) == 10
    before = sorted((tmp_path / "results/store").rglob("*.parquet"))
    run(tmp_path, "run", *asked, "name=merged", "merge_shards=3")
    assert sorted((tmp_path / "results/store").rglob("*.parquet")) == before
    (tmp_path / "whole").mkdir()
    jsonl(tmp_path / "whole" / "news.jsonl", rows(10))
    run(tmp_path / "whole", "run", *asked, "name=merged")
    whole = tmp_path / "whole" / "results" / "merged"
    assert (folder / "scores.parquet").read_bytes() == (whole / "scores.parquet").read_bytes()
    assert (folder / "leaderboard.csv").read_bytes() == (whole / "leaderboard.csv").read_bytes()
    assert _timeless(folder) == _timeless(whole)
    merged, alone = (_rows_of(f / "predictions.parquet") for f in (folder, whole))
    assert [{**row, "seconds": 0} for row in merged] == [{**row, "seconds": 0} for row in alone]


def _timeless(folder: Path) -> Any:
    board = json.loads((folder / "leaderboard.json").read_bytes())
    for health in board["health"]:
        del health["seconds_per_article"], health["tokens_per_second"]
    return board


@pytest.mark.slow
def test_a_merge_of_an_incomplete_set_is_refused_and_says_what_is_missing(tmp_path: Path) -> None:
    jsonl(tmp_path / "news.jsonl", rows(6))
    one, both = (*TABLE, "model=[lead1]"), (*TABLE, "model=[lead1,lead3]")
    run(tmp_path, "run", *both, "shard=1/3")
    run(tmp_path, "run", *one, "shard=2/3")
    said = run(tmp_path, "run", *both, "merge_shards=3", code=1).stderr
    flat = " ".join(said.split())
    assert "merge_shards=3 needs every shard in results/run" in flat
    assert "shard=2/3 has not run lead3; shard=3/3 is missing." in flat
    assert "shard=1/3" not in flat
    run(tmp_path, "run", *both, "shard=2/3")
    run(tmp_path, "run", *both, "shard=3/3")
    said = run(tmp_path, "run", *both, "merge_shards=3", "store=results/empty", code=1).stderr
    assert "the store lacks predictions of 'lead1'" in " ".join(said.split())
    said = run(tmp_path, "run", *both, "merge_shards=3", "model.lead1.sentences=2", code=1).stderr
    assert "shard=1/3 is of another lead1; shard=2/3 is of" in " ".join(said.split())
    jsonl(tmp_path / "news.jsonl", rows(5))
    said = run(tmp_path, "run", *both, "merge_shards=3", code=1).stderr
    assert "shard=1/3 is of other data (table)" in " ".join(said.split())
    assert not (tmp_path / "results/run/leaderboard.json").exists()


@pytest.mark.slow
def test_a_shard_with_failures_is_named_by_the_merge(tmp_path: Path) -> None:
    jsonl(tmp_path / "news.jsonl", rows(6))
    model_config(tmp_path, "broken", "tests.fakes.Broken", on="Boats")
    asked = (*MINE, *TABLE, "model=[broken]")
    run(tmp_path, "run", *asked, "shard=1/1", code=1)
    said = run(tmp_path, "run", *asked, "merge_shards=1", code=1).stderr
    assert "shard=1/1 has 2 failed articles of broken" in " ".join(said.split())


def test_progress_counts_the_articles_of_all_chunks(tmp_path: Path) -> None:
    reports: list[tuple[int, int]] = []

    def report(label: str, done: int, total: int) -> None:
        if label == "m on d":
            reports.append((done, total))

    model = ModelSpec("m", "system", Echo, "f" * 64)
    examples = {"d": _examples(5)}
    store = Store(tmp_path)
    evaluation = Evaluation(
        [model], examples, {"d": describe_dataset(examples["d"])}, [], store, Local()
    )
    list(evaluation.iterate_chunks(2, report))
    assert [done for done, _ in reports] == sorted(done for done, _ in reports)
    assert set(reports) >= {(0, 5), (2, 5), (4, 5), (5, 5)}
    assert {total for _, total in reports} == {5}
