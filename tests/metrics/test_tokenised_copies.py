"""A text and its tokenised copy have the same words; NLTK's Penn Treebank tokeniser makes it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from nltk.tokenize import TreebankWordTokenizer

from summbench.core.records import Article, Example
from summbench.core.text import get_lead_sentences, split_sentences, tokenize_for_rouge
from summbench.metrics.copying import Copying
from summbench.metrics.length import Length
from summbench.metrics.rouge.tokens import tokenize_words
from tests.commands import CLONE

_NEWSDESK = CLONE / "data" / "newsdesk" / "articles.jsonl"
_CONTRACTED = (
    "The co-pilot's 61-year-old brother (of Riga) doesn't know why, and can't say. "
    "\u201cI cannot,\u201d he said: the $1,250 well-known state-of-the-art U.S. radio won't start! "
    "Gonna rain, isn't it? They're late, we'd gotta go."
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The state-of-the-art F-16", ["the", "state", "of", "the", "art", "f", "16"]),
        ("He do n't say , ca n't he ?", ["he", "don", "t", "say", "can", "t", "he"]),
        ("the mayor 's car -lrb- red -RRB-", ["the", "mayor", "s", "car", "red"]),
        ("I can not and gon na", ["i", "cannot", "and", "gonna"]),
        ("an ant and a scan not made", ["an", "ant", "and", "a", "scan", "not", "made"]),
        ("Ærø n'a", ["ærø", "n", "a"]),
        ("雨 42", ["雨", "42"]),
    ],
)
def test_words_are_those_of_rouge_and_of_the_untokenised_text(text: str, words: list[str]) -> None:
    assert tokenize_words(text) == words


def test_a_hyphenated_word_is_as_many_tokens_as_in_rouge() -> None:
    assert tokenize_words(_CONTRACTED) == tokenize_for_rouge(_CONTRACTED)


def test_the_tokenised_copy_has_the_same_words() -> None:
    for text in [_CONTRACTED, *_read_articles()]:
        for sentence in split_sentences(text):
            tokenised = _tokenise(sentence)
            assert tokenize_words(tokenised) == tokenize_words(sentence)
            assert tokenize_words(tokenised.lower()) == tokenize_words(sentence)


def test_an_extract_is_copied_as_much_when_it_is_tokenised() -> None:
    for text in [_CONTRACTED, *_read_articles()]:
        lead = get_lead_sentences(text, 3)
        extract, article = "\n".join(lead), Example(Article("a", text), (" ".join(lead[:2]),))
        copied = "\n".join(map(_tokenise, lead)).lower()
        tokenised = "\n".join(map(_tokenise, split_sentences(text)))
        copy = Example(Article("a", tokenised), (_tokenise(lead[0]) + " " + _tokenise(lead[1]),))
        of_raw = Copying().score([article] * 2 + [copy] * 2, [extract, copied] * 2)
        for name, values in of_raw.items():
            assert values == pytest.approx([values[0]] * 4, nan_ok=True), name
        lengths = Length().score([article] * 2 + [copy] * 2, [extract, copied] * 2)
        for name in ("tokens", "sentences", "ratio"):
            assert lengths[name] == pytest.approx([lengths[name][0]] * 4), name


def _tokenise(sentence: str) -> str:
    return " ".join(TreebankWordTokenizer().tokenize(sentence, convert_parentheses=True))


def _read_articles() -> Iterator[str]:
    with _NEWSDESK.open(encoding="utf-8") as lines:
        yield from (json.loads(line)["document"] for line in lines)
