"""Positions between floor and bound, and scores at equal length."""

from __future__ import annotations

import numpy as np
import pytest

from summbench.core.records import Article, Example, Kind, Prediction, TaskResult
from summbench.leaderboard.board import DatasetInfo, LeaderboardMetric
from summbench.leaderboard.compute import Ranking, compute_leaderboard
from summbench.leaderboard.outcomes import collect_outcomes
from summbench.stats.length_control import adjust_to_reference_length

_METRICS = {
    "rouge.rouge2_f": LeaderboardMetric("higher", "quality", "rouge|v:1"),
    "length.ratio": LeaderboardMetric("neither", "diagnostic", "length|v:1"),
}


def _entries(
    values: dict[str, list[float]], kinds: dict[str, Kind], ratios: dict[str, list[float]]
) -> dict[str, dict[str, float]]:
    """Model -> normalized score and length-adjusted mean of ROUGE-2."""
    count = len(next(iter(values.values())))
    examples = [Example(Article(str(i), f"text {i}"), ("ref",)) for i in range(count)]
    answers = [Prediction(str(i), "x") for i in range(count)]
    cells = [
        TaskResult("d", model, answers, {"rouge.rouge2_f": v, "length.ratio": ratios[model]})
        for model, v in values.items()
    ]
    board = compute_leaderboard(
        "t", {"d": DatasetInfo(count, "f")}, kinds, _METRICS,
        collect_outcomes(cells, {"d": examples}), Ranking("rouge.rouge2_f", []),
    )  # fmt: skip
    return {
        e.model: {"normalized": e.normalized_score, "adjusted": e.length_adjusted}
        for e in board.entries
        if e.metric == "rouge.rouge2_f"
    }


def test_positions_run_from_the_floor_to_the_bound() -> None:
    values = {"low": [0.1] * 6, "lead": [0.2] * 6, "mid": [0.3] * 6, "oracle": [0.6] * 6}
    kinds: dict[str, Kind] = {"low": "system", "lead": "floor", "mid": "system", "oracle": "bound"}
    entries = _entries(values, kinds, {model: [1.0] * 6 for model in values})
    normalized = {model: entry["normalized"] for model, entry in entries.items()}
    # (.1 - .2) / .4 and (.3 - .2) / .4
    assert normalized == pytest.approx({"low": -0.25, "lead": 0.0, "mid": 0.25, "oracle": 1.0})


@pytest.mark.parametrize("missing", ["lead", "oracle"])
def test_without_floor_or_bound_there_is_no_position(missing: str) -> None:
    values = {m: [0.1 * i] * 6 for i, m in enumerate(("lead", "mid", "oracle")) if m != missing}
    kinds: dict[str, Kind] = {"lead": "floor", "mid": "system", "oracle": "bound"}
    entries = _entries(values, kinds, {model: [1.0] * 6 for model in values})
    assert all(np.isnan(entry["normalized"]) for entry in entries.values())


def _world(systems: int, articles: int, noise: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Scores that are a system's part, an article's part and .1 r - .05 r^2 of log ratio r."""
    rng = np.random.default_rng(0)
    ratios = np.exp(rng.normal(0.3, 0.5, size=(systems, articles)))
    r = np.log(ratios)
    scores = np.arange(systems)[:, None] / 10 + rng.random(articles) + 0.1 * r - 0.05 * r**2
    return scores + rng.normal(0, noise, size=scores.shape), ratios


def test_what_length_gave_is_taken_away() -> None:
    scores, ratios = _world(4, 50)
    r = np.log(ratios)
    expected = (scores - 0.1 * r + 0.05 * r**2).mean(axis=1)
    assert adjust_to_reference_length(scores, ratios) == pytest.approx(expected, abs=1e-12)


def test_the_curve_is_that_of_ordinary_least_squares_with_dummy_variables() -> None:
    scores, ratios = _world(3, 25, noise=0.05)
    r = np.log(ratios)
    systems, articles = np.indices(r.shape)
    dummies = [systems.ravel() == i for i in range(3)] + [
        articles.ravel() == j for j in range(1, 25)
    ]
    design = np.column_stack([r.ravel(), r.ravel() ** 2, *dummies]).astype(float)
    b = np.linalg.lstsq(design, scores.ravel(), rcond=None)[0]
    expected = (scores - b[0] * r - b[1] * r**2).mean(axis=1)
    assert adjust_to_reference_length(scores, ratios) == pytest.approx(expected, abs=1e-10)


def test_padding_wins_nothing() -> None:
    # The padded system is the plain one, twice as long, with what the curve gives for that.
    scores, ratios = _world(3, 60)
    longer = 2 * ratios[0]
    gained = 0.1 * np.log(longer) - 0.05 * np.log(longer) ** 2
    lost = 0.1 * np.log(ratios[0]) - 0.05 * np.log(ratios[0]) ** 2
    both = np.vstack([scores, scores[0] + gained - lost])
    adjusted = adjust_to_reference_length(both, np.vstack([ratios, longer]))
    assert adjusted[3] == pytest.approx(adjusted[0], abs=1e-12)


def test_empty_summaries_are_left_as_they_are() -> None:
    scores, ratios = _world(3, 40)
    scores[0, :2], ratios[0, :2] = 0.0, [0.0, np.nan]
    r = np.log(np.where(np.nan_to_num(ratios) > 0, ratios, 1))
    expected = (scores - 0.1 * r + 0.05 * r**2).mean(axis=1)
    assert adjust_to_reference_length(scores, ratios) == pytest.approx(expected, abs=1e-12)


def test_where_no_curve_can_be_drawn_there_is_no_number() -> None:
    scores, ratios = _world(3, 40)
    assert np.isnan(adjust_to_reference_length(scores[:1], ratios[:1])).all()
    assert np.isnan(adjust_to_reference_length(scores[:, :19], ratios[:, :19])).all()
    assert np.isnan(adjust_to_reference_length(scores, np.ones_like(ratios))).all()
