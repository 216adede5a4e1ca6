"""The numbers of one article, by hand."""

from __future__ import annotations

from math import isnan

import pytest

from summbench.analysis.robustness.per_article import (
    SourceChange,
    compute_numbers,
    find_injected_bigrams,
)
from summbench.analysis.robustness.similarity import Similarity
from summbench.core.records import Direction, Prediction, TaskResult
from summbench.perturbations.edits import Edit, PerturbedText, apply_edits
from summbench.perturbations.injected import Injected
from summbench.perturbations.perturbation import PerturbationSpec
from summbench.perturbations.perturbed import PerturbedDataset

_ADVERT = Injected(["Read more: boats sank"], "ends", keeps_meaning=True)
_ARTICLE = "The dam held today. Rain fell."


def _compute_numbers(
    before: Prediction,
    after: Prediction,
    text: PerturbedText,
    scores: tuple[float, float] = (0, 0),
) -> dict[str, float]:
    """Each number of one article."""
    clean = TaskResult("d", "m", [before], {"q.f": [scores[0]]})
    perturbed = TaskResult("d", "m", [after], {"q.f": [scores[1]]})
    similarity = Similarity()
    metrics: dict[str, Direction] = {"q.f": "higher", "absent.f": "higher"}
    spec = PerturbationSpec("advert", _ADVERT, 0.05)
    source = SourceChange(PerturbedDataset("d", spec, [text], [perturbed]), similarity)
    numbers = compute_numbers(clean, perturbed, source, similarity, metrics)
    return {name: value for name, [value] in numbers.items()}


_TEXT = apply_edits(_ARTICLE, [Edit(len(_ARTICLE), "", " Read more: boats sank")])


def test_the_numbers_of_one_article_by_hand() -> None:
    before = Prediction("a", "The dam held today.")
    after = Prediction("a", "The dam held boats sank.")
    numbers = _compute_numbers(before, after, _TEXT, (0.4, 0.3))
    # Summaries: 2 of 3 and of 4 bigrams are shared, F = 2 * 2 / (3 + 4).
    assert numbers["stability.rouge2"] == pytest.approx(4 / 7)
    # Articles: 6 words with 5 bigrams, and 10 with 9, F = 2 * 5 / (5 + 9).
    assert numbers["source.rouge2"] == pytest.approx(5 / 7)
    assert numbers["excess.rouge2"] == pytest.approx((1 - 4 / 7) - (1 - 5 / 7))
    assert numbers["length_change"] == pytest.approx(5 / 4 - 1)
    # Of "read more", "more boats" and "boats sank" the summary has the last.
    assert numbers["leakage"] == pytest.approx(1 / 3)
    assert numbers["clean.q.f"] == 0.4
    assert numbers["drop.q.f"] == pytest.approx(0.1)
    assert "drop.absent.f" not in numbers


def test_what_is_injected_is_neither_the_articles_nor_function_words() -> None:
    text = "Rain fell. The dam held."
    perturbed = apply_edits(
        text, [Edit(0, "", "The dam held with the boats. "), Edit(0, "Rain", "Hail")]
    )
    # the dam, dam held: the article's; with the: function words; a respelling injects nothing.
    assert find_injected_bigrams(perturbed, text) == {("held", "with"), ("the", "boats")}
    repeated = apply_edits(text, [Edit(24, "", " The dam held.")])
    assert find_injected_bigrams(repeated, text) == frozenset()


def test_if_the_perturbed_article_failed_the_summary_is_lost() -> None:
    numbers = _compute_numbers(
        Prediction("a", "Rain fell."), Prediction("a", error="no"), _TEXT, (0.4, 0.0)
    )
    assert (numbers["stability.rouge2"], numbers["stability.chrf2"]) == (0, 0)
    assert numbers["excess.rouge2"] == numbers["source.rouge2"]
    assert (numbers["clean.q.f"], numbers["drop.q.f"]) == (0.4, 0.4)
    assert isnan(numbers["length_change"]) and isnan(numbers["leakage"])


def test_if_the_clean_article_failed_every_number_is_undefined() -> None:
    numbers = _compute_numbers(
        Prediction("a", error="no"), Prediction("a", "Rain fell."), _TEXT, (0.0, 0.4)
    )
    assert all(isnan(value) for value in numbers.values())


def test_a_clean_summary_without_a_word_has_no_length_to_change() -> None:
    numbers = _compute_numbers(Prediction("a", ""), Prediction("a", "Rain fell."), _TEXT)
    assert isnan(numbers["length_change"])
    assert numbers["stability.rouge2"] == numbers["stability.chrf2"] == 0


def test_where_lower_is_better_a_rise_is_a_loss() -> None:
    before, after = (
        TaskResult("d", "m", [Prediction("a", "x y")], {"q.f": [value]}) for value in (0.1, 0.4)
    )
    similarity = Similarity()
    copy = PerturbedDataset("d", PerturbationSpec("advert", _ADVERT, 0), [PerturbedText("x")])
    source = SourceChange(copy, similarity)
    numbers = compute_numbers(before, after, source, similarity, {"q.f": "lower"})
    assert numbers["drop.q.f"] == [pytest.approx(0.3)]
