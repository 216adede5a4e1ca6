"""The names and quotations of a summary checked against its article."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz.distance import LCSseq, Levenshtein
from rapidfuzz.process import extractOne

from summbench.metrics.support.aliases import Aliases
from summbench.metrics.support.mentions import Mention
from summbench.metrics.support.names import is_variant, similarity
from summbench.metrics.support.quotes import Quote, is_same_name
from summbench.metrics.support.source import Name, SourceText
from summbench.metrics.support.tokens import (
    ClaimFinding,
    Span,
    find_subsequence,
    is_inside,
    make_span,
)

_ALTERED = 0.7


class NameCheck(NamedTuple):
    """A name of the summary, what was found for it, and the spelling that the article has.

    `article_name` is None if the article has no such name; `only_in_byline` is whether the article
    has it in a byline only.
    """

    name: Name
    finding: ClaimFinding
    article_name: Name | None
    only_in_byline: bool


def verify_names(
    mentions: Sequence[Mention], source: SourceText, aliases: Aliases, article_id: str
) -> list[NameCheck]:
    """Return exact, variant or unsupported for each name.

    A reviewed alias is exact. A single word takes the state of the longer name that it is part of
    in the same summary.
    """
    checks = [_verify_name(mention, source, aliases, article_id) for mention in mentions]
    full_names = {
        mention.keys[-1]: check
        for mention, check in zip(mentions, checks, strict=True)
        if len(mention.keys) > 1 and check.article_name is not None
    }
    return [
        _copy_state(check, full_names[mention.keys[0]])
        if check.article_name is None and len(mention.keys) == 1 and mention.keys[0] in full_names
        else check
        for mention, check in zip(mentions, checks, strict=True)
    ]


def _copy_state(check: NameCheck, full_name: NameCheck) -> NameCheck:
    state, nearest = full_name.finding.state, full_name.finding.nearest
    finding = ClaimFinding(check.finding.span, state, nearest)
    return check._replace(
        finding=finding,
        article_name=full_name.article_name,
        only_in_byline=full_name.only_in_byline,
    )


def _verify_name(
    mention: Mention, source: SourceText, aliases: Aliases, article_id: str
) -> NameCheck:
    name = mention.keys
    for spelling in (name, *aliases.get_variants(article_id, name)):
        if (place := source.locate(spelling)) is not None:
            finding = ClaimFinding(mention.span, "exact", place)
            return NameCheck(name, finding, spelling, _is_only_in_byline(spelling, source))
    variants = [
        (sum(map(similarity, name, part)), part, place)
        for part, place in source.name_parts.get(len(name), ())
        if is_variant(name, part)
    ]
    if variants:
        _, spelling, place = max(variants, key=lambda item: item[0])
        finding = ClaimFinding(mention.span, "variant", place)
        return NameCheck(name, finding, spelling, _is_only_in_byline(spelling, source))
    finding = ClaimFinding(mention.span, "unsupported", _find_nearest_name(name, source))
    return NameCheck(name, finding, None, False)


def _is_only_in_byline(name: Name, source: SourceText) -> bool:
    if not source.boilerplate:
        return False
    places = [m.span.start for m in source.mentions if set(name) <= set(m.keys)]
    return bool(places) and all(is_inside(place, source.boilerplate) for place in places)


def _find_nearest_name(name: Name, source: SourceText) -> Span | None:
    names = [" ".join(mention.keys) for mention in source.mentions]
    best = extractOne(" ".join(name), names, scorer=Levenshtein.normalized_similarity)
    return source.mentions[best[2]].span if best else None


class QuoteCheck(NamedTuple):
    """A quotation of the summary, its speaker there, and the speaker that the article names.

    `misattributed` is whether these are two persons, None if either text names none.
    """

    finding: ClaimFinding
    misattributed: bool | None
    speaker: Span | None
    article_speaker: Span | None


def verify_quote(quote: Quote, source: SourceText) -> QuoteCheck:
    """Return exact, moved, altered or fabricated, and whether the speaker is the article's."""
    keys = [word.key for word in quote.words]
    finding, original = _find_quote(quote.span, keys, source)
    ours, theirs = quote.speaker, original and original.speaker
    misattributed = None if ours is None or theirs is None else not is_same_name(ours, theirs)
    return QuoteCheck(finding, misattributed, ours and ours.span, theirs and theirs.span)


def _find_quote(
    span: Span, keys: list[str], source: SourceText
) -> tuple[ClaimFinding, Quote | None]:
    """With the article's quotation that it comes from."""
    for quote in source.quotes:
        theirs = [word.key for word in quote.words]
        start = find_subsequence(keys, theirs, range(len(theirs)))
        if start is not None:
            first, last = quote.words[start], quote.words[start + len(keys) - 1]
            place = make_span(source.text, first.start, last.end)
            return ClaimFinding(span, "exact", place), quote
    sentence_place = _find_in_sentences(keys, source)
    if sentence_place is not None:
        return ClaimFinding(span, "moved", sentence_place), None
    candidates: list[tuple[list[str], Span, Quote | None]] = [
        ([word.key for word in quote.words], quote.span, quote) for quote in source.quotes
    ]
    candidates += [([w.key for w in s.forms], s.span, None) for s in source.sentences]
    most_shared, nearest, original = 0, None, None
    for theirs, place, quote_there in candidates:
        shared = LCSseq.similarity(keys, theirs)
        if shared > most_shared:
            most_shared, nearest, original = shared, place, quote_there
    if most_shared / len(keys) >= _ALTERED:
        return ClaimFinding(span, "altered", nearest), original
    return ClaimFinding(span, "fabricated", nearest), None


def _find_in_sentences(keys: list[str], source: SourceText) -> Span | None:
    """Where the words stand in the article, over the borders of sentences."""
    words = [word for sentence in source.sentences for word in sentence.words]
    theirs = [word.key for word in words]
    places = [i for i, key in enumerate(theirs) if key == keys[0]]
    start = find_subsequence(keys, theirs, places)
    if start is None:
        return None
    return make_span(source.text, words[start].start, words[start + len(keys) - 1].end)
