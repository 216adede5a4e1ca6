"""Executors differ in where a model works, and in nothing that comes out."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Example, Executor, Kind, Prediction
from summbench.evaluation.executors.local import Local
from summbench.evaluation.executors.processes import Processes
from summbench.evaluation.predict import predict, prepare
from summbench.evaluation.session import ModelSession, ModelSpec
from summbench.models.extractive import Extractive
from summbench.models.lead import Lead
from summbench.store.store import Store
from tests.commands import MINE, TABLE, jsonl, model_config, rows, run
from tests.fakes import Broken, Cheat, Echo, Killed, Refusing, Shuffler, Silent, Somewhere, Tidy

_EXAMPLES = [
    Example(Article(row["id"], row["document"]), (row["references"][0],)) for row in rows(11)
]
_WORKERS = [Processes(1), Processes(2)]
_IDS = [f"{w} workers" for w in (1, 2)]


def _quiet(label: str, done: int, total: int) -> None:
    pass


def _predict(
    build: Callable[[], Any], executor: Executor, store: Path, kind: Kind = "system"
) -> list[Prediction]:
    datasets = {"d": _EXAMPLES}
    spec = ModelSpec("fake", kind, build, "f" * 64)
    state = prepare(ModelSession(spec), datasets, Store(store))
    return predict(state, datasets, Store(store), _quiet, executor)["d"]


def _get_outputs(predictions: list[Prediction]) -> list[tuple[str, str, str | None]]:
    return [(p.article_id, p.summary, p.error) for p in predictions]


@pytest.mark.parametrize("executor", _WORKERS, ids=_IDS)
@pytest.mark.parametrize(
    ("build", "kind"),
    [
        (partial(Lead, 1), "baseline"),
        (partial(Extractive, "textrank", 1), "system"),
        (Echo, "system"),
        (Silent, "system"),
        (Shuffler, "system"),
        (partial(Broken, "Item 5."), "system"),
        (Cheat, "bound"),
    ],
    ids=["lead1", "textrank", "echo", "silent", "shuffler", "broken", "bound"],
)
def test_the_same_answers_come_out(
    tmp_path: Path, executor: Executor, build: Callable[[], Any], kind: Kind
) -> None:
    expected = _get_outputs(_predict(build, Local(), tmp_path / "local", kind))
    assert _get_outputs(_predict(build, executor, tmp_path / "elsewhere", kind)) == expected
    assert [article_id for article_id, _, _ in expected] == [e.article.id for e in _EXAMPLES]


def test_an_article_that_kills_its_process_twice_has_failed_and_the_others_are_kept(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "summbench"):
        predictions = _predict(partial(Killed, "Item 5."), Processes(2), tmp_path)
    [failed] = [p for p in predictions if p.error is not None]
    assert failed.article_id == "5"
    assert (failed.error or "").startswith("the worker process died 2 times on it: ")
    assert [p.summary for p in predictions if p is not failed] == [
        e.article.text[:9] for e in _EXAMPLES if e.article.id != "5"
    ]
    assert "4 articles are predicted again" in caplog.text
    # Kept in the store: only the failed article is asked for the next time.
    echo = Echo(1)
    _predict(lambda: echo, Local(), tmp_path)
    assert echo.asked == ["5"]


def test_a_process_that_is_lost_once_costs_no_article(tmp_path: Path) -> None:
    build = partial(Killed, "Item 5.", str(tmp_path / "deaths"))
    predictions = _predict(build, Processes(1), tmp_path / "store")
    assert [p.summary for p in predictions] == [e.article.text[:9] for e in _EXAMPLES]


def test_a_process_that_has_nothing_left_to_do_cleans_up_after_itself(tmp_path: Path) -> None:
    _predict(partial(Tidy, str(tmp_path / "tidied")), Processes(1), tmp_path / "store")
    assert (tmp_path / "tidied").exists()


@pytest.mark.parametrize("executor", [Local(), *_WORKERS], ids=["local", *_IDS])
def test_a_model_that_cannot_work_at_all_fails_on_every_article_and_says_so_once(
    tmp_path: Path, executor: Executor, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "summbench"):
        predictions = _predict(Refusing, executor, tmp_path)
    assert [p.error for p in predictions] == ["the file is no checkpoint"] * len(_EXAMPLES)
    assert [record.message for record in caplog.records] == [
        "fake did not run: the file is no checkpoint"
    ]


class _OnlyHere:
    """Starts in the process whose number it was given, and in no other."""

    batch_size = 4

    def __init__(self, process: int) -> None:
        if os.getpid() != process:
            raise OSError("no such device")

    def summarise(self, articles: Sequence[Article]) -> Sequence[Prediction]:
        return [Prediction(article.id, "Here.") for article in articles]


@pytest.mark.slow
def test_a_model_that_starts_here_but_not_in_a_worker_fails_on_every_article(
    tmp_path: Path,
) -> None:
    predictions = _predict(partial(_OnlyHere, os.getpid()), Processes(2), tmp_path)
    assert {p.error for p in predictions} == {"OSError: no such device"}


def test_the_settings_of_a_model_in_another_process_reach_the_store(tmp_path: Path) -> None:
    _predict(Somewhere, Processes(1), tmp_path)
    [stored] = Store(tmp_path).load_predictions("fake", "f" * 64).environments
    assert stored["settings"]["process"] != os.getpid()


def test_answers_of_two_processes_are_stored_apart_by_their_settings(tmp_path: Path) -> None:
    _predict(Somewhere, Processes(2), tmp_path)
    stored = Store(tmp_path).load_predictions("fake", "f" * 64)
    assert len(stored.predictions) == len(_EXAMPLES)
    processes = [environment["settings"]["process"] for environment in stored.environments]
    assert len(set(processes)) == len(processes) <= 2


def test_an_interrupted_run_keeps_what_came_and_leaves_no_process(tmp_path: Path) -> None:
    def stop(label: str, done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    datasets = {"d": _EXAMPLES}
    state = prepare(
        ModelSession(ModelSpec("fake", "system", Somewhere, "f" * 64)), datasets, Store(tmp_path)
    )
    with pytest.raises(KeyboardInterrupt):
        predict(state, datasets, Store(tmp_path), stop, Processes(1))
    stored = Store(tmp_path).load_predictions("fake", "f" * 64)
    assert len(stored.predictions) == 2
    with pytest.raises(ProcessLookupError):
        os.kill(stored.environments[0]["settings"]["process"], 0)


@pytest.mark.parametrize("keys", [{"workers": 0}, {"threads": 0}], ids=str)
def test_no_workers_and_no_threads_are_refused(keys: dict[str, int]) -> None:
    with pytest.raises(SummbenchError, match="must be at least 1"):
        Processes(**keys)


@pytest.mark.slow
def test_the_files_of_a_run_are_the_same(tmp_path: Path) -> None:
    files: dict[str, list[bytes]] = {}
    for workers in (None, 1, 2):
        folder = tmp_path / str(workers)
        folder.mkdir()
        jsonl(folder / "news.jsonl", rows(11))
        model_config(folder, "broken", "tests.fakes.Broken", on="Item 5.")
        model_config(folder, "unstartable", "tests.fakes.Unstartable")
        models = "model=[lead3,textrank,broken,unstartable]"
        where = ["executor=processes", f"executor.workers={workers}"] if workers else []
        run(folder, "run", *MINE, *TABLE, models, *where, code=1)
        for name in ("scores.parquet", "leaderboard.csv"):
            files.setdefault(name, []).append((folder / "results/run" / name).read_bytes())
    for name, (local, *elsewhere) in files.items():
        assert elsewhere == [local, local], name


def test_a_key_that_the_executor_does_not_have_is_refused(tmp_path: Path) -> None:
    jsonl(tmp_path / "news.jsonl")
    wrong = run(tmp_path, "run", *TABLE, "executor=local", "+executor.workers=2", code=1)
    assert "unexpected keyword argument 'workers'" in wrong.stderr
