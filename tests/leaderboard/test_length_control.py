"""Length counts, worked by hand."""

from importlib.metadata import version
from math import isnan

import pytest

from summbench.core.records import Article, Example
from summbench.metrics.length import Length


def _length(summary: str, *references: str) -> dict[str, float]:
    scores = Length().score([Example(Article("a", "unused"), references)], [summary])
    return {name: value for name, [value] in scores.items()}


def test_a_summary_of_two_lines() -> None:
    # the minister resigned / he left on friday: 3 + 4 words, 22 + 1 + 18 characters.
    scores = _length("The minister resigned.\nHe left on Friday.", "He left.")
    assert scores == {"tokens": 7, "sentences": 2, "characters": 41, "ratio": 7 / 2}


def test_compounds_numbers_and_contractions_are_as_many_words_as_in_rouge() -> None:
    # the, state, of, the, art, f, 16, won, t, cost, 1, 250, 50
    assert _length("The state-of-the-art F-16 won\u2019t cost $1,250.50 .")["tokens"] == 13


@pytest.mark.parametrize(
    ("summary", "count"),
    [
        ("Dr. Smith resigned on Jan. 5. He cited the report.", 2),
        ("one line\nanother line\n\n  \nthe third", 3),
        ("Pegasus breaks lines.<n>With a mark of its own.", 2),
        ("Explicit lines win. Even over full stops.\nSecond line.", 2),
        ("the cat sat", 1),
    ],
)
def test_sentences_are_lines_or_those_of_the_splitter(summary: str, count: int) -> None:
    assert _length(summary)["sentences"] == count


def test_the_ratio_is_to_the_mean_length_of_the_references() -> None:
    # 3 words over (2 + 4) / 2.
    assert _length("a b c", "a b", "a b c d")["ratio"] == 1
    assert _length("a b c", "a b", "a b c d e f g")["ratio"] == pytest.approx(3 / 4.5)


@pytest.mark.parametrize("references", [(), ("",), ("...", "\n")])
def test_without_a_reference_word_the_ratio_is_undefined(references: tuple[str, ...]) -> None:
    scores = _length("a b c", *references)
    assert isnan(scores.pop("ratio"))
    assert scores == {"tokens": 3, "sentences": 1, "characters": 5}


def test_an_empty_summary_has_length_zero() -> None:
    assert _length("", "a b") == {"tokens": 0, "sentences": 0, "characters": 0, "ratio": 0}


def test_each_summary_is_measured_against_its_own_references() -> None:
    examples = [Example(Article("1", ""), ("a",)), Example(Article("2", ""), ("a b c d",))]
    scores = Length().score(examples, ["a b", "a b c"])
    assert scores["tokens"] == [2, 3]
    assert scores["ratio"] == [2, 3 / 4]


@pytest.mark.parametrize(
    ("summary", "tokens", "sentences"),
    [
        pytest.param("the\0cat sat", 3, 1, id="NUL"),
        pytest.param("the \ud800 cat", 2, 1, id="a lone surrogate"),
        pytest.param("\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd.", 2, 1, id="Hebrew"),
        pytest.param("\U0001f600 ok", 1, 1, id="emoji"),
        pytest.param("a b\r\nc\r\n", 3, 2, id="Windows line breaks"),
        pytest.param("w " * 2_000, 2_000, 1, id="one long sentence"),
        pytest.param("w " * 3_000, 3_000, 2, id="what is too long for one sentence"),
        pytest.param("a b\n" * 2_000, 4_000, 2_000, id="many sentences"),
    ],
)
def test_wild_text_is_counted(summary: str, tokens: int, sentences: int) -> None:
    scores = _length(summary)
    assert (scores["tokens"], scores["sentences"]) == (tokens, sentences)
    assert scores["characters"] == len(summary)


def test_the_signature_names_words_and_splitter() -> None:
    parts = set(Length(language="de").signature.split("|"))
    assert parts >= {
        "length",
        "agg:mean",
        "tok:words-2",
        f"split:explicit,auto-3(sentencex-{version('sentencex')}-de)",
    }


def test_no_direction_is_better() -> None:
    assert {(c.direction, c.role) for c in Length().columns.values()} == {("neither", "diagnostic")}
