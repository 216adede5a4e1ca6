"""Sentences, words and tokens, by hand and against rouge-score's own tokeniser."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rouge_score.tokenizers import DefaultTokenizer

from summbench.core.text import (
    detect_script,
    is_latin_script,
    split_lines,
    split_sentences,
    split_summary,
    split_words,
    tokenize_for_rouge,
)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("The dam held. It rained!  Why? So...", ["The dam held.", "It rained!", "Why?", "So..."]),
        # Abbreviations, decimals, a sentence that ends in an abbreviation.
        (
            "Mr. Brandt of the U.S. embassy left. Dr. Ny paid $3.5m. G.D.P. fell.",
            ["Mr. Brandt of the U.S. embassy left.", "Dr. Ny paid $3.5m.", "G.D.P. fell."],
        ),
        ("She left the U.S. He stayed.", ["She left the U.S.", "He stayed."]),
        # Quotations, straight and curly, that end inside a sentence.
        (
            '"It is late," she said. “Go home,” he said. They went.',
            ['"It is late," she said.', "“Go home,” he said.", "They went."],
        ),
        # As machine translation leaves it: a stop that stands alone, a doubled word.
        ("He said the price fell . The the market closed .",
         ["He said the price fell .", "The the market closed ."]),
        ("", []),
        (" \n\t ", []),
    ],
)  # fmt: skip
def test_an_article_falls_into_sentences(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences


def test_no_sentence_of_an_article_runs_over_a_line_break() -> None:
    text = "KARSHOLM, 14 March\n\nThe dam held\r\nIt rained. Nobody"
    assert split_sentences(text) == [
        "KARSHOLM, 14 March", "The dam held", "It rained.", "Nobody",
    ]  # fmt: skip


def test_japanese_sentences_end_with_their_own_full_stop() -> None:
    text = "今日は雨です。明日は晴れです。"
    assert split_sentences(text, "ja") == ["今日は雨です。", "明日は晴れです。"]


def test_a_summary_of_several_lines_is_not_split_further() -> None:
    assert split_summary("It held. It rained.\n \nNobody") == ["It held. It rained.", "Nobody"]


@pytest.mark.parametrize("text", ["It held. It rained.", "\nIt held. It rained.\n\n"])
def test_a_summary_of_one_line_is_split(text: str) -> None:
    assert split_summary(text) == ["It held.", "It rained."]


def test_lines_are_stripped_and_blank_ones_left_out() -> None:
    assert split_lines(" a b \n\n\t\r\nc\u2028d") == ["a b", "c", "d"]
    assert split_lines("") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The dam, held!", ["the", "dam", "held"]),
        ("1,250 people paid 3.5%", ["1,250", "people", "paid", "3.5"]),
        ("state-of-the-art -- well-", ["state-of-the-art", "well"]),
        ("O'Neil's don\u2019t \u2018so\u2019", ["o'neil's", "don\u2019t", "so"]),
        ("Ærø naïve STRASSE", ["ærø", "naïve", "strasse"]),
        ("“...” — !", []),
    ],
)
def test_words_are_lower_cased_and_keep_what_joins_them(text: str, expected: list[str]) -> None:
    assert split_words(text) == expected


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("The dam, held!", ["the", "dam", "held"]),
        ("1,250 don't under_score", ["1", "250", "don", "t", "under", "score"]),
        # Letters outside a-z part words and are lost, as in ROUGE-1.5.5.
        ("naïve Ærø", ["na", "ve", "r"]),
        ("今日", []),
        ("", []),
    ],
)
def test_rouge_tokens_are_runs_of_ascii_letters_and_digits(text: str, tokens: list[str]) -> None:
    assert tokenize_for_rouge(text) == tokens


@settings(derandomize=True, deadline=None)
@given(st.text())
def test_rouge_tokens_are_those_of_rouge_score(text: str) -> None:
    assert tokenize_for_rouge(text) == DefaultTokenizer(use_stemmer=False).tokenize(text)


@settings(derandomize=True, deadline=None)
@given(st.text(st.sampled_from("aB. \n\r“”'1")))
def test_splitting_loses_nothing_but_white_space(text: str) -> None:
    assert "".join("".join(split_sentences(text)).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("", None), ("42 - 17!", None), ("plain", "LATIN"), ("na\u00efve caf\u00e9", "LATIN"),
        ("\u0434\u043e\u0436\u0434\u044c \u0432 Riga", "CYRILLIC"), ("\u96e8\u306e\u65e5", "CJK"),
        ("\u306e\u306e", "CJK"), ("\u0645\u0637\u0631", "ARABIC"),
        ("A very long English sentence that names \u96e8 once.", "LATIN"),
        # By hand from Scripts.txt and ScriptExtensions.txt of Unicode; digits belong to no script.
        ("2009 1 16 15 29 \u5e74", "CJK"), ("\u30d3\u30fc\u30eb abc", "CJK"), ("\uff76", "CJK"),
        ("\uff21\uff22", "LATIN"), ("\u13e3\u13b3\u13a9", "OTHER"), ("\U0001d400", None),
        ("ab \u0434\u043e", "LATIN"), ("\u0434\u043e ab", "CYRILLIC"),  # a tie: the first
    ],
)  # fmt: skip
def test_the_script_is_that_of_most_letters(text: str, script: str | None) -> None:
    assert detect_script(text) == script


# By hand: a to z against all letters; marks and digits are no letters.
@pytest.mark.parametrize(
    ("text", "is_latin"),
    [
        ("", True), ("...", True), ("ab \u0434\u043e", True), ("a \u0434\u043e", False),
        ("a \u0434 \u2014\u2014\u2014", True), ("\u96e8", False), ("\u2014", True),
    ],
)  # fmt: skip
def test_half_of_the_letters_in_a_to_z_are_latin_script(text: str, is_latin: bool) -> None:
    assert is_latin_script(text) is is_latin


@pytest.mark.parametrize("space", ["\u00a0", "\u2003", "\u202f", "\u3000"])
def test_a_wide_space_before_a_stop_is_kept_and_breaks_nothing(space: str) -> None:
    # sentencex by itself panics at the first of these stops.
    text = f"Plan A{space}. The vote passed. It rained{space}."
    sentences = split_sentences(text)
    assert "".join(sentences).replace(" ", "") == text.replace(" ", "")
    assert sentences[-1] == f"It rained{space}."
