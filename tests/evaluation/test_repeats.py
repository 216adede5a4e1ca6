"""A model that samples is one row however often it is asked, and every output is kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import summbench
from summbench.core.errors import SummbenchError
from summbench.runs import files

_ROWS = [
    {
        "id": f"a{i}",
        "document": " ".join(f"Sentence {k} tells of town {i + k}." for k in range(9)),
        "references": [f"Sentence 2 tells of town {i + 2}. Sentence {i % 9} is about more."],
    }
    for i in range(24)
]
_METRICS = ["rouge", "length"]


def _random(seed: int) -> dict[str, object]:
    target = "summbench.models.random_sentences.RandomSentences"
    return {"_target_": target, "sentences": 2, "seed": seed, "_kind_": "floor"}


def _evaluate(models: object, **keys: Any) -> summbench.Run:
    return summbench.evaluate(models, {"news": _ROWS}, _METRICS, primary="rouge.rouge2_f", **keys)


def _values(run: summbench.Run, model: str) -> NDArray[np.float64]:
    frame = run.scores.to_pandas()
    rows = frame[(frame["metric"] == "rouge.rouge2_f") & (frame["model"] == model)]
    return np.asarray(rows.sort_values("article_id")["value"])


def test_a_score_is_the_mean_over_models_of_three_seeds() -> None:
    repeated = _evaluate({"draw": _random(7), "lead": "lead3"}, repeats=3)
    apart = _evaluate({f"s{seed}": _random(seed) for seed in (7, 8, 9)})
    single = [_values(apart, f"s{seed}") for seed in (7, 8, 9)]
    assert _values(repeated, "draw") == pytest.approx(np.mean(single, axis=0), abs=1e-15)
    [row] = [r for r in repeated.data.leaderboard.repeats if r.metric == "rouge.rouge2_f"]
    assert (row.model, row.repeats, row.failed) == ("draw", 3, 0)
    assert row.spread == pytest.approx(np.std([values.mean() for values in single], ddof=1))
    assert row.within == pytest.approx(np.var(single, axis=0, ddof=1).mean())


def test_repeats_are_no_competitors_and_no_articles() -> None:
    run = _evaluate({"draw": _random(0), "lead": "lead3"}, repeats=4)
    board = run.data.leaderboard
    assert sorted(board.models) == ["draw", "lead"]
    assert {entry.estimate.n for entry in board.entries if entry.metric == board.primary} == {24}
    assert len(run.predictions) == 48
    assert run.data.repeats is not None
    assert run.data.repeats.num_rows == 4 * 24
    record = run.data.run_metadata.models["draw"]
    assert len(set(record.repeats or [])) == 3
    assert any("draw: each score is the mean of 4 outputs" in line for line in run.warnings)


def test_without_chance_there_is_nothing_to_repeat() -> None:
    with pytest.raises(SummbenchError, match="no model leaves anything to chance"):
        _evaluate(["lead3"], repeats=2)
    with pytest.raises(SummbenchError, match="repeats=0 predicts nothing"):
        _evaluate({"draw": _random(0)}, repeats=0)


def test_a_first_repeat_is_the_model_without_repeats(tmp_path: Path) -> None:
    once = _evaluate({"draw": _random(0)}, store=tmp_path / "store")
    often = _evaluate({"draw": _random(0)}, repeats=2, store=tmp_path / "store")
    columns = ["article_id", "summary"]
    first = often.predictions.to_pandas()[columns]
    assert first.equals(once.predictions.to_pandas()[columns])


def test_a_recorded_system_may_have_several_summaries_an_article() -> None:
    texts = [["One town. It grew.", "Two towns. They grew."], ["A. B says so.", "C. D says so."]]
    rows = [
        {"id": str(i), "references": ["One town grew."], "systems": {"x": texts[i % 2]}}
        for i in range(6)
    ]
    run = summbench.score(rows, metrics=["rouge"])
    board = run.data.leaderboard
    assert list(board.models) == ["x"]
    assert {row.repeats for row in board.repeats} == {2}
    assert run.data.has_file(files.REPEATS)
    assert len(run.scores.to_pandas().query("metric == 'rouge.rouge1_f'")) == 6


def test_unlike_numbers_of_summaries_are_refused() -> None:
    texts = [["One. It grew.", "Two. They grew."], ["A. B.", "C. D says.", "E. F says."]]
    rows = [
        {"id": str(i), "references": ["One town grew."], "systems": {"x": texts[i]}}
        for i in range(2)
    ]
    with pytest.raises(SummbenchError, match="unlike numbers of summaries an article"):
        summbench.score(rows, metrics=["rouge"])


def test_a_bundle_of_repeats_is_replayed_bit_for_bit(tmp_path: Path) -> None:
    rows = [
        {
            "id": str(i),
            "reference": "One town grew.",
            "systems": {"x": [f"One. It grew {i}.", "Two. They grew."]},
        }
        for i in range(6)
    ]
    path = tmp_path / "news.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    summbench.score(path, metrics=["rouge"], out=tmp_path / "run")
    summbench.bundle(tmp_path / "run", tmp_path / "x.zip")
    report = summbench.replay(tmp_path / "x.zip")
    assert report.is_reproduced
    assert report.scores > 0


def test_the_plan_says_what_repeats_buy() -> None:
    run = _evaluate({"draw": _random(0), "other": _random(50), "lead": "lead3"}, repeats=3)
    [plan] = summbench.plan(run)
    assert [repeats for repeats, _, _ in plan.by_repeats] == [1, 2, 5, 10]
    sds = [sd for _, sd, _ in plan.by_repeats]
    assert sds == sorted(sds, reverse=True)
