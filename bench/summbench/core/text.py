"""Sentences, words and tokens, split the same way everywhere."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from importlib.metadata import version
from itertools import islice
from typing import Literal, get_args
from unicodedata import normalize

import regex

from summbench.core.errors import SummbenchError
from summbench.core.recognition import (
    VERSION,
    capitalise_sentences,
    is_lower_cased,
    is_tokenised,
    split_tokenised,
)
from summbench.core.segmentation import divide_sentences, segment_line

Splitter = Literal["auto", "sentencex", "nupunkt", "regex", "lines"]

LINE_SEPARATOR = "\u2028"
"""Unicode's end of a line: where it ends a text of one line, that line is one sentence."""

_SENTENCE = re.compile(r"\S.*?(?:[.!?][\"')\]\u2019\u201d]*(?=\s)|$)")

_ASCII_TOKENS = bytes(i if chr(i).isalnum() else ord(" ") for i in range(128)).ljust(256)
_LONGEST_CACHED, _MAX_CACHED = 2_000, 4_096  # characters, and texts: a part and its references
_WORD = re.compile(r"\w+(?:[-'\u2019.,]\w+)*")
_TERMINAL = (".", "!", "?", "\u2026", "\u3002", "\uff01", "\uff1f", "\u0964", "\u061f")
_NO_LETTERS = bytes(i for i in range(128) if not chr(i).isalpha())

# The recommended scripts of Unicode Standard Annex 31, table 5; kana and bopomofo go with Han.
_SCRIPTS = (
    "Latin Arabic Armenian Bengali Cyrillic Devanagari Ethiopic Georgian Greek Gujarati Gurmukhi "
    "Hangul Hebrew Kannada Khmer Lao Malayalam Myanmar Oriya Sinhala Tamil Telugu Thaana Thai "
    "Tibetan"
).upper().split()  # fmt: skip
_SCRIPT = regex.compile(
    r"(?P<CJK>[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{Bopomofo}])|[\p{Common}\p{Inherited}]|"
    + "|".join(rf"(?P<{name}>\p{{{name}}})" for name in _SCRIPTS)
    + "|(?P<OTHER>.)",
    regex.DOTALL,
)


def replace_surrogates(text: str) -> str:
    """Put U+FFFD for each lone surrogate, which no UTF-8 file can hold."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def split_lines(text: str) -> list[str]:
    """Return the stripped lines that are not blank."""
    return [stripped for line in text.splitlines() if (stripped := line.strip())]


def split_sentences(text: str, language: str = "en", splitter: Splitter = "auto") -> list[str]:
    """Return the sentences of an article; no sentence runs over a line break.

    With `auto` and `sentencex` one of over 4,096 characters is divided, if possible at a space.
    """
    return list(_iterate_sentences(split_lines(text), text, language, splitter))


def get_lead_sentences(
    text: str, count: int, language: str = "en", splitter: Splitter = "auto"
) -> list[str]:
    """Return the first `count` sentences of an article, without splitting the rest."""
    return list(islice(_iterate_sentences(split_lines(text), text, language, splitter), count))


def find_in_order(text: str, sentences: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Yield where each sentence of the text begins and ends.

    One that the text does not have, as it had a lone surrogate, is left out.
    """
    place = 0
    has_replaced = "\ufffd" in text
    for sentence in sentences:
        if has_replaced or "\ufffd" not in sentence:
            start = text.find(sentence, place)
            if start >= 0:
                place = start + len(sentence)
                yield start, place


def join_sentences(sentences: Sequence[str]) -> str:
    """Return a text with a sentence a line; a single one is marked as one, and is never split.

    The mark is in the text, so that whatever is stored under the text's hash depends on it. It is
    white space to every metric.
    """
    text = "\n".join(sentences)
    return text + LINE_SEPARATOR if len(split_lines(text)) == 1 else text


def split_summary(text: str, language: str = "en", splitter: Splitter = "auto") -> list[str]:
    """Return the lines of a summary, or, if it is one line, its sentences by the splitter.

    One line that ends in `LINE_SEPARATOR` is one sentence.
    """
    lines = split_lines(text)
    if len(lines) != 1 or text.endswith(LINE_SEPARATOR):
        return lines
    if len(text) > _LONGEST_CACHED:
        return list(_iterate_sentences(lines, text, language, splitter))
    return list(_split_line(text, language, splitter))


@lru_cache(_MAX_CACHED)
def _split_line(text: str, language: str, splitter: Splitter) -> tuple[str, ...]:
    """Cached, as the metrics of a run split the same summaries one after the other."""
    return tuple(_iterate_sentences(split_lines(text), text, language, splitter))


def require_splitter(splitter: str) -> None:
    """Raise SummbenchError if there is no splitter of that name."""
    if splitter not in get_args(Splitter):
        raise SummbenchError(f"splitter={splitter!r} is none of {', '.join(get_args(Splitter))}.")


def format_splitter(splitter: Splitter, language: str) -> str:
    """Name the splitter and its version for a signature; explicit sentences always win.

    Raises:
        SummbenchError: `splitter` is unknown.
    """
    require_splitter(splitter)
    sentencex = f"sentencex-{version('sentencex')}-{language}"
    if splitter == "auto":
        return f"explicit,{VERSION}({sentencex})"
    if splitter == "nupunkt":
        return f"explicit,nupunkt-{version('nupunkt')}"
    names = {
        "sentencex": f"explicit,{sentencex}-blocks-2",
        "regex": "explicit,regex-1",
        "lines": "explicit",
    }
    return names[splitter]


def _iterate_sentences(
    lines: Sequence[str], text: str, language: str, splitter: Splitter
) -> Iterator[str]:
    """What is recognised is recognised by the whole text, and by it alone.

    Predictions are stored by article and scores by article and summary: an answer that depended on
    the texts around this one would make both depend on what else is in the run.
    """
    split = _build_split(text, language, splitter)
    return (stripped for line in lines for s in split(line) if (stripped := s.strip()))


def _build_split(text: str, language: str, splitter: Splitter) -> Callable[[str], Iterable[str]]:
    """Return what splits a line of the text."""
    if splitter == "lines":
        return lambda line: [line]
    if splitter == "regex":
        return _SENTENCE.findall
    if splitter == "nupunkt":
        from nupunkt import sent_tokenize  # noqa: PLC0415 - an alternative that few choose

        return lambda line: map(str, sent_tokenize(line))
    if splitter == "auto" and is_tokenised(text):
        return lambda line: divide_sentences(split_tokenised(line))
    is_lower = splitter == "auto" and is_lower_cased(text)
    rewrite = capitalise_sentences if is_lower else str
    return lambda line: segment_line(replace_surrogates(line), language, rewrite)


def has_terminal_punctuation(text: str) -> bool:
    """Tell whether the text ends with a mark that closes a sentence, quotes and brackets aside."""
    return text.rstrip().rstrip("\"')]}\u2019\u201d\u00bb\u300d").endswith(_TERMINAL)


def is_latin_script(text: str) -> bool:
    """Tell whether at least half of the letters are a-z, which is all that ROUGE's tokens keep."""
    if text.isascii():
        return True
    ascii_letters, beyond_ascii = _count_ascii_letters(text)
    return ascii_letters >= beyond_ascii or ascii_letters >= sum(
        c.isalpha() for c in text if not c.isascii()
    )


def detect_script(text: str) -> str | None:
    """Return the script of most letters, as "LATIN" or "CYRILLIC"; None without such letters.

    Scripts are those of Unicode's Script property. "CJK" is Han, kana and bopomofo; "OTHER" is any
    script that is not in common modern use. Letters that many scripts share do not count.
    """
    ascii_letters, beyond_ascii = _count_ascii_letters(text)
    if ascii_letters > beyond_ascii:
        return "LATIN"
    counts: Counter[str] = Counter()
    for character, count in Counter(text).items():
        if character.isalpha() and (name := _get_script(character)):
            counts[name] += count
    return max(counts, key=counts.__getitem__, default=None)


def _count_ascii_letters(text: str) -> tuple[int, int]:
    """Also the number of characters, letters or not, beyond ASCII."""
    data = text.encode("ascii", "ignore")
    return len(data.translate(None, _NO_LETTERS)), len(text) - len(data)


@lru_cache(8_192)
def _get_script(character: str) -> str | None:
    match = _SCRIPT.match(character)
    return str(match.lastgroup) if match and match.lastgroup else None


def split_words(text: str) -> list[str]:
    """Return lower-cased runs of letters and digits; "state-of-the-art", "1,250" are one word."""
    return _WORD.findall(normalize("NFC", text).lower())


def tokenize_for_rouge(text: str) -> list[str]:
    """Return the unstemmed tokens of ROUGE-1.5.5 and rouge-score: only a-z and 0-9 count."""
    return space_for_rouge(text).split()


def space_for_rouge(text: str) -> str:
    """Return the tokens of `tokenize_for_rouge` as a text with spaces between."""
    letters = text.lower().encode("ascii", "replace").translate(_ASCII_TOKENS)
    return letters.decode("ascii")
