"""The names and quotations of a summary checked against its article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import extractOne

from summbench.metrics.support.aliases import Aliases
from summbench.metrics.support.mentions import Mention
from summbench.metrics.support.names import MAX_NAMES, is_variant, similarity
from summbench.metrics.support.quotes import Quote, is_same_name
from summbench.metrics.support.source import Name, SourceText
from summbench.metrics.support.tokens import ClaimFinding, Span, is_inside

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
    check_of_name: dict[Name, NameCheck] = {}
    for mention in mentions:
        if mention.keys not in check_of_name:
            check_of_name[mention.keys] = _verify_name(mention, source, aliases, article_id)
    checks = [_place_at(check_of_name[mention.keys], mention) for mention in mentions]
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


def _place_at(check: NameCheck, mention: Mention) -> NameCheck:
    """The check of another mention of the same name."""
    return check._replace(finding=replace(check.finding, span=mention.span))


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
        for part, place in _list_comparable(name, source)
        if is_variant(name, part)
    ]
    if variants:
        _, spelling, place = max(variants, key=lambda item: item[0])
        finding = ClaimFinding(mention.span, "variant", place)
        return NameCheck(name, finding, spelling, _is_only_in_byline(spelling, source))
    finding = ClaimFinding(mention.span, "unsupported", _find_nearest_name(name, source))
    return NameCheck(name, finding, None, False)


def _list_comparable(name: Name, source: SourceText) -> Sequence[tuple[Name, Span]]:
    parts = source.list_name_parts(len(name))
    return parts[:MAX_NAMES] if source.is_cut else parts


def _is_only_in_byline(name: Name, source: SourceText) -> bool:
    if not source.boilerplate:
        return False
    mentions = (m for m in source.mentions_by_key.get(name[0], ()) if set(name) <= set(m.keys))
    is_in_byline = [is_inside(m.span.start, source.boilerplate) for m in mentions]
    return bool(is_in_byline) and all(is_in_byline)


def _find_nearest_name(name: Name, source: SourceText) -> Span | None:
    best = extractOne(" ".join(name), source.joined_names, scorer=Levenshtein.normalized_similarity)
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
    passages = source.passages
    if quoted := passages.find_quoted(keys):
        return ClaimFinding(span, "exact", quoted[0]), quoted[1]
    if place := passages.find_anywhere(keys):
        return ClaimFinding(span, "moved", place), None
    most_shared, passage = passages.find_most_shared(keys)
    if passage is None:
        return ClaimFinding(span, "fabricated", None), None
    if most_shared / len(keys) >= _ALTERED:
        return ClaimFinding(span, "altered", passage.span), passage.quote
    return ClaimFinding(span, "fabricated", passage.span), None
