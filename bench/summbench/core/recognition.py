"""Text that somebody tokenised or lower-cased, recognised by its sentence marks and letters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

VERSION = "auto-3"
"""Raised with every change here that can move the end of a sentence; a part of signatures."""

# Each begins with its mark, so that a search leaps from one to the next: eight times as fast.
_STOP_ALONE = re.compile(r"(?a)\.(?<!\S\.)(?<!\. \.)(?! \.)(?!\S)")  # not of a spaced ". . ."
_MARK_ALONE = re.compile(r"(?a)[!?](?<!\S[!?])[!?]?(?!\S)")
_STOP_ATTACHED = re.compile(r"(?a)\.(?<=[^\s.]\.)[\"')\]\u2019\u201d\u00bb]*(?!\S)")
_SPACE = re.compile(r"(?a)\s")
_UNSPACED_STOP = re.compile("[\u3002\uff01\uff0e\uff1f\uff61]")
_VOWEL_OR_DIGIT = re.compile(r"[aeiouy\d]|[^\x00-\x7f]")
_WRITTEN_SHORT = (
    "adm ala apr ariz ark aug ave bros calif capt co col colo conn corp cos dec del dept dist est "
    "etc feb fig fla gen gov hon ill inc ind jan jul jun kan la maj mar mass mich minn mo mont neb "
    "nev no nos nov oct okla ore pa penn pres prof rep reps rev sen sens sep sept supt tenn tex "
    "univ vol wash wis"
)
_ABBREVIATIONS = frozenset(_WRITTEN_SHORT.split())
_TOKEN = re.compile(r"(?a)\S+")
_SENTENCE_MARK = re.compile(r"(?a)[.!?](?<!\S[.!?])(?:(?<=[!?])[!?])?(?!\S)")
_MARKS = frozenset({".", "!", "?", "!!", "??", "?!", "!?"})
_CLOSING = frozenset(
    [
        "''",
        "\u201d",
        "\u2019",
        "\u2019\u2019",
        "\u00bb",
        ")",
        "]",
        "-rrb-",
        "-RRB-",
        "-rsb-",
        "-RSB-",
    ]
)
_STRAIGHT_QUOTE = re.compile(r'(?a)"(?<!\S")(?!\S)')
_CONTINUING = frozenset({",", ";", ":"})
_PLACEHOLDER = re.compile(r"\[[A-Z]+\]|<[A-Z]+>|-[LR][RSC]B-")
_BRACKET = re.compile("-(?:[LR][RSC]B|[lr][rsc]b)-")
_PARTED = re.compile(
    r" (?=[Nntm])(?:(?=[Nn]['\u2019][Tt]\b)(?<=\w )|(?=not\b)(?<=\b[Cc]an )|(?=ta\b)(?<=\b[Gg]ot )"
    r"|(?=na\b)(?<=\b[GgWw][oa]n )|(?=me\b)(?<=\b[GgLl][ie]m ))"
)
_CAPITAL = re.compile(rf"{_PLACEHOLDER.pattern}|([A-Z])")
_LOWER_CASED_INITIAL = re.compile(
    r"(?:^|[.!?\u2026][\"')\]\u2019\u201d]*\s)\s*[\"'(\[\u2018\u201c`]*([^\W\d_])"
)


@dataclass(frozen=True, slots=True)
class TextStyle:
    """How many texts have words, and how many of those are tokenised and lower-cased."""

    texts: int = 0
    tokenised: int = 0
    lower_cased: int = 0

    @staticmethod
    def recognise(text: str) -> TextStyle:
        """Return the style of one text."""
        if not text.strip():
            return NO_TEXTS
        return TextStyle(1, is_tokenised(text), is_lower_cased(text))

    def __add__(self, other: TextStyle) -> TextStyle:
        return TextStyle(
            self.texts + other.texts,
            self.tokenised + other.tokenised,
            self.lower_cased + other.lower_cased,
        )


NO_TEXTS = TextStyle()


def is_tokenised(text: str) -> bool:
    """Tell whether sentences end in marks that stand alone between spaces, as in `it held . it`.

    More full stops stand alone than end a word that is no abbreviation; where there is neither, a
    `!` or `?` alone is enough. So one stray stop in prose changes nothing, `mr. smith left .` is
    tokenised, and a tie is prose. A stop that needs no space (as in Japanese) counts as attached; a
    no-break space before a mark is typography.
    """
    if not (" ." in text or " !" in text or " ?" in text):
        return False
    n_alone = len(_STOP_ALONE.findall(text))
    n_attached = 0 if text.isascii() else len(_UNSPACED_STOP.findall(text))
    if n_alone > n_attached + len(_STOP_ATTACHED.findall(text)):
        return True
    n_attached += sum(not _is_abbreviation(word) for word in _find_words_with_stop(text))
    if n_alone == n_attached == 0:
        return _MARK_ALONE.search(text) is not None
    return n_alone > n_attached


def is_lower_cased(text: str) -> bool:
    """Tell whether the text has no capital, but for marks such as [UNK] and -LRB-.

    At least half of its letters have a case: a Japanese text with `km` in it is not lower-cased.
    """
    if "A" <= text[:1] <= "Z":  # as nearly always, and no look at the rest
        return False
    if not text.islower() and (
        any(match[1] for match in _CAPITAL.finditer(text))  # prose has one soon
        or not _PLACEHOLDER.sub("", text).islower()
    ):
        return False
    return text.isascii() or 2 * sum(map(str.islower, text)) >= sum(map(str.isalpha, text))


def split_tokenised(line: str) -> Iterator[str]:
    """Yield the sentences of a tokenised line: each ends after a mark that stands alone.

    Further marks and closing quotation marks and brackets stay with it; a straight quotation mark
    closes if an odd number of them precedes it. Before a comma, colon or semicolon no sentence
    ends (`" Go ! " , he said`).
    """
    start = counted = 0
    is_quoted = False
    mark = _SENTENCE_MARK.search(line, 1)
    while mark:
        end, following = mark.end(), None
        for match in _TOKEN.finditer(line, end):
            word = match[0]
            is_quoted ^= len(_STRAIGHT_QUOTE.findall(line, counted, match.start())) % 2 == 1
            counted = match.start()
            if not (word in _MARKS or word in _CLOSING or (word == '"' and is_quoted)):
                following = match
                break
            end = match.end()
        if following and following[0] not in _CONTINUING:
            yield line[start:end]
            start = following.start()
        mark = _SENTENCE_MARK.search(line, following.end()) if following else None
    if line[start:].strip():
        yield line[start:].strip()


def join_parted_words(text: str) -> str:
    """Return the text with `do n't`, `can not`, `gon na` as one word and no -lrb- for a bracket.

    That is all of the Penn Treebank's tokenisation that changes which letters and digits stand
    together; texts before and after it have the same words then.
    """
    return _PARTED.sub("", _BRACKET.sub(" ", text))


def capitalise_sentences(text: str) -> str:
    """Return the text, as long as before, with a capital after each sentence mark.

    A splitter that looks for capitals finds the sentences of lower-cased prose in it: on 348
    articles of two corpora the same as before they were lower-cased on 337, and on 164 without.
    """
    return _LOWER_CASED_INITIAL.sub(_capitalise_last, text)


def _capitalise_last(match: re.Match[str]) -> str:
    letter = match[1].upper()
    return match[0][:-1] + (letter if len(letter) == 1 else match[1])


def _find_words_with_stop(text: str) -> Iterator[str]:
    """The words that a full stop ends, without it and the marks that close a quotation."""
    end = 0  # of the word before
    for match in _STOP_ATTACHED.finditer(text):
        yield _SPACE.split(text[end : match.start()])[-1]
        end = match.end()


def _is_abbreviation(word: str) -> bool:
    word = word.lower().lstrip("\"'([\u2018\u201c")
    is_short = len(word) == 1 or "." in word or not _VOWEL_OR_DIGIT.search(word)
    return is_short or word in _ABBREVIATIONS
