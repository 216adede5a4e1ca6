"""Verification clears models that predict the same, and names what breaks the others."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from summbench.analysis.reproducibility.comparison import compare_predictions
from summbench.analysis.reproducibility.variations import Rerun, draw_sample
from summbench.analysis.reproducibility.verify import verify_run
from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Example, Prediction
from summbench.evaluation.executors.local import Local
from summbench.evaluation.metric_spec import MetricSpec
from summbench.evaluation.nodes import build
from summbench.evaluation.session import ModelSpec
from summbench.models.lead import Lead
from summbench.report.reproducibility import render_verification
from summbench.runs import files
from summbench.runs.writer import hash_file
from tests.commands import MINE, TABLE, jsonl, model_config, rows, run, written
from tests.gates import load
from tests.tiny import ARTICLES, checkpoint, config, summariser

_EXAMPLES = [Example(Article(f"{i}", "one two three four"), ("one two three",)) for i in range(200)]
_DATA = {"news": _EXAMPLES}
_PREDICTIONS = [Prediction(f"{i}", "one two", input_tokens=4, output_tokens=2) for i in range(200)]


def _build_rouge() -> MetricSpec:
    node = {"_target_": "summbench.metrics.rouge.metric.Rouge", "types": ["rouge1"]}
    return MetricSpec("rouge", build("rouge", node), "x")


def _refuse_to_build() -> MetricSpec:
    raise AssertionError("nothing differs, so nothing has to be scored")


def _predictions_with(
    replacements: dict[int, Prediction], n: int = 200
) -> dict[str, list[Prediction]]:
    return {"news": [replacements.get(i, p) for i, p in enumerate(_PREDICTIONS[:n])]}


def test_the_same_predictions_are_exact_whatever_time_they_took() -> None:
    slow = {i: replace(p, seconds=9.0) for i, p in enumerate(_PREDICTIONS)}
    assert compare_predictions(
        _predictions_with({}), _predictions_with(slow), _DATA, _refuse_to_build
    ) == ("exact", "")


@pytest.mark.parametrize(
    ("number", "state"),
    # Another order of the same words has the same ROUGE-1. Two of 200 are 1 %, three are more.
    [(1, "within epsilon"), (2, "within epsilon"), (3, "broken")],
)
def test_at_most_one_article_in_a_hundred_may_differ(number: int, state: str) -> None:
    other = {i: replace(_PREDICTIONS[i], summary="two one") for i in range(number)}
    result = compare_predictions(
        _predictions_with({}), _predictions_with(other), _DATA, _build_rouge
    )
    assert result.state == state
    assert result.first_difference == (
        f"{number} of 200 articles of news, first '0': from character 0 on 'one two' and then "
        "'two one'"
    )


def test_one_article_of_a_small_sample_may_differ_if_the_mean_stays() -> None:
    data, few = {"news": _EXAMPLES[:5]}, {0: replace(_PREDICTIONS[0], summary="two one")}
    assert (
        compare_predictions(
            _predictions_with({}, 5), _predictions_with(few, 5), data, _build_rouge
        ).state
        == "within epsilon"
    )


def test_a_mean_that_moves_is_broken() -> None:
    # ROUGE-1 F falls from 2 * 2 / (2 + 3) = 0.8 to 0 on one of 200 articles: the mean by 0.004.
    one = {7: replace(_PREDICTIONS[7], summary="nine ten")}
    result = compare_predictions(_predictions_with({}), _predictions_with(one), _DATA, _build_rouge)
    assert result.state == "broken"
    assert "first '7'" in result.first_difference


def test_other_token_counts_alone_are_within_epsilon() -> None:
    one = {7: replace(_PREDICTIONS[7], output_tokens=3)}
    result = compare_predictions(_predictions_with({}), _predictions_with(one), _DATA, _build_rouge)
    assert result.state == "within epsilon"
    assert (
        "'7': the same summary, but stop, 4/2 and then stop, 4/3 tokens" in result.first_difference
    )


def test_a_newly_failed_article_is_broken_and_one_that_fails_again_is_not() -> None:
    failed = {7: Prediction("7", error="out of memory")}
    again = {7: Prediction("7", error="no memory is left")}
    result = compare_predictions(
        _predictions_with({}), _predictions_with(failed), _DATA, _build_rouge
    )
    assert result.state == "broken"
    assert result.first_difference.endswith("first '7': had a summary and then failed")
    assert (
        compare_predictions(
            _predictions_with(failed), _predictions_with(again), _DATA, _refuse_to_build
        ).state
        == "exact"
    )


def test_a_sample_is_drawn_by_its_seed_and_keeps_the_order() -> None:
    drawn = [int(e.article.id) for e in draw_sample(_EXAMPLES, 9, seed=1)]
    assert drawn == sorted(set(drawn))
    assert len(drawn) == 9
    assert drawn == [int(e.article.id) for e in draw_sample(_EXAMPLES, 9, seed=1)]
    assert drawn != [int(e.article.id) for e in draw_sample(_EXAMPLES, 9, seed=2)]
    assert draw_sample(_EXAMPLES[:4], 9, seed=1) == _EXAMPLES[:4]


_SEVEN = [
    "again", "reversed", "two halves", "resumed", "batches of 1", "batches of 3", "2 processes",
]  # fmt: skip


def _tiny(folder: Path, name: str, family: str, target: str | None = None, **changed: Any) -> None:
    weights = {"weights": str(checkpoint(folder / "weights", family)), "revision": None}
    short = {"generate": {"max_new_tokens": 14}, "device": "cpu"}
    node = {**config(family), **weights, **short, **changed}
    model_config(folder, name, target or node["_target_"], **_keys(node))


def _keys(node: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in node.items() if key != "_target_"}


def _news(folder: Path) -> None:
    jsonl(
        folder / "news.jsonl",
        [{"id": a.id, "document": a.text, "references": [a.text[:60]]} for a in ARTICLES],
    )


def _states(folder: Path) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = written(folder, "run.json")["certificate"]["models"]
    return found


_SAMPLING = {"max_new_tokens": 14, "do_sample": True, "temperature": 1.5}


@pytest.mark.slow
@pytest.mark.model
@pytest.mark.parametrize(
    ("family", "changed"),
    [("bart", {}), ("t5", {}), ("pegasus", {}), ("llama", {}), ("llama", {"generate": _SAMPLING})],
    ids=["bart", "t5", "pegasus", "llama", "a sampler"],
)
def test_an_honest_checkpoint_is_exact(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, family: str, changed: dict[str, Any]
) -> None:
    place = checkpoint(tmp_path_factory.getbasetemp(), family)
    build = partial(summariser, place, family, **changed)
    unbatched = partial(summariser, place, family, **{**changed, "batch_tokens": 2**20})
    spec = ModelSpec("tiny", "system", build, "x")
    news = {"news": [Example(article) for article in ARTICLES]}
    rerun = Rerun(spec, replace(spec, build=unbatched), news, Local(), tmp_path, lambda *_: None)
    predictions_by_variation = dict(rerun.predict_variations({}))
    assert list(predictions_by_variation) == [name for name in _SEVEN if name != "2 processes"]
    first = predictions_by_variation["again"]
    assert len({prediction.summary for prediction in first["news"]}) > 6
    for predictions in predictions_by_variation.values():
        result = compare_predictions(first, predictions, news, _refuse_to_build)
        assert result == ("exact", "")


@pytest.mark.model
def test_here_each_of_the_two_models_is_built_once(tmp_path: Path) -> None:
    built = []

    def build(name: str) -> Lead:
        built.append(name)
        return Lead(sentences=1)

    own = ModelSpec("lead", "system", partial(build, "own"), "x")
    unbatched = replace(own, build=partial(build, "unbatched"))
    news = {"news": [Example(article) for article in ARTICLES]}
    rerun = Rerun(own, unbatched, news, Local(), tmp_path, lambda *_: None)
    assert [name for name, _ in rerun.predict_variations({})] == _SEVEN[:6]
    assert built == ["own", "unbatched"]


@pytest.mark.slow
@pytest.mark.model
def test_a_run_gets_a_certificate_and_its_store_is_left_alone(tmp_path: Path) -> None:
    _news(tmp_path)
    _tiny(tmp_path, "tiny_llama", "llama")
    models = ["lead3", "textrank", "random3", "oracle", "tiny_llama"]
    run(tmp_path, "run", *MINE, *TABLE, f"model=[{','.join(models)}]")
    before = (tmp_path / "results" / "run" / "run.json").read_text("utf-8")
    store = sorted((tmp_path / "results" / "store").rglob("*"))
    done = run(tmp_path, "verify", "results/run", "--articles", "8")
    assert _states(tmp_path) == {name: dict.fromkeys(_SEVEN, "exact") for name in models}
    assert (
        "Exact: the same predictions in every variation, on the sample (8 of table)." in done.stdout
    )
    assert store == sorted((tmp_path / "results" / "store").rglob("*"))
    _check_certificate(tmp_path, before)


def _check_certificate(folder: Path, before: str) -> None:
    """It is all that run.json gained, and the folder is still whole."""
    made = written(folder, "run.json")
    certificate = made.pop("certificate")
    assert json.dumps(made, ensure_ascii=False, indent=1) + "\n" == before
    assert (certificate["version"], certificate["seed"]) == (1, 0)
    assert len(certificate["sample"]["table"]) == 8
    results = folder / "results" / "run"
    assert made["files"] == {name: hash_file(results / name) for name in files.REQUIRED}
    assert load(results).leaderboard.name == "run"


@pytest.mark.slow
@pytest.mark.model
def test_a_dropped_attention_mask_is_found_by_the_size_of_the_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _news(tmp_path)
    _tiny(tmp_path, "heedless", "llama", "tests.heedless.Heedless")
    run(tmp_path, "run", *MINE, *TABLE, "model=[heedless]")
    monkeypatch.chdir(tmp_path)  # the run's dataset has a relative path
    report = verify_run(Path("results/run"), articles=12, allowed_packages=["tests"])
    assert report.is_broken
    assert _states(tmp_path)["heedless"]["batches of 1"] == "broken"
    lines = render_verification(report).splitlines()
    [line] = [line for line in lines if line.startswith("broken: heedless, batches of 1: ")]
    assert " of 12 articles of table, first 'a" in line
    assert "': from character " in line
    assert lines[-1].startswith("Broken: ")


@pytest.mark.slow
def test_what_cannot_be_verified_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jsonl(tmp_path / "news.jsonl", rows(3))
    run(tmp_path, "run", *TABLE, "model=[lead3]")
    monkeypatch.chdir(tmp_path)
    folder = Path("results/run")
    with pytest.raises(SummbenchError, match="has no model 'lead9' that computes; it has lead3"):
        verify_run(folder, models=["lead9"])
    jsonl(tmp_path / "news.jsonl", rows(4))
    with pytest.raises(SummbenchError, match="'table' has changed since the run"):
        verify_run(folder)
    (folder / "scores.parquet").write_bytes(b"PAR1")
    with pytest.raises(SummbenchError, match="was changed or cut off"):
        verify_run(folder)
