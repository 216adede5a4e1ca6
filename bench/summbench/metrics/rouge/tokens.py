"""Tokens of any script, encoded so that ROUGE's engines keep them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Literal, get_args
from unicodedata import normalize

import regex

from summbench.core.errors import SummbenchError
from summbench.core.recognition import join_parted_words
from summbench.core.text import space_for_rouge

Tokeniser = Literal["rouge", "unicode_words", "characters"]

# Han, kana (with the mark that lengthens a vowel), Thai, Lao, Khmer and Burmese have no spaces.
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\u30FC\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_CHARACTER = regex.compile(r"[\p{L}\p{N}]\p{M}*", regex.V1)
_WORD = regex.compile(
    rf"[{_UNSPACED}&&[\p{{L}}\p{{N}}]]\p{{M}}*"
    rf"|[[\p{{L}}\p{{N}}]--[{_UNSPACED}]][[\p{{L}}\p{{N}}\p{{M}}]--[{_UNSPACED}]]*",
    regex.V1,
)
_BEYOND_LATIN = re.compile("[^\u0000-\u024f\u2010-\u2027\u2030-\u205e\u20ac]")
_BEYOND_ASCII = re.compile("[^\u0000-\u007f]")
_LATIN_TOKENS = bytes(i if i > 127 or chr(i).isalnum() else ord(" ") for i in range(256))
_INVISIBLE = regex.compile(r"\p{Cf}+")  # joiners, soft hyphens, marks of direction


def split_unicode_words(text: str) -> list[str]:
    """Return the words by ROUGE's own rule for any script: runs of letters, marks and digits.

    NFC and lower case first. What is written without spaces has a token for each letter with its
    marks, as Unicode Standard Annex 29 has for Han and hiragana. On ASCII the tokens are those of
    ROUGE; the annex itself would keep "don't" and "1,250.50" in one.
    """
    return _space_unicode_words(text).split()


def split_characters(text: str) -> list[str]:
    """Return each letter or digit with its marks; NFC and lower case first."""
    return list(_CHARACTER.findall(_fold(text)))


def tokenize_words(text: str) -> list[str]:
    """Return the words by ROUGE's rule for any script, alike whether or not a text is tokenised.

    A hyphenated word is several, as in ROUGE. What the Penn Treebank parts within letters is joined
    again: "do n't" is "don't", two tokens.
    """
    return space_words(text).split()


def space_words(text: str) -> str:
    """Return the words of `tokenize_words` as a text with spaces between."""
    joined = join_parted_words(text)
    return space_for_rouge(joined) if joined.isascii() else _space_unicode_words(joined)


def _space_unicode_words(text: str) -> str:
    folded = _fold(text)
    if _BEYOND_LATIN.search(folded):
        return " ".join(_WORD.findall(folded))
    for mark in {*filter(_is_mark, _BEYOND_ASCII.findall(folded))}:
        folded = folded.replace(mark, " ")
    return folded.encode().translate(_LATIN_TOKENS).decode()


def _is_mark(character: str) -> bool:
    return not character.isalnum()


def _fold(text: str) -> str:
    return str(_INVISIBLE.sub("", normalize("NFC", normalize("NFC", text).lower())))


_TOKENISERS: Mapping[str, Callable[[str], list[str]]] = {
    "unicode_words": split_unicode_words,
    "characters": split_characters,
}


def build_encoder(tokeniser: Tokeniser, stem: bool) -> Callable[[str], str]:
    """Return what makes an engine's input of a text: itself, or each token as hex of its UTF-8.

    Engines keep a-z and 0-9 alone, and count; which tokens are equal is all they need to know.

    Raises:
        SummbenchError: the tokeniser is unknown, or `stem` with another than ROUGE's own.
    """
    if tokeniser == "rouge":
        return str
    if tokeniser not in _TOKENISERS:
        raise SummbenchError(
            f"tokeniser={tokeniser!r} is none of {', '.join(get_args(Tokeniser))}."
        )
    if stem:
        raise SummbenchError(
            f"tokeniser={tokeniser} can't be stemmed: Porter's rules are for English words of a to "
            "z. Leave out stem=true, or use tokeniser=rouge."
        )
    tokenise = _TOKENISERS[tokeniser]

    def encode(text: str) -> str:
        return "\n".join(
            " ".join(token.encode().hex() for token in tokenise(line)) for line in text.split("\n")
        )

    return encode
