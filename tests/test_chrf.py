"""chrF by hand and against sacrebleu's own sentence scores."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sacrebleu.metrics.chrf import CHRF

from bench.errors import BenchError
from bench.metrics.chrf import Chrf
from bench.records import Article, Example

_text = st.text("ab c.\u00e9\u732b", min_size=1).filter(lambda text: bool(text.strip()))


def _score(references: Sequence[str], summary: str, word_order: int = 0) -> float:
    metric = Chrf(word_order=word_order)
    got = metric.score([Example(Article("a", "unused"), tuple(references))], [summary])
    [values] = got.values()
    return values[0]


def test_a_changed_letter_by_hand() -> None:
    # 2 of 3 letters, 1 of 2 bigrams and no trigram agree, longer n-grams there are none:
    # precision and recall are (2/3 + 1/2 + 0) / 3.
    assert _score(["abc"], "abd") == pytest.approx(7 / 18)


def test_recall_counts_twice_by_hand() -> None:
    # P (1 + 1) / 2, R (2/4 + 1/3) / 2 = 5/12 over two orders, as "ab" has no trigram;
    # F2 = 5 P R / (4 P + R).
    assert _score(["abcd"], "ab") == pytest.approx(5 * 5 / 12 / (4 + 5 / 12))


@given(st.lists(_text, min_size=1, max_size=3), _text, st.sampled_from([0, 2]))
@settings(deadline=None)
def test_it_is_the_sentence_score_of_sacrebleu(
    references: list[str], summary: str, word_order: int
) -> None:
    theirs = CHRF(word_order=word_order).sentence_score(summary, references).score
    assert _score(references, summary, word_order) == theirs / 100


def test_a_line_break_is_a_space() -> None:
    assert _score(["the cat\nsat"], "the\ncat sat", word_order=2) == 1


def test_nothing_is_zero_and_no_reference_undefined() -> None:
    assert _score(["the cat"], " \n") == 0
    assert isnan(_score([], "the cat"))


def test_another_word_order_has_no_name() -> None:
    with pytest.raises(BenchError, match="word_order=1 has no name"):
        Chrf(word_order=1)
