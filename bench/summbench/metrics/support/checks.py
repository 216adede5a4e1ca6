"""What an article says to the names and quotations of its summary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz.distance import LCSseq, Levenshtein
from rapidfuzz.process import extractOne

from summbench.metrics.support.aliases import Aliases
from summbench.metrics.support.article import Article, Name
from summbench.metrics.support.mentions import Mention
from summbench.metrics.support.names import similarity, variant
from summbench.metrics.support.quotes import Quote, same_name
from summbench.metrics.support.tokens import Finding, Span, find, inside, span

_ALTERED = 0.7


class Named(NamedTuple):
    """A name of the summary: what is found for it, and under which spelling the article has it.

    `as_in_article` is None if it has not; `byline` says that it only stands in a byline there.
    """

    name: Name
    finding: Finding
    as_in_article: Name | None
    byline: bool


def names(
    found: Sequence[Mention], article: Article, aliases: Aliases, article_id: str
) -> list[Named]:
    """exact, variant or unsupported for each name.

    A reviewed alias is exact. A single word takes the state of the longer name that it is part of
    in the same summary.
    """
    checked = [_name(mention, article, aliases, article_id) for mention in found]
    longer = {
        mention.keys[-1]: named
        for mention, named in zip(found, checked, strict=True)
        if len(mention.keys) > 1 and named.as_in_article is not None
    }
    return [
        _as_of(named, longer[mention.keys[0]])
        if named.as_in_article is None and len(mention.keys) == 1 and mention.keys[0] in longer
        else named
        for mention, named in zip(found, checked, strict=True)
    ]


def _as_of(named: Named, longer: Named) -> Named:
    finding = Finding(named.finding.span, longer.finding.state, longer.finding.nearest)
    return Named(named.name, finding, longer.as_in_article, longer.byline)


def _name(mention: Mention, article: Article, aliases: Aliases, article_id: str) -> Named:
    name = mention.keys
    there = article.stands(name)
    if there is not None:
        finding = Finding(mention.span, "exact", there)
        return Named(name, finding, name, _only_byline(name, article))
    for other in aliases.others(article_id, name):
        if (there := article.stands(other)) is not None:
            only = _only_byline(other, article)
            return Named(name, Finding(mention.span, "exact", there), other, only)
    near = [
        (sum(map(similarity, name, other)), other, where)
        for other, where in article.windows.get(len(name), ())
        if variant(name, other)
    ]
    if near:
        _, other, where = max(near, key=lambda item: item[0])
        finding = Finding(mention.span, "variant", where)
        return Named(name, finding, other, _only_byline(other, article))
    finding = Finding(mention.span, "unsupported", _nearest(name, article))
    return Named(name, finding, None, False)


def _only_byline(name: Name, article: Article) -> bool:
    if not article.boilerplate:
        return False
    holds = [m.span.start for m in article.mentions if set(name) <= set(m.keys)]
    return bool(holds) and all(inside(place, article.boilerplate) for place in holds)


def _nearest(name: Name, article: Article) -> Span | None:
    wanted = " ".join(name)
    every = [" ".join(mention.keys) for mention in article.mentions]
    best = extractOne(wanted, every, scorer=Levenshtein.normalized_similarity)
    return article.mentions[best[2]].span if best else None


class Quoted(NamedTuple):
    """A quotation of the summary, and whether another speaks it there (None: nothing to check)."""

    finding: Finding
    misattributed: bool | None
    speaker: Span | None
    in_article: Span | None


def quotation(quote: Quote, article: Article) -> Quoted:
    """exact, moved, altered or fabricated, and its speaker held against the article's."""
    keys = [word.key for word in quote.words]
    finding, home = _quoted(quote.span, keys, article)
    said, meant = quote.speaker, home and home.speaker
    wrong = None if said is None or meant is None else not same_name(said, meant)
    return Quoted(finding, wrong, said and said.span, meant and meant.span)


def _quoted(here: Span, keys: list[str], article: Article) -> tuple[Finding, Quote | None]:
    """With the article's quotation that it comes from."""
    for other in article.quotes:
        theirs = [word.key for word in other.words]
        start = find(keys, theirs, range(len(theirs)))
        if start is not None:
            first, last = other.words[start], other.words[start + len(keys) - 1]
            there = span(article.text, first.start, last.end)
            return Finding(here, "exact", there), other
    place = _in_row(keys, article)
    if place is not None:
        return Finding(here, "moved", place), None
    candidates: list[tuple[list[str], Span, Quote | None]] = [
        ([word.key for word in other.words], other.span, other) for other in article.quotes
    ]
    candidates += [([w.key for w in s.forms], s.span, None) for s in article.sentences]
    best: tuple[int, Span | None, Quote | None] = (0, None, None)
    for theirs, where, home in candidates:
        shared = LCSseq.similarity(keys, theirs)
        if shared > best[0]:
            best = shared, where, home
    if best[0] / len(keys) >= _ALTERED:
        return Finding(here, "altered", best[1]), best[2]
    return Finding(here, "fabricated", best[1]), None


def _in_row(keys: list[str], article: Article) -> Span | None:
    """Where the words stand in the article, over the borders of sentences."""
    every = [word for sentence in article.sentences for word in sentence.words]
    theirs = [word.key for word in every]
    start = find(keys, theirs, [i for i, key in enumerate(theirs) if key == keys[0]])
    if start is None:
        return None
    return span(article.text, every[start].start, every[start + len(keys) - 1].end)
