"""One summary examined against its article, the rates that come of it, and all of it as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from summbench.core.text import replace_surrogates
from summbench.metrics.support.aliases import Aliases
from summbench.metrics.support.article import Article, outside_names
from summbench.metrics.support.checks import Named, Quoted, names, quotation
from summbench.metrics.support.copied import Negation, leaked, negations, row
from summbench.metrics.support.figures import numbers
from summbench.metrics.support.mentions import mentions, parsed, usage
from summbench.metrics.support.ner import Recogniser, merged
from summbench.metrics.support.quantities import checked
from summbench.metrics.support.quotes import quotations, quotes
from summbench.metrics.support.tokens import Finding, Span, words

TOP = 5
"""How many of the article's names a summary is expected to have."""
_NAN = float("nan")
_JSON = json.JSONEncoder(ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that one summary says and what its article says to it."""

    names: Sequence[Named]
    numbers: Sequence[Finding]
    quotes: Sequence[Quoted]
    negations: Sequence[Negation]
    leaked: Sequence[Span]
    salient: Sequence[tuple[Span, bool]]
    boilerplate: Sequence[Span]
    spellings: Sequence[Sequence[str]]
    words: int


def examined(
    article: Article,
    article_id: str,
    summary: str,
    aliases: Aliases,
    recogniser: Recogniser | None = None,
) -> Evidence:
    """Everything that can be looked up."""
    sentences = parsed(summary)
    named = mentions(summary, sentences, usage(summary, sentences) | article.usage)
    if recogniser is not None:
        named = merged(named, recogniser.spans(summary), sentences)
    run = row(sentences)
    checked_names = names(named, article, aliases, article_id)
    quoted = quotes(summary, quotations(summary)[0], sentences, named)
    leaks = leaked(run, article.row, article.boilerplate, summary) if article.boilerplate else []
    return Evidence(
        checked_names,
        [checked(n, article.numbers) for n in outside_names(numbers(summary), named)],
        [quotation(quote, article) for quote in quoted],
        negations(run, article.row, summary, article.text),
        leaks,
        _salient(article, checked_names),
        article.boilerplate,
        article.spellings.as_written(),
        sum(len(sentence.starts) for sentence in sentences),
    )


def _salient(article: Article, found: Sequence[Named]) -> list[tuple[Span, bool]]:
    usual = article.spellings.usual
    had = {usual(key) for named in found for key in named.as_in_article or ()}
    return [(m.span, usual(m.keys[-1]) in had) for m in article.leading(TOP)]


def rates(found: Evidence, article: Article) -> dict[str, float]:
    """The metric's columns; NaN where there is nothing to check."""
    states = Counter(named.finding.state for named in found.names)
    exact, variants, count = states["exact"], states["variant"], len(found.names)
    supported = [named for named in found.names if named.as_in_article is not None]
    figures = Counter(finding.state for finding in found.numbers)
    quotations = Counter(quoted.finding.state for quoted in found.quotes)
    spoken = [q.misattributed for q in found.quotes if q.misattributed is not None]
    leaks = sum(len(words(leak.text)) for leak in found.leaked)
    total = found.words if found.boilerplate else 0
    return {
        "entity_precision": _share(exact, count),
        "entity_precision_lenient": _share(exact + variants, count),
        "variant_rate": _share(variants, count),
        "spelling_fidelity": _share(
            sum(_is_usual(named, article) for named in supported), len(supported)
        ),
        "extrinsic_corrections": _share(
            sum(named.name != named.as_in_article for named in supported), len(supported)
        ),
        "salience": _share(sum(had for _, had in found.salient), len(found.salient)),
        "number_precision": _share(figures["exact"], figures.total()),
        "number_rounded": _share(figures["rounded"], figures.total()),
        "number_scale_errors": _share(figures["scale_error"], figures.total()),
        "quote_precision": _share(quotations["exact"], quotations.total()),
        "misattributed": _share(sum(spoken), len(spoken)),
        "negation_flips": _share(sum(n.flipped for n in found.negations), len(found.negations)),
        "boilerplate_leakage": _share(leaks, total),
    }


def _share(part: int, whole: int) -> float:
    return part / whole if whole else _NAN


def _is_usual(named: Named, article: Article) -> bool:
    """Whether each word is in the spelling that the article uses most."""
    if named.as_in_article != named.name:
        return False
    return all(article.spellings.usual(key) in (key, None) for key in named.name)


def as_json(found: Evidence) -> str:
    """Texts and places of the summary, and under `nearest` and `speaker_in_article` the article's.

    Places count characters of the text that was scored.
    """
    content: dict[str, Any] = {
        "names": [{**_finding(n.finding), "byline": n.byline} for n in found.names],
        "numbers": [_finding(finding) for finding in found.numbers],
        "quotes": [
            {
                **_finding(quoted.finding),
                "misattributed": quoted.misattributed,
                "speaker": quoted.speaker and _span(quoted.speaker),
                "speaker_in_article": quoted.in_article and _span(quoted.in_article),
            }
            for quoted in found.quotes
        ],
        "negations": [
            {**_span(n.span), "state": "flipped", "nearest": _span(n.nearest)}
            for n in found.negations
            if n.flipped
        ],
        "leaked": [_span(leak) for leak in found.leaked],
        "salient": [{**_span(where), "covered": had} for where, had in found.salient],
        "boilerplate": [_span(where) for where in found.boilerplate],
        "spellings": found.spellings,
    }
    return replace_surrogates(_JSON.encode(content))


def _span(found: Span) -> dict[str, Any]:
    return {"text": found.text, "start": found.start, "end": found.end}


def _finding(found: Finding) -> dict[str, Any]:
    nearest = found.nearest and _span(found.nearest)
    return {**_span(found.span), "state": found.state, "nearest": nearest}
