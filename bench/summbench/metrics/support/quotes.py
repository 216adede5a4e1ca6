"""Quotations: where they stand, whether the article has them, and who says them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from summbench.metrics.support.mentions import Mention, Sentence
from summbench.metrics.support.names import near, variant
from summbench.metrics.support.tokens import Span, Word, inside, span
from summbench.metrics.support.vocabulary import SPEECH

_MARK = re.compile("[\"\u201c\u201d\u201e\u201f\u00ab\u00bb]|[\u2018\u2019']")
_DOUBLE = frozenset('"\u201c\u201d\u201e\u201f\u00ab\u00bb')
_ONLY_OPENS, _ONLY_CLOSES = frozenset("\u201e\u00ab\u2018"), frozenset("\u201d\u00bb")
_PRONOUNS = frozenset({"he", "she", "they", "it", "i", "we"})
_HELPERS = frozenset({"has", "had", "also", "later", "then", "who", "once"})
_FEWEST_WORDS = 3
_CLOSE_BY = 8


def quotations(text: str) -> tuple[list[Span], list[Span]]:
    """What stands between paired marks, without them, and the marks that have no partner.

    Pairs do not cross line breaks and may be of unlike marks; a single mark counts where no word
    goes on.
    """
    found: list[Span] = []
    unpaired: list[Span] = []
    for line in re.finditer(r"[^\n]+", text):
        opened: re.Match[str] | None = None
        for mark in _MARK.finditer(text, line.start(), line.end()):
            double = mark[0] in _DOUBLE
            opens, closes = _opens(text, mark), _closes(text, mark)
            if opened is not None and closes and double == (opened[0] in _DOUBLE):
                found.append(span(text, opened.end(), mark.start()))
                opened = None
            elif opened is None and opens:
                opened = mark
            elif double and not (opened is not None and opened[0] not in _DOUBLE):
                unpaired.append(Span(*_place(mark)))
            elif double and opened is not None:  # a single mark that was an apostrophe
                opened = mark if opens else None
        if opened is not None and opened[0] in _DOUBLE:
            unpaired.append(Span(*_place(opened)))
    return found, sorted(unpaired, key=lambda s: s.start)


def _place(mark: re.Match[str]) -> tuple[str, int, int]:
    return mark[0], mark.start(), mark.end()


def _opens(text: str, mark: re.Match[str]) -> bool:
    before, after = _beside(text, mark)
    if mark[0] in _ONLY_CLOSES or mark[0] == "\u2019":
        return False
    if mark[0] in _ONLY_OPENS or mark[0] == "\u201c":
        return True
    return not before.isalnum() and not after.isspace() and after != ""


def _closes(text: str, mark: re.Match[str]) -> bool:
    before, after = _beside(text, mark)
    if mark[0] in _ONLY_OPENS:
        return False
    if mark[0] in _DOUBLE:
        return mark[0] in _ONLY_CLOSES or not after.isalnum()
    return not before.isspace() and not after.isalnum()


def _beside(text: str, mark: re.Match[str]) -> tuple[str, str]:
    return text[max(0, mark.start() - 1) : mark.start()], text[mark.end() : mark.end() + 1]


class Quote(NamedTuple):
    """A quotation, its words, and who says it, if the sentence names one."""

    span: Span
    words: Sequence[Word]
    speaker: Mention | None


def quotes(
    text: str, spans: Sequence[Span], parsed: Sequence[Sentence], named: Sequence[Mention]
) -> list[Quote]:
    """The quotations of three words or more.

    One with nothing beside it but "he said" is spoken by who spoke before in the paragraph.
    """
    every = [word for sentence in parsed for word in sentence.words] if spans else []
    found: list[Quote] = []
    for quoted in spans:
        inner = [word for word in every if quoted.start <= word.start < quoted.end]
        near = {n for n, s in enumerate(parsed) if _touches(s.span, quoted)}
        around = [w for n in sorted(near) for w in parsed[n].words if not inside(w.start, spans)]
        names = [m for m in named if m.sentence in near and not inside(m.span.start, spans)]
        goes_on = all(word.key in _PRONOUNS or word.key in SPEECH for word in around)
        if goes_on and found and "\n" not in text[found[-1].span.end : quoted.start]:
            speaker = found[-1].speaker
        else:
            speaker = _speaker(quoted, around, names)
        found.append(Quote(quoted, inner, speaker))
    return [quote for quote in found if len(quote.words) >= _FEWEST_WORDS]


def _speaker(quoted: Span, outside: Sequence[Word], names: Sequence[Mention]) -> Mention | None:
    """The name at the verb of saying beside the quotation, else the nearest of the sentence.

    None where a pronoun or somebody without a name speaks.
    """
    after = [word for word in outside if word.start >= quoted.end]
    before = [word for word in outside if word.end <= quoted.start]
    for i, word in enumerate(after[:_CLOSE_BY]):
        if word.key in SPEECH and (after[i + 1 : i + 2] or [word])[0].key != "that":
            subjects = [m for m in names if m.span.start >= quoted.end]
            return _speaks(word, after, subjects) or _follows(after[i + 1 :], subjects)
    for word in reversed(before[-_CLOSE_BY:]):
        if word.key in SPEECH:
            return _speaks(word, before, names)
    return min(names, key=lambda m: _distance(m.span, quoted), default=None)


def _touches(sentence: Span, quoted: Span) -> bool:
    return sentence.start < quoted.end + 2 and sentence.end > quoted.start - 2


def _speaks(verb: Word, around: Sequence[Word], names: Sequence[Mention]) -> Mention | None:
    """The name right before the verb, or parted from it by an apposition (two words or more)."""
    before = [mention for mention in names if mention.span.end <= verb.start]
    if not before:
        return None
    between = [word for word in around if before[-1].span.end <= word.start < verb.start]
    helps = all(word.key in _HELPERS or word.key.endswith("ly") for word in between)
    apposed = len(between) > 1 and between[-1].key not in _PRONOUNS
    return before[-1] if helps or apposed else None


def _follows(after: Sequence[Word], names: Sequence[Mention]) -> Mention | None:
    """The name after the verb, unless a pronoun comes first."""
    if not after or after[0].key in _PRONOUNS:
        return None
    last = after[min(len(after), _CLOSE_BY) - 1]
    return next((m for m in names if after[0].start <= m.span.start <= last.start), None)


def _distance(name: Span, quoted: Span) -> int:
    return max(name.start - quoted.end, quoted.start - name.end)


def same_name(a: Mention, b: Mention) -> bool:
    """Whether both may be of one person: a surname or all of a shorter name shared, or variants."""
    ours, theirs = a.keys, b.keys
    short, long = sorted((ours, theirs), key=len)
    return set(short) <= set(long) or variant(ours, theirs) or near(ours[-1], theirs[-1])
