"""Runs with a judge behind a server: what is asked, stored, asked again and written."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import summbench
from summbench.core.errors import SummbenchError
from summbench.runs.run import RunData
from tests.commands import rows
from tests.servers import Moody, moody

_PROMPT = "{article}\nA: {a}\nB: {b}"
_ROWS = rows(30)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _run(server: Moody, out: str, **keys: Any) -> summbench.Run:
    options = {"metrics": ["rouge"], **keys.pop("run", {})}
    judge = {
        "_target_": "summbench.metrics.judge.pairwise.Pairwise",
        "judge": "tiny",
        "prompt": _PROMPT,
        "opponent": "lead3",
        "model": {
            "_target_": "summbench.models.endpoint.Endpoint",
            "base_url": server.url,
            "model": "tiny",
            "prompt": "{article}",
            "retries": 0,
        },
        **keys,
    }
    return summbench.evaluate(
        models=["lead1", "random3"],
        datasets={"data": _ROWS},
        metrics={"rouge": _rouge(), "judge": judge},
        out=out,
        store="store",
        **{key: value for key, value in options.items() if key != "metrics"},
    )


def _rouge() -> dict[str, Any]:
    return {"_target_": "summbench.metrics.rouge.metric.Rouge"}


def _prefers_long(body: dict[str, Any]) -> str:
    """The judge likes the longer one, and a tie as much as a win of A."""
    a, b = body["messages"][-1]["content"].split("\nA: ")[1].split("\nB: ")[:2]
    return "[[A]]" if len(a) >= len(b.split("\n\nEnd with")[0]) else "[[B]]"


def _always(text: str) -> Callable[[dict[str, Any]], str]:
    return lambda _: text


def test_a_reply_is_paid_for_once() -> None:
    with moody(reply=_prefers_long) as server:
        first = _run(server, "first")
        n_requests = len(server.requests)
        again = _run(server, "again")
        assert len(server.requests) == n_requests
        more = _run(server, "more", repeats=2)
        assert len(server.requests) == 2 * n_requests  # the first repeat was in the store
    assert again.judges.to_pandas().equals(first.judges.to_pandas())
    prompts = {body["messages"][-1]["content"] for body in server.requests}
    assert n_requests == len(prompts)  # two equal pairs of summaries are asked about once
    settings = more.data.run_metadata.metrics["judge"].settings or {}
    assert (settings["requests_sent"], settings["replies_from_store"]) == (n_requests, n_requests)
    assert settings["model"]["generation"] == {"temperature": 0.0, "max_tokens": 128}
    assert settings["model"]["seed"] == 0
    assert len(settings["prompt_sha256"]) == 64
    assert more.judges.to_pandas()["agreement"][0] == 1.0


def test_what_a_refusing_server_said_is_found_again_without_it() -> None:
    with moody(reply=_prefers_long, takes_schema=False) as server:
        first = _run(server, "first", format="json")
        n_requests = len(server.requests)
        shutil.rmtree("store/scores")  # as if the reading had changed
        again = _run(server, "again", format="json")
        assert len(server.requests) == n_requests
    assert again.judges.to_pandas().equals(first.judges.to_pandas())
    assert list(again.judges.to_pandas()["brackets"]) == [120]


def test_a_reply_that_failed_is_asked_for_again_and_no_other() -> None:
    is_up = [False]

    def answer(body: dict[str, Any]) -> str:
        return "[[A]]"

    class Half(Moody):
        def _choose_answer(self, body: Any, prompt: str, key: str, attempt: int) -> Any:
            if not is_up[0] and "Item 7." in prompt:
                return 500, {"Content-Type": "application/json"}, '{"error": {"message": "no"}}'
            return super()._choose_answer(body, prompt, key, attempt)

    with moody(kind=Half, reply=answer) as server:
        first = _run(server, "first")
        before = len(server.requests)
        is_up[0] = True
        second = _run(server, "second")
        after = len(server.requests)
    [failed] = first.judges.to_pandas()["failed"]
    assert failed > 0
    assert after - before == failed
    assert list(second.judges.to_pandas()["failed"]) == [0]
    assert any("could not be read" in warning for warning in first.warnings)


@pytest.mark.parametrize(
    ("reply", "n_unparsed", "n_flips", "wins"),
    [("[[A]]", 0, 60, 0.5), ("I can't compare these.", 120, 0, None), ("[[C]]", 0, 0, 0.5)],
)
def test_every_rendering_says_what_the_judge_did(
    reply: str, n_unparsed: int, n_flips: int, wins: float | None
) -> None:
    with moody(reply=_always(reply)) as server:
        run = _run(server, "out", run={"columns": ["judge.wins"]})
    [row] = run.data.leaderboard.judges
    assert (row.replies, row.unparsed, row.flips) == (120, n_unparsed, n_flips)
    means = run.leaderboard.to_pandas()["judge.wins"]
    assert means.isna().all() if wins is None else (means == wins).all()
    note = f"{120 - n_unparsed} of 120 replies in double brackets could be read."
    for name in ("leaderboard.md", "leaderboard.html", "report/data/board.js"):
        assert note in (Path("out") / name).read_text("utf-8"), name
    assert f'"unparsed": {n_unparsed}' in Path("out/leaderboard.json").read_text("utf-8")
    assert any("nobody knows what it is worth" in warning for warning in run.warnings)
    assert run.data.evidence is not None
    assert len(run.data.evidence) == 60


def test_labels_calibrate_the_judge_and_cost_no_request() -> None:
    lines = [
        f"{row['id']},{model},{'win' if i % 3 else 'loss'}"
        for i, row in enumerate(_ROWS)
        for model in ("lead1", "random3")
    ]
    Path("labels.csv").write_text("\n".join(["id,system,wins", *lines]) + "\n", "utf-8")
    with moody(reply=_prefers_long) as server:
        with pytest.raises(SummbenchError, match=r"judge without calibration \(0 human labels"):
            _run(server, "refused", run={"margins": {"judge.wins": 0.05}})
        assert server.requests == []
        plain = _run(server, "plain")
        n_requests = len(server.requests)
        keys = {"labels": "labels.csv", "run": {"margins": {"judge.wins": 0.05}}}
        labelled = _run(server, "labelled", **keys)
        assert len(server.requests) == n_requests
    [row] = labelled.data.leaderboard.judges
    assert (row.kappa.n, row.is_calibrated) == (60, True)
    report = summbench.compare(labelled, plain)
    assert "judge.wins" in {verdict.metric for verdict in report.metric_verdicts}
    [read] = RunData.open(Path("labelled")).leaderboard.judges
    assert repr(read) == repr(row)  # NaN, which the same judge has for repeats, equals nothing
