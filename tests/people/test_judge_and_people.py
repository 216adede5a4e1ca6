"""A judge held against people's choices: agreement, and ranks that have its error in them."""

from __future__ import annotations

import json
from itertools import combinations
from math import isnan
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import summbench
from summbench.core.errors import SummbenchError
from summbench.people.agreement_text import format_agreement, format_corrected
from summbench.people.arena_text import render_arena
from summbench.people.choices import Choice
from summbench.people.contest import Meeting
from summbench.people.corrected_preferences import correct_preferences, smooth_variance
from summbench.people.human_choices import read_choices
from summbench.people.judge_agreement import measure_agreement, score_raters
from summbench.stats.prediction_powered import estimate_powered_mean
from tests.people.test_arena import _make_run, _mix, _prefer_better
from tests.simulation.arena import cover_corrected, draw_scores

_JUDGE, _HUMAN = "wwltwwtlwlwwtttlwwlw", "wwwtwltlwlwltwtlwtlw"
_OUTCOMES = {"w": 1, "t": 0, "l": -1}


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _score(letters: str) -> dict[Meeting, float]:
    return {
        Meeting(f"a{i:02}", "x", "y"): (1 + _OUTCOMES[letter]) / 2
        for i, letter in enumerate(letters)
    }


def _choose(letters: str, rater: str = "r", first: str = "x", second: str = "y") -> list[Choice]:
    return [
        Choice(f"a{i:02}", rater, first, second, _OUTCOMES[letter])
        for i, letter in enumerate(letters)
    ]


def test_kappa_is_that_of_scikit_learn_with_each_choice_seen_from_both_systems() -> None:
    # scikit-learn 1.9.1: cohen_kappa_score of the 20 choices and their mirror images.
    result = measure_agreement(_score(_JUDGE), score_raters(_choose(_HUMAN)))
    agreement = result.judge
    assert agreement.kappa.mean == pytest.approx(0.6190476190476191, abs=1e-12)
    assert agreement.observed == pytest.approx(15 / 20)
    assert (agreement.kappa.n, agreement.articles) == (20, 20)
    assert agreement.kappa.low < agreement.kappa.mean < agreement.kappa.high
    # By hand: 5 and 4 ties of 20; wins and losses share the rest equally.
    ties = [_JUDGE.count("t") / 20, _HUMAN.count("t") / 20]
    rest = [(1 - share) / 2 for share in ties]
    assert agreement.chance == pytest.approx(ties[0] * ties[1] + 2 * rest[0] * rest[1])
    kappa = (agreement.observed - agreement.chance) / (1 - agreement.chance)
    assert agreement.kappa.mean == pytest.approx(kappa)
    assert (result.people, result.raters) == (None, 1)


def test_kappa_does_not_depend_on_names_or_on_who_stood_first() -> None:
    flipped = {"w": "l", "l": "w", "t": "t"}
    other = _choose("".join(flipped[letter] for letter in _HUMAN), first="y", second="x")
    as_before = measure_agreement(_score(_JUDGE), score_raters(_choose(_HUMAN)))
    assert measure_agreement(_score(_JUDGE), score_raters(other)) == as_before
    renamed = {Meeting(m.article, "b", "z"): 1 - score for m, score in _score(_JUDGE).items()}
    turned = measure_agreement(renamed, score_raters(_choose(_HUMAN, first="z", second="b")))
    assert turned.judge == as_before.judge


def test_people_among_themselves_are_the_ceiling() -> None:
    choices = [*_choose(_HUMAN, "r1"), *_choose(_JUDGE, "r2"), *_choose(_HUMAN, "r3")]
    result = measure_agreement(_score(_JUDGE), score_raters(choices))
    assert result.people is not None
    assert result.raters == 3
    # r1 with r2, r2 with r3: 15 of 20; r1 with r3: all.
    assert result.people.observed == pytest.approx((15 + 15 + 20) / 60)
    assert result.people.kappa.n == 60
    assert result.judge.observed == pytest.approx((15 + 20 + 15) / 60)
    text = " ".join(format_agreement(result))
    assert "A judge can't be expected to agree with people more than they do." in text


def test_a_rater_who_saw_both_orders_and_contradicts_tied() -> None:
    choices = [Choice("a", "r", "x", "y", 1), Choice("a", "r", "y", "x", 1)]
    assert score_raters(choices) == {"r": {Meeting("a", "x", "y"): 0.5}}


def test_nothing_shared_and_all_the_same_are_sentences() -> None:
    none = measure_agreement(_score("w"), score_raters([Choice("b", "r", "x", "y", 1)]))
    assert "share no pair" in format_agreement(none)[0]
    same = measure_agreement(_score("tt"), score_raters(_choose("tt")))
    assert isnan(same.judge.kappa.mean)
    text = " ".join(format_agreement(same))
    assert "Kappa is undefined" in text
    assert "nan" not in text


def test_a_judge_that_contradicts_people_is_called_so() -> None:
    human = "wlwlwlwwllwtlwlwlwlw"
    turned = human.replace("w", "x").replace("l", "w").replace("x", "l")
    result = measure_agreement(_score(turned), score_raters(_choose(human)))
    assert "The judge contradicts people" in " ".join(format_agreement(result))
    chance = measure_agreement(_score("wltwlt"), score_raters(_choose("wwwlll")))
    assert "no more than by chance" in " ".join(format_agreement(chance))


def test_a_corrected_rate_is_the_powered_mean_of_scores() -> None:
    # The reference is estimate_powered_mean, which is tested against ppi-python.
    human, judge = draw_scores(400, 0.7, np.random.default_rng(8))
    names = [f"{a:03}" for a in range(400)]
    pairs = list(combinations("abc", 2))
    scores = {
        Meeting(a, *pair): float(judge[i, p])
        for i, a in enumerate(names)
        for p, pair in enumerate(pairs)
    }
    labels = {m: float(human[int(m.article), pairs.index((m.a, m.b))]) for m in scores}
    labels = {m: score for m, score in labels.items() if int(m.article) < 60}
    result = correct_preferences(scores, labels, "abc")
    for p, rate in enumerate(result.pairs):
        powered = estimate_powered_mean(human[:60, p], judge[:60, p], judge[60:, p])
        assert rate.powered.estimate.method == "prediction-powered"
        assert rate.powered.estimate.mean == pytest.approx(powered.estimate.mean)
        # The interval is a little wider, by what smooth_variance adds.
        assert powered.estimate.low - 0.01 < rate.powered.estimate.low < powered.estimate.low
        assert rate.judge == pytest.approx(judge[:, p].mean())
        assert rate.rectifier == pytest.approx((human[:60, p] - judge[:60, p]).mean())
    # A system's rate is the mean over its opponents, who see it from the other side.
    ab, ac, bc = (rate.powered.estimate.mean for rate in result.pairs)
    means = {row.system: row.rate.mean for row in result.systems}
    assert means == pytest.approx({"a": (ab + ac) / 2, "b": (1 - ab + bc) / 2,
                                   "c": (2 - ac - bc) / 2})  # fmt: skip
    assert [row.rate.mean for row in result.systems] == sorted(means.values(), reverse=True)


def test_the_variance_of_choices_that_are_all_the_same_by_hand() -> None:
    # Ten choose a; a quarter of an article for each of two ways to choose a, and two not to.
    middle = 10.5 / 11
    squares = 10.5 * (1 - middle) ** 2 + 0.5 * middle**2
    assert smooth_variance(np.ones(10), 0.0) == pytest.approx(squares / 10 / 10)
    # Of a judge that always agrees (weight .8) residuals are .2 or 0: here five of each.
    values = np.array([0.2] * 5 + [0.0] * 5)
    parts = [*values, 0.2, 1.0, -0.8, 0.0]
    weights = [1.0] * 10 + [0.25] * 4
    middle = sum(w * x for w, x in zip(weights, parts, strict=True)) / 11
    squares = sum(w * (x - middle) ** 2 for w, x in zip(weights, parts, strict=True))
    assert smooth_variance(values, 0.8) == pytest.approx(squares / 10 / 10)
    labels = {Meeting(f"{i}", "a", "b"): 1.0 for i in range(10)}
    [rate] = correct_preferences({}, labels, "ab").pairs
    assert rate.powered.estimate.mean == 1
    assert 0.7 < rate.powered.estimate.low < 0.9
    assert rate.powered.estimate.high == 1


def test_a_biased_judge_is_put_right_by_people() -> None:
    # People prefer a to c in .725 of the cases, the judge in about half.
    human, judge = draw_scores(500, 0.5, np.random.default_rng(9))
    pairs = list(combinations("abc", 2))
    scores, labels = (
        {
            Meeting(f"{i:03}", *pair): float(table[i, p])
            for i in range(size)
            for p, pair in enumerate(pairs)
        }
        for table, size in ((judge, 500), (human, 100))
    )
    result = correct_preferences(scores, labels, "abc")
    assert result.pairs[1].judge < 0.55 < result.pairs[1].powered.estimate.low
    assert (result.systems[0].system, result.systems[0].rank_low) == ("a", 1)
    assert result.systems[0].rank_high == 1


@pytest.mark.parametrize(
    ("n", "others", "reason"),
    [
        (19, 200, "fewer than 20 articles are rated"),
        (60, 0, "no articles have scores and no ratings"),
        (60, 200, "the interval would shrink by less than 5%"),
    ],
)
def test_where_the_judge_buys_nothing_people_alone_are_used(
    n: int, others: int, reason: str
) -> None:
    human, judge = draw_scores(n + others, 0.0, np.random.default_rng(10))
    pairs = list(combinations("abc", 2))
    scores, labels = (
        {
            Meeting(f"{i:03}", *pair): float(table[i, p])
            for i in range(size)
            for p, pair in enumerate(pairs)
        }
        for table, size in ((judge, n + others), (human, n))
    )
    result = correct_preferences(scores, labels, "abc")
    for p, rate in enumerate(result.pairs):
        assert rate.powered.reason == reason
        assert rate.powered.estimate.mean == pytest.approx(human[:n, p].mean())
        assert rate.powered.estimate.n == n
    assert len(result.systems) == 3
    assert f"{reason}. People's choices alone are used." in " ".join(format_corrected(result))


def test_no_corrected_rate_is_beyond_never_and_always() -> None:
    human = {Meeting(f"a{i}", a, b): score for i in range(6)
             for a, b, score in (("x", "y", 1.0), ("x", "z", 1.0), ("y", "z", 0.5))}  # fmt: skip
    corrected = correct_preferences(human, human, ["x", "y", "z"], 200)
    rates = [row.rate for row in corrected.systems]
    assert rates
    assert all(0 <= rate.low <= rate.mean <= rate.high <= 1 for rate in rates)


def test_a_pair_without_people_has_no_rate_and_no_ranks_follow() -> None:
    scores = {Meeting(f"{i}", *pair): 1.0 for i in range(30) for pair in combinations("abc", 2)}
    labels = {Meeting(f"{i}", "a", "b"): 1.0 for i in range(10)}
    result = correct_preferences(scores, labels, "abc")
    assert not result.systems
    text = " ".join(format_corrected(result))
    assert "fewer than 5 articles on which people chose" in text
    assert "nan" not in text


def test_intervals_hold_though_the_judge_is_biased() -> None:
    # tests/simulation/RESULTS.md has 2,000 repetitions; four standard errors of 60 x 3 are .065.
    coverage = cover_corrected(50, 300, 0.6, 60, 200)
    assert coverage.corrected > 0.95 - 0.065
    assert coverage.judge < 0.1
    assert coverage.gain > 0.1


def _write_rows(rows: list[dict[str, Any]]) -> Path:
    path = Path("people.jsonl")
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def _label(articles: int, rule: Any = _prefer_better) -> list[dict[str, Any]]:
    """Choices of two raters in rows of their own; the second says tie on a11."""
    return [
        {"article": f"a{i:02}", "rater": rater, "first": a, "second": b,
         "outcome": 0 if (rater, i) == ("s", 11) else 1}
        for i in range(articles)
        for rater in ("r", "s")
        for a, b in combinations(("good", "middling", "poor"), 2)
    ]  # fmt: skip


def test_an_arena_with_people_says_what_the_judge_is_worth() -> None:
    run = _make_run(60)
    people = _write_rows(_label(40))
    result = summbench.arena(run, _mix, "arena", people=people)
    assert result.agreement is not None
    assert result.agreement.people is not None
    assert result.agreement.judge.articles == 40
    assert result.agreement.judge.kappa.n == 40 * 2 * 3
    # The judge is wrong on every third article; rater s ties on a11, where it is right.
    n_right = 2 * 3 * sum(i % 3 != 0 for i in range(40)) - 3
    assert result.agreement.judge.observed == pytest.approx(n_right / 240)
    assert result.corrected is not None
    text = " ".join(render_arena(result).split())
    assert "judge and people" in text
    assert "people among themselves" in text
    assert "opinion" not in text
    content = json.loads(Path("arena/arena.json").read_text())
    assert content["agreement"]["raters"] == 2
    assert len(content["corrected"]["pairs"]) == 3


def test_articles_with_people_are_drawn_first() -> None:
    run = _make_run(60)
    result = summbench.arena(run, _mix, people=_write_rows(_label(10)), articles=10)
    assert {v.article for v in result.verdicts} == {f"a{i:02}" for i in range(10)}


def test_what_can_not_be_used_is_counted() -> None:
    run = _make_run(12)
    rows: list[dict[str, Any]] = [
        {"id": "a00", "choices": [{"rater": "r", "first": "good", "second": "poor", "outcome": 1}]},
        {"id": "a01", "selection": "differing",
         "choices": [{"rater": "r", "first": "good", "second": "poor", "outcome": 1}]},
        {"article": "a02", "first": "good", "second": "best", "preferred": "first"},
        {"article": "zz", "first": "good", "second": "poor", "preferred": "tie"},
        {"article": "a03", "dataset": "else", "first": "good", "second": "poor", "outcome": 0},
        {"article": "a04", "first": "good", "second": "poor", "preferred": None},
    ]  # fmt: skip
    result = summbench.arena(run, _mix, people=_write_rows(rows))
    assert result.left_out == {
        "on articles that were not drawn by chance": 1, "about other systems": 1,
        "on other articles": 1, "of another dataset (else)": 1,
    }  # fmt: skip
    text = " ".join(render_arena(result).split())
    assert "Choices of people that are left out: 1 on articles that were not drawn" in text
    assert "fewer than 5 articles on which people chose" in text


def test_the_verdicts_of_another_judge_are_choices_too() -> None:
    run = _make_run(12)
    summbench.arena(run, _prefer_better, "other")
    result = summbench.arena(run, _mix, people="other/verdicts.jsonl")
    assert result.agreement is not None
    assert result.agreement.judge.observed == pytest.approx(8 / 12)
    assert result.agreement.judge.kappa.n == 36


_WRONG: list[tuple[dict[str, Any], str]] = [
    ({"id": "a00"}, "has no choice between two summaries"),
    ({"id": "a00", "first": "good", "second": "poor", "outcome": "better"},
     "line 1: the outcome of a choice is 'better'; expected 1 (the first)"),
    ({"id": "a00", "first": "good", "second": "good", "outcome": 1}, "between 'good' and itself"),
    ({"id": "a00", "choices": "none"}, "column 'choices' is 'none'; expected a list"),
    ({"id": "a00", "first": None, "second": "good", "outcome": 1}, "first"),
    ({"first": "poor", "second": "good", "outcome": 1}, "line 1"),
    ({"id": "zz", "first": "good", "second": "poor", "outcome": 1},
     "None of people's choices is of this arena: 1 on other articles."),
    ({"id": "a00", "systems": {"good": "Another text."}, "first": "good", "second": "poor",
      "outcome": 1}, "another summary by good of 'a00' than people chose from"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "sentence"), _WRONG, ids=[s[:25] for _, s in _WRONG])
def test_a_wrong_file_is_a_sentence(row: dict[str, Any], sentence: str) -> None:
    run = _make_run(2)
    path = _write_rows([row])
    with pytest.raises(SummbenchError) as error:
        summbench.arena(run, _mix, people=path)
    assert sentence in str(error.value)


def test_raters_of_one_name_are_others_in_another_study() -> None:
    rows = [
        {"id": "a", "study": study, "choices": [
            {"rater": "rater-1", "first": "x", "second": "y", "outcome": 1}]}
        for study in ("s1", "s2")
    ]  # fmt: skip
    human = read_choices(_write_rows(rows))
    assert [row.choice.rater for row in human.choices] == ["s1 rater-1", "s2 rater-1"]
