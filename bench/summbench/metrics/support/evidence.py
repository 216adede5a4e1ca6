"""One summary checked against its article, the rates that follow, and all of it as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from summbench.core.text import replace_surrogates
from summbench.metrics.support.aliases import Aliases
from summbench.metrics.support.casing import restore_capitals
from summbench.metrics.support.claims import NameCheck, QuoteCheck, verify_names, verify_quote
from summbench.metrics.support.copied_fragments import (
    NegationCheck,
    build_sequence,
    check_negations,
    find_boilerplate_copies,
)
from summbench.metrics.support.mentions import (
    Mention,
    Sentence,
    collect_usage,
    find_mentions,
    parse_sentences,
)
from summbench.metrics.support.ner import Recogniser, merge_mentions
from summbench.metrics.support.numeric import find_numbers
from summbench.metrics.support.quantities import verify_number
from summbench.metrics.support.quotes import attribute_quotes, find_quotations
from summbench.metrics.support.source import SourceText, drop_numbers_in_names
from summbench.metrics.support.tokens import ClaimFinding, Span, is_lower_cased, tokenize_words

SALIENT_NAMES = 5
"""How many of the article's names a summary is expected to have."""
_NAN = float("nan")
_JSON = json.JSONEncoder(ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Evidence:
    """All claims of one summary that were checked, and what the article has for each.

    `salient_names` are the article's, each with whether the summary has it; `n_words` is the
    length of the summary.
    """

    names: Sequence[NameCheck]
    numbers: Sequence[ClaimFinding]
    quotes: Sequence[QuoteCheck]
    negations: Sequence[NegationCheck]
    boilerplate_copies: Sequence[Span]
    salient_names: Sequence[tuple[Span, bool]]
    boilerplate: Sequence[Span]
    spellings: Sequence[Sequence[str]]
    n_words: int


def verify_claims(
    source: SourceText,
    article_id: str,
    summary: str,
    aliases: Aliases,
    recogniser: Recogniser | None = None,
) -> Evidence:
    """Check the names, numbers, quotations and negations of the summary against the article."""
    is_restorable = not source.is_lower_cased and is_lower_cased(summary)
    cased = restore_capitals(summary, source) if is_restorable else summary
    sentences = parse_sentences(summary, cased)
    mentions = _find_names(summary, sentences, source, recogniser)
    sequence = build_sequence(sentences)
    names = verify_names(mentions, source, aliases, article_id)
    quotations, _ = find_quotations(summary)
    quotes = attribute_quotes(summary, quotations, sentences, mentions)
    return Evidence(
        names,
        [
            verify_number(number, source.numbers)
            for number in drop_numbers_in_names(find_numbers(summary), mentions)
        ],
        [verify_quote(quote, source) for quote in quotes],
        check_negations(sequence, source.sequence, summary, source.text),
        find_boilerplate_copies(sequence, source.sequence, source.boilerplate, summary),
        _check_salient_names(source, names),
        source.boilerplate,
        source.spellings.get_written(),
        sum(len(sentence.starts) for sentence in sentences),
    )


def _find_names(
    summary: str,
    sentences: Sequence[Sentence],
    source: SourceText,
    recogniser: Recogniser | None,
) -> list[Mention]:
    """None that capitals alone tell, if the article has no capitals: it could confirm none."""
    mentions: list[Mention] = []
    if not source.is_lower_cased:
        usage = collect_usage(summary, sentences) | source.usage
        mentions = find_mentions(summary, sentences, usage)
    if recogniser is not None:
        mentions = merge_mentions(mentions, recogniser.find_spans(summary), sentences)
    return mentions


def _check_salient_names(
    source: SourceText, checks: Sequence[NameCheck]
) -> list[tuple[Span, bool]]:
    get_usual = source.spellings.get_usual
    covered = {get_usual(key) for check in checks for key in check.article_name or ()}
    salient = source.get_salient_mentions(SALIENT_NAMES)
    return [(mention.span, get_usual(mention.keys[-1]) in covered) for mention in salient]


def compute_rates(evidence: Evidence, source: SourceText) -> dict[str, float]:
    """Return the metric's columns, 0 to 1; NaN where there is nothing to check."""
    names, negations = evidence.names, evidence.negations
    states = Counter(check.finding.state for check in names)
    supported = [check for check in names if check.article_name is not None]
    usual = sum(_is_usual(check, source) for check in supported)
    corrected = sum(check.name != check.article_name for check in supported)
    numbers = Counter(finding.state for finding in evidence.numbers)
    quotes = Counter(check.finding.state for check in evidence.quotes)
    wrong_speakers = [
        check.misattributed for check in evidence.quotes if check.misattributed is not None
    ]
    covered = [is_covered for _, is_covered in evidence.salient_names]
    copied_words = sum(len(tokenize_words(copy.text)) for copy in evidence.boilerplate_copies)
    return {
        "entity_precision": _share(states["exact"], len(names)),
        "entity_precision_lenient": _share(states["exact"] + states["variant"], len(names)),
        "variant_rate": _share(states["variant"], len(names)),
        "spelling_fidelity": _share(usual, len(supported)),
        "extrinsic_corrections": _share(corrected, len(supported)),
        "salience": _share(sum(covered), len(covered)),
        "number_precision": _share(numbers["exact"], numbers.total()),
        "number_rounded": _share(numbers["rounded"], numbers.total()),
        "number_scale_errors": _share(numbers["scale_error"], numbers.total()),
        "quote_precision": _share(quotes["exact"], quotes.total()),
        "misattributed": _share(sum(wrong_speakers), len(wrong_speakers)),
        "negation_flips": _share(sum(n.flipped for n in negations), len(negations)),
        "boilerplate_leakage": _share(
            copied_words, evidence.n_words if evidence.boilerplate else 0
        ),
    }


def _share(part: int, total: int) -> float:
    return part / total if total else _NAN


def _is_usual(check: NameCheck, source: SourceText) -> bool:
    """Whether each word is in the spelling that the article uses most."""
    if check.article_name != check.name:
        return False
    return all(source.spellings.get_usual(key) in (key, None) for key in check.name)


def to_json(evidence: Evidence) -> str:
    """Return texts and places of the summary, and those of the article beside them.

    `nearest` and `speaker_in_article` are of the article. Places count characters of the text that
    was scored.
    """
    content: dict[str, Any] = {
        "names": [
            {**_finding_to_json(check.finding), "byline": check.only_in_byline}
            for check in evidence.names
        ],
        "numbers": [_finding_to_json(finding) for finding in evidence.numbers],
        "quotes": [
            {
                **_finding_to_json(check.finding),
                "misattributed": check.misattributed,
                "speaker": check.speaker and _span_to_json(check.speaker),
                "speaker_in_article": check.article_speaker
                and _span_to_json(check.article_speaker),
            }
            for check in evidence.quotes
        ],
        "negations": [
            {**_span_to_json(n.span), "state": "flipped", "nearest": _span_to_json(n.nearest)}
            for n in evidence.negations
            if n.flipped
        ],
        "leaked": [_span_to_json(span) for span in evidence.boilerplate_copies],
        "salient": [
            {**_span_to_json(span), "covered": is_covered}
            for span, is_covered in evidence.salient_names
        ],
        "boilerplate": [_span_to_json(span) for span in evidence.boilerplate],
        "spellings": evidence.spellings,
    }
    return replace_surrogates(_JSON.encode(content))


def _span_to_json(span: Span) -> dict[str, Any]:
    return {"text": span.text, "start": span.start, "end": span.end}


def _finding_to_json(finding: ClaimFinding) -> dict[str, Any]:
    nearest = finding.nearest and _span_to_json(finding.nearest)
    return {**_span_to_json(finding.span), "state": finding.state, "nearest": nearest}
