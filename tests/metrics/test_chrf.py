"""chrF by hand and against sacrebleu's own sentence scores."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import isnan
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sacrebleu.metrics.chrf import CHRF

from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Example
from summbench.metrics.chrf import Chrf

_text = st.text("ab c.\u00e9\u732b", min_size=1).filter(lambda text: bool(text.strip()))
_any = st.one_of(st.text("ab .\n"), st.text(st.characters()), st.text("\u732b\U0001f600\ud800 \0"))


def _score(references: Sequence[str], summary: str, word_order: int = 0, beta: int = 2) -> float:
    metric = Chrf(word_order, beta)
    scores = metric.score([Example(Article("a", "unused"), tuple(references))], [summary])
    [values] = scores.values()
    return values[0]


def test_a_changed_letter_by_hand() -> None:
    # 2 of 3 letters, 1 of 2 bigrams and no trigram agree, longer n-grams there are none:
    # precision and recall are (2/3 + 1/2 + 0) / 3.
    assert _score(["abc"], "abd") == pytest.approx(7 / 18)


def test_recall_counts_twice_by_hand() -> None:
    # P (1 + 1) / 2, R (2/4 + 1/3) / 2 = 5/12 over two orders, as "ab" has no trigram;
    # F2 = 5 P R / (4 P + R).
    assert _score(["abcd"], "ab") == pytest.approx(5 * 5 / 12 / (4 + 5 / 12))


_beta = st.sampled_from([1, 2, 3])


@given(st.lists(_text, min_size=1, max_size=3), _text, st.sampled_from([0, 2]), _beta)
@settings(deadline=None)
def test_it_is_the_sentence_score_of_sacrebleu(
    references: list[str], summary: str, word_order: int, beta: int
) -> None:
    expected = CHRF(word_order=word_order, beta=beta).sentence_score(summary, references).score
    assert _score(references, summary, word_order, beta) == expected / 100


@pytest.mark.slow
@given(st.lists(st.tuples(st.lists(_any, min_size=1, max_size=3), _any)), st.sampled_from([0, 2]))
@settings(deadline=None, max_examples=300)
def test_any_texts_side_by_side_are_the_sentence_scores_of_sacrebleu(
    pairs: list[tuple[list[str], str]], word_order: int
) -> None:
    sacrebleu = CHRF(word_order=word_order)
    expected = [
        sacrebleu.sentence_score(text, references).score / 100 for references, text in pairs
    ]
    examples = [Example(Article("a", "unused"), tuple(references)) for references, _ in pairs]
    [scores] = Chrf(word_order).score(examples, [text for _, text in pairs]).values()
    assert scores == expected


@pytest.mark.parametrize(("word_order", "beta"), [(0, 2), (2, 2), (2, 3)])
def test_thousands_of_pairs_are_the_sentence_scores_of_sacrebleu(
    word_order: int, beta: int
) -> None:
    # Some with more different characters than a key has room for.
    rng = Random(0)
    scripts = [
        "etaoin shrdlu.",
        list(map(chr, range(0x4E00, 0x4E00 + 3000))),
        "\u3042\u3044\u3046 ",
    ]
    texts = ["".join(rng.choices(rng.choice(scripts), k=k % 200)) for k in range(3000)]
    texts[1000] = texts[2000] = "".join(scripts[1])
    examples = [Example(Article("a", "unused"), (text,)) for text in texts]
    summaries = [text[5:] + other for text, other in pairwise([*texts, "end"])]
    [scores] = Chrf(word_order, beta).score(examples, summaries).values()
    sacrebleu = CHRF(word_order=word_order, beta=beta)
    pairs = zip(summaries, texts, strict=True)
    assert scores == [sacrebleu.sentence_score(s, [text]).score / 100 for s, text in pairs]


def test_a_runaway_summary_of_100_000_words_is_scored() -> None:
    # n-grams of the reference are all found: precision (7 - n) / (600,001 - n), by hand.
    precision = sum((7 - n) / (600_001 - n) for n in range(1, 7)) / 6
    scores = _score(["abcdef"], "abcdef " * 100_000)
    assert scores == pytest.approx(5 * precision / (4 * precision + 1))


def test_a_line_break_is_a_space() -> None:
    assert _score(["the cat\nsat"], "the\ncat sat", word_order=2) == 1


def test_nothing_is_zero_and_no_reference_undefined() -> None:
    assert _score(["the cat"], " \n") == 0
    assert isnan(_score([], "the cat"))


def test_another_word_order_has_no_name() -> None:
    with pytest.raises(SummbenchError, match="word_order=1 has no name"):
        Chrf(word_order=1)


@pytest.mark.parametrize("beta", [0, -1, 2.5, True])
def test_a_beta_without_a_name_is_refused(beta: float) -> None:
    with pytest.raises(SummbenchError, match="is no whole number from 1 on"):
        Chrf(beta=beta)  # type: ignore[arg-type]


def test_the_column_and_the_signature_name_beta() -> None:
    # Popovic (2017): ++ is one and two words; sacrebleu's own signature has the same parts.
    metric = Chrf(word_order=2, beta=3)
    assert list(metric.columns) == ["chrf3pp"]
    theirs = CHRF(word_order=2, beta=3)
    theirs.sentence_score("x", ["x"])
    assert str(theirs.get_signature()).partition("|")[2] in metric.signature
    assert metric.signature.startswith("chrf3pp|")
    assert Chrf().signature.startswith("chrf2|")
