"""Similarity of two texts at its borders."""

from __future__ import annotations

from math import isnan

import pytest

from summbench.analysis.robustness.similarity import Similarity
from summbench.core.records import Article, Example
from summbench.metrics.chrf import Chrf


@pytest.mark.parametrize(
    ("before", "after", "rouge2", "chrf2"),
    [
        ("", "", 1, 1),
        ("Rain.", "Rain.", 1, 1),
        ("", "rain fell", 0, 0),
        ("rain fell", "", 0, 0),
        ("\u4eca\u65e5\u306f\u96e8", "\u4eca\u65e5\u306f\u96e8", 1, 1),
        ("rain fell", "\u4eca\u65e5\u306f\u96e8", 0, 0),
    ],
)
def test_similarity_at_the_borders(before: str, after: str, rouge2: float, chrf2: float) -> None:
    similarity = Similarity()
    assert similarity.compute_rouge2([before], [after]) == [rouge2]
    assert similarity.compute_chrf2([before], [after]) == [chrf2]


def test_the_same_words_score_1_by_rouge_even_without_a_bigram() -> None:
    assert Similarity().compute_rouge2(["Rain", "Rain"], ["rain .", "Hail"]) == [1, 0]


def test_rouge_is_undefined_for_another_script_and_chrf_is_the_metric_s() -> None:
    similarity = Similarity()
    before, after = "\u4eca\u65e5\u306f\u96e8\u3067\u3059", "\u4eca\u65e5\u306f\u6674\u308c"
    assert isnan(similarity.compute_rouge2([before], [after])[0])
    expected = Chrf().score([Example(Article("a", ""), (before,))], [after])["chrf2"]
    assert similarity.compute_chrf2([before], [after]) == expected
    assert 0 < expected[0] < 1
