"""Sentences of very long lines: none is longer than any that people write, and nothing is lost."""

from __future__ import annotations

import pytest

from summbench.core.segmentation import LONGEST_SENTENCE
from summbench.core.text import Splitter, get_lead_sentences, split_sentences, split_summary
from tests.performance.shapes import SHAPES, write

_OVER = LONGEST_SENTENCE + 1_000


@pytest.mark.parametrize("splitter", ["auto", "sentencex"])
@pytest.mark.parametrize("words", [2_000, 30_000])  # lines that are read at once, and by blocks
@pytest.mark.parametrize("shape", SHAPES)
def test_no_sentence_is_longer_than_people_write_and_no_letter_is_lost(
    shape: str, words: int, splitter: Splitter
) -> None:
    text = write(shape, words).encode("utf-8", "replace").decode()
    sentences = split_sentences(text, splitter=splitter)
    assert max(map(len, sentences), default=0) <= LONGEST_SENTENCE
    assert "".join("".join(sentences).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("unit", "end"),
    [
        ("buffalo ", "buffalo"),  # words without a full stop, as of speech that was written down
        ("buffalo\u3000", "buffalo"),
        ("\u5317\u4eac\u65b0\u95fb\uff0c", "\u65b0\u95fb\uff0c"),  # Chinese clauses
        ("1;22;", ";"),
        ("x", "x"),
    ],
)
def test_what_is_no_sentence_is_divided_at_a_space_or_a_pause(unit: str, end: str) -> None:
    text = unit * (_OVER // len(unit))
    first, second = split_sentences(text)
    assert first.endswith(end)
    assert unit.startswith(second[0]) or second.startswith("22;")
    assert LONGEST_SENTENCE - len(unit) <= len(first) <= LONGEST_SENTENCE


def test_a_long_sentence_of_people_stays_whole() -> None:
    clauses = [f"that the {i}th of the heirs shall have the house and the field" for i in range(58)]
    sentence = f"The court finds {', and '.join(clauses)}."
    assert 3_500 < len(sentence) < LONGEST_SENTENCE
    assert split_sentences(f"{sentence} It rose.") == [sentence, "It rose."]


def test_a_tokenised_text_is_divided_too() -> None:
    text = f"It held . {'and then '.join(['he said , '] * 450)}. It rose . It fell ."
    sentences = split_sentences(text)
    assert [sentences[0], *sentences[-2:]] == ["It held .", "It rose .", "It fell ."]
    assert len(sentences) == 6


def test_a_splitter_that_was_chosen_divides_as_it_is_defined() -> None:
    text = "buffalo " * 5_000
    for splitter in ("lines", "regex"):
        assert split_sentences(text, splitter=splitter) == [text.strip()]


def test_a_lead_and_a_summary_of_one_endless_sentence_are_several() -> None:
    text = "buffalo " * 30_000
    lead = get_lead_sentences(text, 3)
    assert len(lead) == 3
    assert max(map(len, lead)) <= LONGEST_SENTENCE
    assert len(split_summary(text)) == 59
    assert split_summary(text + "\u2028") == [text.strip()]
