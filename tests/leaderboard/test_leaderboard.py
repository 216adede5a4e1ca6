"""The order of the rows, what counts as failed, and what may sort a table."""

from __future__ import annotations

import math

import numpy as np
import pytest

from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Example, Kind, Prediction, TaskResult
from summbench.leaderboard.board import DatasetInfo, Leaderboard, LeaderboardMetric
from summbench.leaderboard.compute import Ranking, check_ranking, compute_leaderboard
from summbench.leaderboard.outcomes import OutcomeAccumulator, collect_outcomes, get_flags

_METRICS = {
    "rouge.rouge2_f": LeaderboardMetric("higher", "quality", "rouge|v:1"),
    "length.tokens": LeaderboardMetric("neither", "diagnostic", "length|v:1"),
}
_EXAMPLES = [Example(Article(k, f"text {k}"), ("ref",)) for k in "ab"]
_INFO = {"d": DatasetInfo(2, "f")}
_NAN = float("nan")


def _cell(model: str, values: list[float], *predictions: Prediction) -> TaskResult:
    return TaskResult(
        "d", model, predictions or (Prediction("a", "x y"), Prediction("b", "z")),
        {"rouge.rouge2_f": values, "length.tokens": [2.0, 1.0]},
    )  # fmt: skip


def _board(*cells: TaskResult, primary: str = "rouge.rouge2_f") -> Leaderboard:
    kinds: dict[str, Kind] = {cell.model: "system" for cell in cells}
    ranking = Ranking(primary, list(_METRICS))
    return compute_leaderboard(
        "t", _INFO, kinds, _METRICS, collect_outcomes(cells, {"d": _EXAMPLES}), ranking
    )


def test_rows_run_from_the_best_to_the_worst_by_the_primary_metric() -> None:
    board = _board(_cell("low", [0.1, 0.2]), _cell("high", [0.5, 0.6]), _cell("mid", [0.3, 0.3]))
    assert [h.model for h in board.health] == ["high", "mid", "low"]
    assert list(dict.fromkeys(e.model for e in board.entries)) == ["high", "mid", "low"]


def test_comparing_says_how_far_it_is_metric_by_metric() -> None:
    steps: list[tuple[str, int, int]] = []
    cells = [_cell("low", [0.1, 0.2]), _cell("high", [0.5, 0.6])]
    outcomes = collect_outcomes(cells, {"d": _EXAMPLES})
    kinds: dict[str, Kind] = {"low": "system", "high": "system"}
    ranking = Ranking("rouge.rouge2_f", list(_METRICS))
    compute_leaderboard(
        "t", _INFO, kinds, _METRICS, outcomes, ranking, lambda *step: steps.append(step)
    )
    assert steps == [("comparing models by each metric", done, 1) for done in (0, 1)]


@pytest.mark.parametrize("space", ["  ", "\n\n\n", "\x85", "\xa0", "\u3000\u2028", "\x1c\t\r\n"])
def test_a_copy_is_found_across_any_white_space(space: str) -> None:
    article = f" One{space}day it rain\u00e9d.{space} All day. "
    copied, other = Prediction("a", "day  it rain\u00e9d.\nAll"), Prediction("a", "day it.")
    assert get_flags(copied, article)[-1] == "copied"
    assert "copied" not in get_flags(other, article)


def test_permuting_the_systems_changes_nothing() -> None:
    cells = [_cell("one", [0.1, 0.2]), _cell("two", [0.5, 0.6])]
    board, reversed_board = _board(*cells), _board(*cells[::-1])
    # as texts: since Python 3.13 records with a NaN are no longer equal
    assert repr(board.entries) == repr(reversed_board.entries)
    assert repr(board.health) == repr(reversed_board.health)


def test_a_model_that_failed_on_everything_has_no_mean_and_comes_last() -> None:
    failed = [Prediction(k, error="boom") for k in "ab"]
    board = _board(_cell("dead", [0.0, 0.0], *failed), _cell("bad", [0.0, 0.01]))
    assert [h.model for h in board.health] == ["bad", "dead"]
    dead = next(e for e in board.entries if e.model == "dead" and e.metric == "rouge.rouge2_f")
    assert math.isnan(dead.estimate.mean)
    assert (dead.estimate.n, dead.n_failed) == (0, 2)


def test_a_failure_counts_as_zero_in_the_mean() -> None:
    board = _board(_cell("m", [0.0, 0.4], Prediction("a", error="boom"), Prediction("b", "x")))
    entry = board.entries[0]
    assert (entry.estimate.mean, entry.estimate.n, entry.n_failed) == (0.2, 2, 1)


def test_health_counts_what_happened() -> None:
    predictions = (
        Prediction("a", "", 9, 4, 1.0, "length", True),
        Prediction("b", error="boom", seconds=9.0),
    )
    [health] = _board(_cell("m", [0.0, 0.0], *predictions)).health
    assert (health.articles, health.failed, health.empty) == (2, 1, 1)
    assert (health.input_truncated, health.hit_token_limit) == (1, 1)
    assert (health.median_tokens, health.seconds_per_article) == (4.0, 1.0)


def test_health_counts_suspect_summaries() -> None:
    predictions = (Prediction("a", "text\na"), Prediction("b", "text a"))
    [health] = _board(_cell("m", [0.0, 0.0], *predictions)).health
    # "text a" is article a itself; the summary of b is not in b. Neither ends with a full stop.
    assert (health.copied, health.duplicates, health.ends_mid_sentence) == (1, 0, 2)
    predictions = (Prediction("a", "The same."), Prediction("b", "The same."))
    [health] = _board(_cell("m", [0.0, 0.0], *predictions)).health
    assert (health.copied, health.duplicates, health.ends_mid_sentence) == (0, 2, 0)


def test_health_counts_tokens_over_time_and_scripts_that_are_not_the_articles() -> None:
    predictions = (
        Prediction("a", "\u0434\u043e\u0436\u0434\u044c", output_tokens=6, seconds=1.0),
        Prediction("b", "text b", output_tokens=3, seconds=2.0),
    )
    [health] = _board(_cell("m", [0.0, 0.0], *predictions)).health
    assert (health.other_script, health.tokens_per_second) == (1, 3.0)


def test_the_primary_metric_is_shown_whether_asked_for_or_not() -> None:
    kinds: dict[str, Kind] = {"m": "system"}
    ranking = Ranking("rouge.rouge2_f", ["length.tokens"])
    outcomes = collect_outcomes([_cell("m", [0.1, 0.2])], {"d": _EXAMPLES})
    board = compute_leaderboard("t", _INFO, kinds, _METRICS, outcomes, ranking)
    assert board.display_metrics == ["length.tokens", "rouge.rouge2_f"]


def test_versus_a_model_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(SummbenchError, match=r"vs=bart is none of the models: lead3, lsa"):
        check_ranking(Ranking("rouge.rouge2_f", [], vs="bart"), _METRICS, ["lead3", "lsa"])


def test_a_diagnostic_may_not_sort_the_table() -> None:
    with pytest.raises(SummbenchError, match=r"primary=length\.tokens is a diagnostic"):
        _board(_cell("m", [0.1, 0.2]), primary="length.tokens")


def test_an_unknown_column_of_a_selected_metric_is_refused_with_the_known_ones() -> None:
    with pytest.raises(SummbenchError, match=r"names 'rouge\.rouge9_f'.*'rouge\.rouge2_f'"):
        _board(_cell("m", [0.1, 0.2]), primary="rouge.rouge9_f")


def test_windows_make_the_same_outcome_as_all_at_once() -> None:
    texts = ("The same.", "text 1", "", "The same.", "x y z w.")
    examples = [Example(Article(str(i), f"text {i}"), ("ref",)) for i in range(5)]
    predictions = [Prediction(str(i), text, seconds=0.5) for i, text in enumerate(texts)]
    predictions[2] = Prediction("2", error="boom")
    values = [0.1, 0.2, 0.0, 0.4, _NAN]
    accumulator = OutcomeAccumulator()
    for start in range(0, 5, 2):
        part = slice(start, start + 2)
        cell = TaskResult("d", "m", predictions[part], {"rouge.rouge2_f": values[part]})
        accumulator.add([cell], {"d": examples[part]})
    [outcome] = accumulator.to_outcomes({"d": np.arange(5)})
    [whole] = collect_outcomes(
        [TaskResult("d", "m", predictions, {"rouge.rouge2_f": values})], {"d": examples}
    )
    assert (outcome.health, outcome.first_failure) == (whole.health, whole.first_failure)
    assert list(outcome.scores["rouge.rouge2_f"])[:4] == values[:4]
    # Two of one text in two windows; tokens 2, 2, 2 and 4 have the median 2.
    assert (outcome.health.duplicates, outcome.health.median_tokens) == (2, 2.0)
    assert (outcome.health.copied, outcome.health.failed) == (1, 1)


@pytest.mark.parametrize(
    ("tokens", "median"),
    [([3], 3.0), ([1, 10], 5.5), ([4, 1, 2, 9], 3.0), ([7, 2, 2, 2, 9], 2.0), ([2, 2, 6, 6], 4.0)],
)
def test_the_median_of_an_even_count_is_the_mean_of_the_two_in_the_middle(
    tokens: list[int], median: float
) -> None:
    predictions = [Prediction(str(i), "A.", output_tokens=count) for i, count in enumerate(tokens)]
    examples = [Example(Article(p.article_id, "text"), ("ref",)) for p in predictions]
    [outcome] = collect_outcomes([TaskResult("d", "m", predictions, {})], {"d": examples})
    assert outcome.health.median_tokens == median
