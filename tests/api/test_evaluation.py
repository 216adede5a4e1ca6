"""The public face: evaluate, and the run that it gives."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import summbench
from summbench.core.records import Example, Prediction
from summbench.evaluation.compose import load_shipped
from summbench.evaluation.config import RunConfig
from tests.api.comparing import assert_same_run, run_in_python, run_twice
from tests.commands import ROWS, jsonl, python, rows
from tests.servers import moody

_FRAME = pd.DataFrame(ROWS)


def _take_first_words(text: str) -> str:
    return " ".join(text.split()[:3])


def test_names_a_function_and_a_frame_make_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    before = dict(os.environ)
    result = summbench.evaluate(["lead1", "lead3", {"mine": _take_first_words}], _FRAME)
    assert capfd.readouterr() == ("", "")
    assert (list(tmp_path.iterdir()), dict(os.environ)) == ([], before)
    board = result.leaderboard.to_pandas()
    assert sorted(board["model"]) == ["lead1", "lead3", "mine"]
    # By hand: "The dam held." repeats its reference, so does each first sentence.
    best = board.set_index("model").loc["lead1"]
    assert best["rouge.rouge2_f"] == 1.0
    scores = result.scores.to_pandas()
    assert list(scores.columns) == ["dataset", "model", "metric", "article_id", "value"]
    assert len(scores) == 3 * 3 * scores["metric"].nunique()
    assert not scores.duplicated(["dataset", "model", "metric", "article_id"]).any()


def test_a_run_says_in_words_what_it_shows() -> None:
    result = summbench.evaluate(["lead1", "lead3"], {"news": rows(20)})
    assert result.verdict.startswith(
        "On news, lead3 is best by rouge.rouge2_f. It is better than lead1"
    )
    html = result._repr_html_()
    assert "<table>" in html and "lead3 is best" in html
    assert repr(result) == (f"<Run 'run': 2 models, 1 dataset, 20 articles>\n{result.verdict}")


def test_what_a_model_does_wrong_is_in_the_run() -> None:
    def fail(text: str) -> str:
        if "Boats" in text:
            raise ValueError("no boats")
        return text

    result = summbench.evaluate({"mine": fail}, {"news": ROWS})
    assert result.failures == {
        "mine": "1 of 3 articles of news failed; the first, b: ValueError: no boats"
    }
    assert "mine: 1 of 3 outputs failed and count as 0." in result.warnings


def test_a_summary_that_is_no_string_is_an_error_of_its_article() -> None:
    result = summbench.evaluate({"mine": lambda text: 3}, {"news": ROWS})
    assert "TypeError: the function returned int; expected a string" in result.failures["mine"]


def test_an_object_that_sees_the_references_is_a_bound() -> None:
    class Best:
        batch_size = 4

        def summarise_with_references(self, examples: Sequence[Example]) -> list[Prediction]:
            return [Prediction(e.article.id, e.references[0]) for e in examples]

    result = summbench.evaluate(["lead1", Best()], {"news": ROWS})
    best = result.leaderboard.to_pandas().set_index("model").loc["best"]
    assert (best["kind"], best["rouge.rouge1_f"]) == ("bound", 1.0)  # by hand: the references


def test_saved_and_loaded_it_is_the_same(tmp_path: Path) -> None:
    result = summbench.evaluate("lead1", {"news": ROWS})
    folder = result.save(tmp_path / "mine")
    again = summbench.load(folder)
    assert again.scores.to_arrow().equals(result.scores.to_arrow())
    assert again.leaderboard.to_arrow().equals(result.leaderboard.to_arrow())
    assert (folder / "leaderboard.md").is_file() and (folder / "report" / "index.html").is_file()
    with pytest.raises(summbench.SummbenchError, match="is not empty"):
        result.save(folder)


@pytest.mark.slow
def test_every_key_of_the_primary_file_is_a_keyword() -> None:
    keys = set(RunConfig.__dataclass_fields__) - {"dataset", "model", "metric", "baseline"}
    for key in keys - {"executor", "tracking", "perturbation", "metaeval", "shard", "merge_shards"}:
        summbench.evaluate("lead1", {"news": ROWS}, ["rouge"], **_KEYWORDS.get(key, {}))
    with pytest.raises(summbench.SummbenchError, match=r"no key 'primray'. Did you mean 'primary'"):
        summbench.evaluate("lead1", {"news": ROWS}, primray="rouge.rouge1_f")


_KEYWORDS: dict[str, dict[str, Any]] = {
    "name": {"name": "mine"},
    "primary": {"primary": "rouge.rouge1_f"},
    "columns": {"columns": ["rouge.rouge1_f"]},
    "limit": {"limit": 2},
    "margins": {"margins": {"rouge.rouge2_f": 0.02}},
    "severity": {"severity": [0.1], "perturbation": ["ocr"], "seed": 3},
    "vs": {"vs": "lead1"},
    "n_examples": {"n_examples": 1},
    "chunk_size": {"chunk_size": 2},
    "max_summary_characters": {"max_summary_characters": 1000},
}


def test_a_store_is_used_again(tmp_path: Path) -> None:
    calls: list[str] = []

    def count(text: str) -> str:
        calls.append(text)
        return text[:10]

    model = {"mine": {"function": count, "version": "1"}}
    for _ in range(2):
        summbench.evaluate(model, {"news": ROWS}, store=tmp_path / "store")
    assert len(calls) == 3
    model["mine"]["version"] = "2"
    summbench.evaluate(model, {"news": ROWS}, store=tmp_path / "store")
    assert len(calls) == 6


def test_a_function_without_a_version_is_called_each_time(tmp_path: Path) -> None:
    calls: list[str] = []

    def count(text: str) -> str:
        calls.append(text)
        return text[:10]

    for _ in range(2):
        summbench.evaluate(count, {"news": ROWS}, store=tmp_path / "store")
    assert len(calls) == 6


@pytest.mark.slow
def test_three_threads_give_what_each_gives_alone() -> None:
    datasets = {name: rows(count) for name, count in (("a", 5), ("b", 9), ("c", 14))}
    alone = {
        name: summbench.evaluate(["lead1", "lsa"], {name: data}).scores.to_arrow()
        for name, data in datasets.items()
    }
    together: dict[str, Any] = {}

    def work(name: str) -> None:
        result = summbench.evaluate(["lead1", "lsa"], {name: datasets[name]})
        together[name] = result.scores.to_arrow()

    threads = [threading.Thread(target=work, args=(name,)) for name in datasets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {name: table.equals(alone[name]) for name, table in together.items()} == {
        "a": True, "b": True, "c": True,
    }  # fmt: skip


@pytest.mark.slow
def test_the_deterministic_quickstart_is_the_same_from_python_and_the_command(
    tmp_path: Path,
) -> None:
    run_twice(tmp_path, "run", "experiment=ci", "results=command")
    run_in_python(tmp_path, "evaluate(experiment='ci', out='python/ci', store='command/store')")
    assert_same_run(tmp_path / "command" / "ci", tmp_path / "python" / "ci")


@pytest.mark.slow
def test_files_are_the_same_from_python_and_the_command(tmp_path: Path) -> None:
    news = jsonl(tmp_path / "news.jsonl", rows(12))
    models = ["lead1", "lead3", "random3", "oracle"]
    table = ("dataset=[table]", f"dataset.table.path={news}", f"model=[{','.join(models)}]")
    run_twice(tmp_path, "run", *table, "name=both", "results=command")
    table_node = {"table": {"path": str(news)}}
    out_and_store = "out='python/both', store='command/store'"
    run_in_python(tmp_path, f"evaluate({models!r}, {table_node!r}, {out_and_store})")
    assert_same_run(tmp_path / "command" / "both", tmp_path / "python" / "both")


@pytest.mark.slow
def test_one_article_without_a_reference_is_the_same_from_both(tmp_path: Path) -> None:
    article = tmp_path / "article.txt"
    article.write_text("The dam held. Rain fell. All went home.", encoding="utf-8")
    texts = ("dataset=[texts]", f"dataset.texts.path={article}", "perturbation=[typographic]")
    run_twice(tmp_path, "run", *texts, "model=[lead1,lead3]", "name=one", "results=command")
    out = tmp_path / "python" / "one"
    run_in_python(
        tmp_path,
        f"evaluate(['lead1', 'lead3'], {{'texts': {{'path': {str(article)!r}}}}}, "
        "experiment='article', perturbation='typographic', out='python/one', "
        "store='command/store')",
    )
    assert_same_run(tmp_path / "command" / "one", out)
    assert (out / "article.md").is_file()


@pytest.mark.slow
def test_offline_is_handed_down_and_ends_with_the_call(tmp_path: Path) -> None:
    done = python(tmp_path, "-c", _OFFLINE)
    assert done.returncode == 0, done.stderr
    offline, online = json.loads(done.stdout)
    assert "offline" in offline[0]
    assert offline[1] == 0
    assert online[1] > 0


_OFFLINE = """
import json, os, socket
os.environ.pop("HF_HUB_OFFLINE", None)
import datasets
import summbench

attempts = []
def refuse(*arguments, **_):
    attempts.append(repr(arguments))
    raise OSError("no network in this test")
socket.getaddrinfo = socket.create_connection = refuse
socket.socket.connect = socket.socket.connect_ex = refuse

news = [{"document": "Boats sank.", "references": ["Boats sank."]}]
results = []
for offline in (True, False):
    before, environment = len(attempts), dict(os.environ)
    try:
        run = summbench.evaluate("t5_base", news, metrics="rouge", offline=offline)
        outcome = str(run.failures)
    except summbench.SummbenchError as error:
        outcome = str(error)
    assert dict(os.environ) == environment
    results.append([outcome, len(attempts) - before])
print(json.dumps(results))
"""


def test_an_endpoint_answers_inside_a_running_event_loop() -> None:
    async def main() -> dict[str, Any]:
        node = load_shipped("model", "endpoint")
        model = {"served": {**node, "base_url": server.url, "model": "tiny"}}
        result = summbench.evaluate(model, {"news": ROWS}, metrics="rouge")
        return {row["article_id"]: row["error"] for row in result.predictions.arrow.to_pylist()}

    with moody() as server:
        assert asyncio.run(main()) == {"a": None, "b": None, "c": None}


def test_a_call_that_fails_leaves_no_folder_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(summbench.SummbenchError, match=r"primary= names 'rouge.none'"):
        summbench.evaluate("lead1", {"news": ROWS}, "rouge", primary="rouge.none")
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_was_saved_nowhere_goes_with_its_object(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    result = summbench.evaluate("lead1", {"news": ROWS}, "rouge")
    [folder] = tmp_path.iterdir()
    assert (folder / "run" / "run.json").is_file()
    del result
    gc.collect()
    assert list(tmp_path.iterdir()) == []
