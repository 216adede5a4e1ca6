"""Sentences, words and tokens, split the same way everywhere."""

import re
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import version
from itertools import accumulate, islice, pairwise
from typing import Literal, get_args
from unicodedata import name, normalize

from sentencex import segment
from summbench.core.errors import SummbenchError

Splitter = Literal["sentencex", "nupunkt", "regex", "lines"]

_WIDE_SPACE_BEFORE_STOP = re.compile(r"[^\S\x00-\x7f](?=\.)")
_SENTENCE = re.compile(r"\S.*?(?:[.!?][\"')\]\u2019\u201d]*(?=\s)|$)")

_NOT_A_TOKEN = re.compile(r"[^a-z0-9]+")
_WORD = re.compile(r"\w+(?:[-'\u2019.,]\w+)*")
_TERMINAL = (".", "!", "?", "\u2026", "\u3002", "\uff01", "\uff1f", "\u0964", "\u061f")
_KANA = frozenset({"HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"})
_NO_LETTERS = bytes(i for i in range(128) if not chr(i).isalpha())


def encodable(text: str) -> str:
    """The text with U+FFFD for lone surrogates, which no UTF-8 file can hold."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def lines(text: str) -> list[str]:
    """The lines that are not blank; PEGASUS writes its line breaks as `<n>`."""
    parts = text.replace("<n>", "\n").splitlines()
    return [stripped for part in parts if (stripped := part.strip())]


def article_sentences(text: str, language: str = "en") -> list[str]:
    """The sentences of an article; no sentence runs over a line break."""
    return list(_sentences(text, language))


def lead_sentences(text: str, count: int, language: str = "en") -> list[str]:
    """The first sentences of an article; what comes after them is not split."""
    return list(islice(_sentences(text, language), count))


def _sentences(text: str, language: str) -> Iterator[str]:
    return (s for line in lines(text) for s in _split(line, language, "sentencex"))


def summary_sentences(
    text: str, language: str = "en", splitter: Splitter = "sentencex"
) -> list[str]:
    """The lines of a summary; the splitter is asked only about a text that has a single line."""
    parts = lines(text)
    return _split(parts[0], language, splitter) if len(parts) == 1 else parts


def splitter_version(splitter: Splitter, language: str) -> str:
    """How sentences are found, for signatures; explicit sentences always win."""
    if splitter not in get_args(Splitter):
        raise SummbenchError(f"splitter={splitter!r} is none of {', '.join(get_args(Splitter))}.")
    if splitter == "lines":
        return "explicit"
    own = {"sentencex": f"{splitter}-{{}}-{language}", "nupunkt": f"{splitter}-{{}}"}.get(splitter)
    return f"explicit,{own.format(version(splitter)) if own else f'{splitter}-1'}"


def _split(line: str, language: str, splitter: Splitter) -> list[str]:
    if splitter == "lines":
        return [line]
    if splitter == "nupunkt":
        from nupunkt import sent_tokenize  # noqa: PLC0415 - an alternative that few choose

        found = [str(sentence) for sentence in sent_tokenize(line)]
    else:
        found = _SENTENCE.findall(line) if splitter == "regex" else _segments(line, language)
    return [stripped for sentence in found if (stripped := sentence.strip())]


def _segments(line: str, language: str) -> list[str]:
    """sentencex panics at a capital, a space beyond ASCII and a stop; it sees a plain space."""
    text = encodable(line)
    if text.isascii() or not _WIDE_SPACE_BEFORE_STOP.search(text):
        return list(segment(language, text))
    pieces = segment(language, _WIDE_SPACE_BEFORE_STOP.sub(" ", text))
    ends = accumulate(map(len, pieces), initial=0)
    return [text[start:end] for start, end in pairwise(ends)]


def ends_a_sentence(text: str) -> bool:
    """Whether the text ends with a mark that closes a sentence, quotes and brackets aside."""
    return text.rstrip().rstrip("\"')]}\u2019\u201d\u00bb\u300d").endswith(_TERMINAL)


def in_latin_script(text: str) -> bool:
    """Whether at least half of the letters are a-z, which is all that ROUGE's tokeniser keeps."""
    if text.isascii():
        return True
    ours = len(text.encode("ascii", "ignore").translate(None, _NO_LETTERS))
    others = len(text) - len(text.encode("ascii", "ignore"))
    return ours >= others or 2 * ours >= ours + sum(c.isalpha() for c in text if not c.isascii())


def script(text: str) -> str | None:
    """The script of most letters by Unicode's names, as "LATIN"; kana count as "CJK"."""
    if 4 * len(text.encode("ascii", "ignore")) > 3 * len(text):
        return "LATIN" if any(map(str.isalpha, text)) else None
    first_words = (name(c, "").partition(" ")[0] for c in text if c.isalpha())
    found = Counter("CJK" if word in _KANA else word for word in first_words if word)
    return max(found, key=found.__getitem__, default=None)


def words(text: str) -> list[str]:
    """Lower-cased runs of letters and digits; "1,250" and "state-of-the-art" are one word."""
    return _WORD.findall(normalize("NFC", text).lower())


def rouge_tokens(text: str) -> list[str]:
    """The unstemmed tokens of ROUGE-1.5.5 and rouge-score: only a-z and 0-9 count."""
    return _NOT_A_TOKEN.sub(" ", text.lower()).split()
