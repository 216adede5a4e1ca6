"""Chunks of whole sentences: tables worked by hand, by the rule of MiniCheck's published code."""

from __future__ import annotations

from typing import Any

import pytest

from summbench.core.errors import SummbenchError
from summbench.metrics.chunks import ChunkRule, pack_sentences

# 6, 3, 8 and 4 words; the second line begins with the third sentence.
_SENTENCES = [
    "The old dam held all night.",
    "Nobody was hurt.",
    "The mayor thanked nine crews and two pilots.",
    "Rain fell until Monday.",
]
_ARTICLE = f"{_SENTENCES[0]} {_SENTENCES[1]}\n\n  {_SENTENCES[2]} {_SENTENCES[3]}\n"


@pytest.mark.parametrize(
    ("limit", "chunks"),
    [
        # Sizes 3, 4, 5, 20, 2, 1: d is longer than every chunk but the last of these.
        (7, ["a b", "c", "d", "e f"]),
        (12, ["a b c", "d", "e f"]),
        (22, ["a b c", "d e", "f"]),
        (35, ["a b c d e f"]),
        (1, ["a", "b", "c", "d", "e", "f"]),
    ],
)
def test_sentences_are_packed_in_order_until_one_does_not_fit(
    limit: int, chunks: list[str]
) -> None:
    assert pack_sentences("abcdef", [3, 4, 5, 20, 2, 1], limit) == chunks


def test_nothing_makes_no_chunk() -> None:
    assert pack_sentences([], [], 7) == []
    assert ChunkRule("words", 7).split(" \n ", "en", _no_tokenizer) == []


@pytest.mark.parametrize(
    ("rule", "groups"),
    [
        ({"words": 9}, [[0, 1], [2], [3]]),
        ({"words": 11}, [[0, 1], [2], [3]]),
        ({"words": 17}, [[0, 1, 2], [3]]),
        ({"words": 2}, [[0], [1], [2], [3]]),
        ({"sentences": 1}, [[0], [1], [2], [3]]),
        ({"sentences": 3}, [[0, 1, 2], [3]]),
        ({"tokens": 27}, [[0], [1], [2], [3]]),  # letters, dots and spaces: 27, 16, 44, 23
        ({"tokens": 43}, [[0, 1], [2], [3]]),
        ({"tokens": 87}, [[0, 1, 2], [3]]),
    ],
)
def test_an_article_by_hand(rule: dict[str, int], groups: list[list[int]]) -> None:
    chunks = [" ".join(_SENTENCES[i] for i in group) for group in groups]
    line_break = f"{_SENTENCES[1]} {_SENTENCES[2]}", f"{_SENTENCES[1]}\n{_SENTENCES[2]}"
    expected = [chunk.replace(*line_break) for chunk in chunks]
    assert ChunkRule.parse(rule).split(_ARTICLE, "en", lambda: _count_letters) == expected


def test_a_lone_surrogate_does_no_harm() -> None:
    assert ChunkRule("words", 9).split("a \ud800 b", "en", _no_tokenizer) == ["a \ufffd b"]


@pytest.mark.parametrize(
    "rule",
    [
        {}, {"pages": 1}, {"words": 0}, {"words": 1.5}, {"words": True},
        {"words": 9, "tokens": 9}, 500, "words", ["words"],
    ],
)  # fmt: skip
def test_what_is_no_rule_is_refused(rule: Any) -> None:
    with pytest.raises(SummbenchError, match=r"is no rule; write one of words, tokens, sentences"):
        ChunkRule.parse(rule)


def _count_letters(texts: list[str], add_special_tokens: bool) -> dict[str, list[list[int]]]:
    """A tokeniser whose tokens are characters."""
    assert not add_special_tokens
    return {"input_ids": [[*map(ord, text)] for text in texts]}


def _no_tokenizer() -> Any:
    raise AssertionError("only tokens need a tokeniser")
