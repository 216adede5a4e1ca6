"""Planted raters are found again; what is missing, doubled or wrong is said."""

from __future__ import annotations

import json
from math import isnan
from pathlib import Path

import numpy as np
import pytest

import summbench
from summbench.analysis.metaeval.human import load_human_scores
from summbench.analysis.metaeval.serialization import from_json, to_json
from summbench.people.board import build_board
from summbench.people.collect import Collection, collect_answers
from summbench.people.collection_page import write_collection
from summbench.people.collection_text import render_collection
from summbench.people.rated import read_rated, write_rated
from summbench.people.study import Design, Study
from summbench.report.metaeval import render_metric_agreement
from tests.people.raters import write_answers
from tests.people.studies import SYSTEMS, make_study, write_pages

_DESIGNS: tuple[Design, ...] = ("likert", "pairwise", "best_worst", "spans", "checklist")


def _collect(study: Study, folder: Path, careless: str = "", **keys: object) -> Collection:
    write_pages(study, folder)
    files = [
        write_answers(study, folder, name, careless="random" if name == careless else "")
        for name in study.raters
    ]
    return collect_answers(files, folder, resamples=200, **keys)  # type: ignore[arg-type]


@pytest.mark.parametrize("design", _DESIGNS)
def test_three_raters_of_whom_one_is_careless(tmp_path: Path, design: Design) -> None:
    study = make_study(design, 30, 3, attention=3)
    everyone = _collect(study, tmp_path, "rater-2")
    # By its checks or, where it passed them by luck, by agreeing with nobody.
    assert everyone.problems
    assert all(problem.startswith("rater-2 ") for problem in everyone.problems)
    alphas = {name: of.with_others for name, of in everyone.rater_agreement.items()}
    assert min(alphas, key=lambda name: alphas[name]) == "rater-2"
    collection = _collect(study, tmp_path, "rater-2", exclude=["rater-2"])
    name = list(collection.alphas)[-1]
    assert collection.alphas[name].mean > everyone.alphas[name].mean + 0.1
    # alpha is planted best and delta worst by far; beta and gamma are .2 points apart.
    if collection.preferences is not None:
        order = [row.system for row in collection.preferences.systems]
        assert (order[0], order[-1]) == ("alpha", "delta")
        assert collection.preferences.systems[0].rank_low == 1
    for board in collection.boards:
        order = [entry.system for entry in board.entries]
        assert (order[0], order[-1]) == ("alpha", "delta")
        assert (board.raters, board.articles) == (2, 30)
    text = render_collection(collection)
    assert "Left out: rater-2, no reason given (" in text
    assert "nan" not in text


def test_agreement_on_pairs_is_not_that_of_the_names(tmp_path: Path) -> None:
    # The better system's name comes first, or last: the answers are the same.
    alphas = []
    for names in (SYSTEMS, SYSTEMS[::-1]):
        folder = tmp_path / names[0]
        collection = _collect(make_study("pairwise", 20, 2, systems=names, attention=0), folder)
        alphas.append(collection.alphas["preferred"])
    assert alphas[0] == alphas[1]
    assert alphas[0].n == 120
    assert alphas[0].low > 0.1


def test_facts_are_counted_by_kind(tmp_path: Path) -> None:
    study = make_study("checklist", 20, 3, attention=0)
    collection = _collect(study, tmp_path)
    boards = {board.dimension: board for board in collection.boards}
    assert list(boards) == [
        "completeness", "faithfulness", "completeness.event", "faithfulness.event",
        "completeness.time", "faithfulness.time", "completeness.number", "faithfulness.number",
    ]  # fmt: skip
    # The three kinds have one fact each, so that their means add up to that of all.
    for system in SYSTEMS:
        means = {
            name: next(e.estimate.mean for e in board.entries if e.system == system)
            for name, board in boards.items()
        }
        kinds = [means[f"completeness.{kind}"] for kind in ("event", "time", "number")]
        assert means["completeness"] == pytest.approx(sum(kinds) / 3)
    first = collection.articles[0].facts[0]
    assert first.fact == "The bridge is closed."
    assert set(first.states) == set(SYSTEMS)
    assert set(first.states["alpha"]) == {"rater-1", "rater-2", "rater-3"}


def test_likert_means_are_those_that_were_planted(tmp_path: Path) -> None:
    # Ratings are rounded and cut off at 1 and 5, which draws the highest means down a little.
    collection = _collect(make_study("likert", 60, 4, attention=0), tmp_path)
    [*_, board] = collection.boards
    planted = {"alpha": 4.2, "beta": 3.4, "gamma": 3.2, "delta": 2.2}
    for entry in board.entries:
        assert entry.estimate.mean == pytest.approx(planted[entry.system], abs=0.25)
        assert entry.estimate.low < entry.estimate.mean < entry.estimate.high


def test_what_it_writes_metaeval_reads(tmp_path: Path) -> None:
    study = make_study("likert", 4, 2)
    out = tmp_path / "rated.jsonl"
    collection = _collect(study, tmp_path)
    write_collection(collection, out)
    human = load_human_scores(out)
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert read_rated(out) == collection.articles
    by_rater = rows[0]["human"]["alpha"]["fluency"]
    assert list(by_rater) == ["rater-1", "rater-2"]
    mean = sum(by_rater.values()) / 2
    assert human.scores[rows[0]["id"]]["alpha"]["fluency"] == mean
    assert rows[0]["systems"]["beta"] == "Bridge 0 was closed. Variant 1."
    assert not human.omissions


def test_one_rater_and_one_article_are_answered(tmp_path: Path) -> None:
    collection = _collect(make_study("likert", 1, 1, attention=0), tmp_path)
    assert isnan(collection.alphas["fluency"].mean)
    assert isnan(collection.boards[0].entries[0].estimate.low)
    text = render_collection(collection)
    assert "One article has no interval." in text
    assert "There is no alpha where no two raters answered the same" in text
    single = _collect(make_study("likert", 10, 1, attention=0), tmp_path / "b")
    assert "for this rater alone" in render_collection(single)


def test_answers_of_a_program_are_marked_in_what_is_printed_and_in_every_row(
    tmp_path: Path,
) -> None:
    study = make_study("likert", 5, 2, attention=0)
    write_pages(study, tmp_path)
    files = [write_answers(study, tmp_path, name) for name in study.raters]
    content = json.loads(files[1].read_text(encoding="utf-8")) | {"simulated": True}
    files[1].write_text(json.dumps(content), encoding="utf-8")
    collection = collect_answers(files, tmp_path, resamples=100)
    assert "Simulated: rater-2. A program gave these answers" in render_collection(collection)
    assert {article.simulated for article in collection.articles} == {("rater-2",)}
    out = tmp_path / "rated.jsonl"
    write_rated(collection.articles, out)
    report = summbench.metaeval(out, metrics="rouge")
    assert "Simulated: rater-2. A program gave these" in render_metric_agreement(report)
    assert from_json(to_json(report), "x").simulated == ["rater-2"]
    people = collect_answers(files, tmp_path, exclude=["rater-2"], resamples=100)
    assert "Simulated" not in render_collection(people)
    assert {article.simulated for article in people.articles} == {()}


def test_who_is_left_out_is_not_named_again(tmp_path: Path) -> None:
    study = make_study("likert", 20, 3)
    everyone = _collect(study, tmp_path, "rater-2")
    assert any("rater-2 failed" in problem for problem in everyone.problems)
    assert _collect(study, tmp_path, "rater-2", exclude=["rater-2"]).problems == []


def test_no_interval_of_ratings_leaves_its_scale() -> None:
    ratings = np.array([[[1.0, 5.0], [5.0, 1.0], [5.0, 5.0]]])  # one rater
    loose = build_board("d", ["x", "y"], ratings)
    assert loose.entries[0].estimate.high > 5
    board = build_board("d", ["x", "y"], ratings, bounds=(1, 5))
    assert all(1 <= e.estimate.low < e.estimate.high == 5 for e in board.entries)
    assert (board.pairs[0].difference.low, board.pairs[0].difference.high) == (-4, 4)


def test_equal_ratings_and_one_system_have_no_winner(tmp_path: Path) -> None:
    study = make_study("likert", 5, 2, attention=0, dimensions=["fluency"])
    write_pages(study, tmp_path)
    files = [write_answers(study, tmp_path, name, careless="same") for name in study.raters]
    text = render_collection(collect_answers(files, tmp_path, resamples=100))
    assert "All have the same mean. 5 articles, 2 raters, 40 ratings." in text
    assert "best" not in text
    single = make_study("spans", 20, 2, systems=("alpha",), attention=0)
    text = render_collection(_collect(single, tmp_path / "single"))
    assert "There is nothing to compare it with." in text
    assert "best" not in text


def test_articles_that_were_not_drawn_by_chance_are_in_no_mean(tmp_path: Path) -> None:
    study = make_study("pairwise", 8, 2, differing=3)
    collection = _collect(study, tmp_path)
    assert collection.boards[0].articles == 5
    assert collection.preferences is not None
    assert collection.preferences.articles == 5
    assert [a.selection for a in collection.articles].count("differing") == 3
    assert "5 articles drawn by chance" in render_collection(collection)


def test_a_metric_that_goes_with_people_sharpens_the_mean_and_a_useless_one_is_said() -> None:
    rng = np.random.default_rng(3)
    quality = rng.normal([0.8, 0.2, 0.0, -0.8], size=(400, 4))
    ratings = quality[None, :40] + 0.4 * rng.normal(size=(3, 40, 4))
    scores = 0.3 + 0.1 * quality + 0.02 * rng.normal(size=quality.shape)
    board = build_board("r", SYSTEMS, ratings, "m", scores[:40], scores[40:])
    for entry in board.entries:
        assert entry.powered is not None
        assert entry.powered.reason == ""
        assert entry.powered.gain > 0.4
    ranks = {entry.system: entry.metric_rank for entry in board.entries}
    assert (ranks["alpha"], ranks["delta"]) == (1, 4)
    less = build_board("r", SYSTEMS, ratings, "m", -scores[:40], -scores[40:], -1)
    assert [e.powered.gain for e in less.entries if e.powered] == pytest.approx(
        [e.powered.gain for e in board.entries if e.powered]
    )
    noise = rng.normal(size=quality.shape)
    useless = build_board("r", SYSTEMS, ratings, "m", noise[:40], noise[40:])
    assert all(e.powered is not None and e.powered.reason for e in useless.entries)


def test_pairs_are_tested_over_articles_and_raters_and_corrected() -> None:
    rng = np.random.default_rng(5)
    ratings = rng.normal([1.0, 0.0, 0.0], size=(4, 30, 3))
    board = build_board("r", ["x", "y", "z"], ratings)
    assert board.entries[0].system == "x"
    assert (board.entries[0].rank_low, board.entries[0].rank_high) == (1, 1)
    assert {e.cluster for e in board.entries[1:]} == {2}
    by_pair = {(p.a, p.b): p for p in board.pairs}
    assert by_pair["y", "z"].p_adjusted > 0.05
    assert by_pair["x", "y"].p_adjusted >= by_pair["x", "y"].p
