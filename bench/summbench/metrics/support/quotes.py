"""Quotations: where they stand, whether the article has them, and who says them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from summbench.metrics.support.mentions import Mention, Sentence
from summbench.metrics.support.names import is_near, is_variant
from summbench.metrics.support.tokens import Span, Word, is_inside, make_span
from summbench.metrics.support.vocabulary import SPEECH

_MARK = re.compile("[\"\u201c\u201d\u201e\u201f\u00ab\u00bb]|[\u2018\u2019']")
_DOUBLE = frozenset('"\u201c\u201d\u201e\u201f\u00ab\u00bb')
_ONLY_OPENS, _ONLY_CLOSES = frozenset("\u201e\u00ab\u2018"), frozenset("\u201d\u00bb")
_PRONOUNS = frozenset({"he", "she", "they", "it", "i", "we"})
_HELPERS = frozenset({"has", "had", "also", "later", "then", "who", "once"})
_FEWEST_WORDS = 3
_REACH = 8


def find_quotations(text: str) -> tuple[list[Span], list[Span]]:
    """Return what is between paired marks, without them, and the marks that have no partner.

    Pairs do not cross line breaks and may be of unlike marks; a single mark counts where no word
    goes on.
    """
    quotations: list[Span] = []
    unpaired: list[Span] = []
    for line in re.finditer(r"[^\n]+", text):
        opening: re.Match[str] | None = None
        for mark in _MARK.finditer(text, line.start(), line.end()):
            is_double = mark[0] in _DOUBLE
            opens, closes = _is_opening_mark(text, mark), _is_closing_mark(text, mark)
            if opening is not None and closes and is_double == (opening[0] in _DOUBLE):
                quotations.append(make_span(text, opening.end(), mark.start()))
                opening = None
            elif opening is None and opens:
                opening = mark
            elif is_double and not (opening is not None and opening[0] not in _DOUBLE):
                unpaired.append(Span(*_get_place(mark)))
            elif is_double and opening is not None:  # a single mark that was an apostrophe
                opening = mark if opens else None
        if opening is not None and opening[0] in _DOUBLE:
            unpaired.append(Span(*_get_place(opening)))
    return quotations, sorted(unpaired, key=lambda s: s.start)


def _get_place(mark: re.Match[str]) -> tuple[str, int, int]:
    return mark[0], mark.start(), mark.end()


def _is_opening_mark(text: str, mark: re.Match[str]) -> bool:
    before, after = _get_neighbours(text, mark)
    if mark[0] in _ONLY_CLOSES or mark[0] == "\u2019":
        return False
    if mark[0] in _ONLY_OPENS or mark[0] == "\u201c":
        return True
    return not before.isalnum() and not after.isspace() and after != ""


def _is_closing_mark(text: str, mark: re.Match[str]) -> bool:
    before, after = _get_neighbours(text, mark)
    if mark[0] in _ONLY_OPENS:
        return False
    if mark[0] in _DOUBLE:
        return mark[0] in _ONLY_CLOSES or not after.isalnum()
    return not before.isspace() and not after.isalnum()


def _get_neighbours(text: str, mark: re.Match[str]) -> tuple[str, str]:
    return text[max(0, mark.start() - 1) : mark.start()], text[mark.end() : mark.end() + 1]


class Quote(NamedTuple):
    """A quotation, its words, and who says it, if the sentence names one."""

    span: Span
    words: Sequence[Word]
    speaker: Mention | None


def attribute_quotes(
    text: str, spans: Sequence[Span], sentences: Sequence[Sentence], mentions: Sequence[Mention]
) -> list[Quote]:
    """Return the quotations of three words or more, each with its speaker.

    One with nothing beside it but "he said" is spoken by who spoke before in the paragraph.
    """
    words = [word for sentence in sentences for word in sentence.words] if spans else []
    quotes: list[Quote] = []
    for span in spans:
        inner = [word for word in words if span.start <= word.start < span.end]
        near = [n for n, sentence in enumerate(sentences) if _is_touching(sentence.span, span)]
        outer = [w for n in near for w in sentences[n].words if not is_inside(w.start, spans)]
        names = [m for m in mentions if m.sentence in near and not is_inside(m.span.start, spans)]
        is_continued = all(word.key in _PRONOUNS or word.key in SPEECH for word in outer)
        if is_continued and quotes and "\n" not in text[quotes[-1].span.end : span.start]:
            speaker = quotes[-1].speaker
        else:
            speaker = _find_speaker(span, outer, names)
        quotes.append(Quote(span, inner, speaker))
    return [quote for quote in quotes if len(quote.words) >= _FEWEST_WORDS]


def _find_speaker(
    quotation: Span, outer: Sequence[Word], names: Sequence[Mention]
) -> Mention | None:
    """The name at the verb of saying beside the quotation, else the nearest of the sentence.

    None where a pronoun or somebody without a name speaks.
    """
    after = [word for word in outer if word.start >= quotation.end]
    before = [word for word in outer if word.end <= quotation.start]
    for i, word in enumerate(after[:_REACH]):
        if word.key in SPEECH and (after[i + 1 : i + 2] or [word])[0].key != "that":
            subjects = [m for m in names if m.span.start >= quotation.end]
            before_verb = _find_subject_before(word, after, subjects)
            return before_verb or _find_subject_after(after[i + 1 :], subjects)
    for word in reversed(before[-_REACH:]):
        if word.key in SPEECH:
            return _find_subject_before(word, before, names)
    return min(names, key=lambda m: _measure_distance(m.span, quotation), default=None)


def _is_touching(sentence: Span, quotation: Span) -> bool:
    return sentence.start < quotation.end + 2 and sentence.end > quotation.start - 2


def _find_subject_before(
    verb: Word, outer: Sequence[Word], names: Sequence[Mention]
) -> Mention | None:
    """The name right before the verb, or parted from it by an apposition (two words or more)."""
    before = [mention for mention in names if mention.span.end <= verb.start]
    if not before:
        return None
    gap = [word for word in outer if before[-1].span.end <= word.start < verb.start]
    has_only_helpers = all(word.key in _HELPERS or word.key.endswith("ly") for word in gap)
    has_apposition = len(gap) > 1 and gap[-1].key not in _PRONOUNS
    return before[-1] if has_only_helpers or has_apposition else None


def _find_subject_after(after: Sequence[Word], names: Sequence[Mention]) -> Mention | None:
    """The name after the verb, unless a pronoun comes first."""
    if not after or after[0].key in _PRONOUNS:
        return None
    last = after[min(len(after), _REACH) - 1]
    return next((m for m in names if after[0].start <= m.span.start <= last.start), None)


def _measure_distance(name: Span, quotation: Span) -> int:
    return max(name.start - quotation.end, quotation.start - name.end)


def is_same_name(a: Mention, b: Mention) -> bool:
    """Tell whether both may be one person: a surname or a whole name is shared, or a variant."""
    ours, theirs = a.keys, b.keys
    short, long = sorted((ours, theirs), key=len)
    return set(short) <= set(long) or is_variant(ours, theirs) or is_near(ours[-1], theirs[-1])
