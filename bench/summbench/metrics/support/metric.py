"""Whether the article supports the summary's names, numbers and quotations."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from importlib.metadata import version

from rapidfuzz import __version__ as rapidfuzz_version

from summbench.core.records import Direction, Example, MetricInfo
from summbench.core.text import format_splitter
from summbench.metrics.support.aliases import Aliases, read_aliases
from summbench.metrics.support.evidence import SALIENT_NAMES, compute_rates, to_json, verify_claims
from summbench.metrics.support.names import MAX_NAMES
from summbench.metrics.support.ner import load_recogniser
from summbench.metrics.support.source import SourceText

_LOG = logging.getLogger("summbench")
_MAX_CHARACTERS = 20_000
_CUT_SUMMARIES, _CUT_NAMES = "truncated_summaries", "articles_with_names_not_compared"
_LOWER_CASED = "or the article no capitals, by which names are found"
_NO_NAME = f"the summary has no name, {_LOWER_CASED}"
_NO_KNOWN_NAME = f"the summary has no name of the article, {_LOWER_CASED}"
_NO_NUMBER = "the summary has no number"
_COLUMNS: Mapping[str, tuple[Direction, str]] = {
    "entity_precision": ("higher", _NO_NAME),
    "entity_precision_lenient": ("higher", _NO_NAME),
    "variant_rate": ("lower", _NO_NAME),
    "spelling_fidelity": ("higher", _NO_KNOWN_NAME),
    "extrinsic_corrections": ("neither", _NO_KNOWN_NAME),
    "salience": ("higher", "the article has no name, or no capitals, by which names are found"),
    "number_precision": ("higher", _NO_NUMBER),
    "number_rounded": ("neither", _NO_NUMBER),
    "number_scale_errors": ("lower", _NO_NUMBER),
    "quote_precision": ("higher", "the summary has no quotation of three words or more"),
    "misattributed": ("lower", "no quotation has a speaker in the summary and in the article"),
    "negation_flips": ("lower", "the summary copies no five words in a row"),
    "boilerplate_leakage": ("lower", "the article has no byline"),
}
"""Column -> which way is better, and when it is undefined."""


class Support:
    """Names, numbers and quotations of the summary, looked up in the article; no reference is read.

    `entity_precision` is the share of name mentions that the article has word for word,
    `entity_precision_lenient` counts those too that it has in a similar spelling, whose share is
    `variant_rate` (after Nan et al., 2021). Of the names that it has, `spelling_fidelity` is the
    share in its most frequent spelling, `extrinsic_corrections` the share in a spelling that it has
    not. `salience` is the share of the article's five most frequent names that the summary has.
    `number_precision` is the share of numbers with the same value and unit, `number_rounded` and
    `number_scale_errors` those that are rounded, or a power of ten off (after Zhao et al., 2020).
    `quote_precision` is the share of quotations of three words or more that the article quotes,
    `misattributed` the share, of those with a speaker in both, that another speaks,
    `negation_flips` the share of copied fragments of five words or more that lost or gained a
    negation, `boilerplate_leakage` the share of words that the article has in its byline alone.

    Diagnostics, never quality: lead-3 is perfectly supported. Names are found by their capitals, in
    English. A lower-cased summary is given them back: the names of the article, and words that
    neither it nor a dictionary has in lower case, so that a wrong name which is a common word is
    missed there. In a lower-cased article names cannot be found, and what is about them is
    undefined. Thresholds cannot tell a misspelling from another name, so a variant is reported, and
    only a reviewed file of `aliases` makes it exact. `ner` adds the spans of a spaCy model. Of a
    summary the first 20,000 characters are checked, and an article's first thousand different words
    and names are compared for their spelling; what is beyond is counted. NaN where there is nothing
    to check.
    """

    columns: Mapping[str, MetricInfo] = {
        name: MetricInfo(direction, "diagnostic", frozenset({"article"}), undefined_if)
        for name, (direction, undefined_if) in _COLUMNS.items()
    }

    def __init__(self, aliases: str | None = None, ner: str | None = None) -> None:
        self._aliases = Aliases() if aliases is None else read_aliases(aliases)
        self._recogniser = None if ner is None else load_recogniser(ner)
        # The summaries of one article come side by side.
        self._article = lru_cache(8)(partial(SourceText.build, recogniser=self._recogniser))
        self._evidence: list[str] = []
        self._counts: dict[str, list[int]] = {}
        self._is_cut_said = False
        tagger = self._recogniser.identity if self._recogniser else "none"
        self.signature = (
            f"support|agg:mean|names:capitals,restored|ner:{tagger}|aliases:{self._aliases.digest}"
            f"|top:{SALIENT_NAMES}|split:{format_splitter('auto', 'en')}"
            f"|rapidfuzz:{rapidfuzz_version}|words:spylls-{version('spylls')}-en_US|v:4"
        )

    def score(
        self, examples: Sequence[Example], summaries: Sequence[str]
    ) -> dict[str, list[float]]:
        """Return thirteen numbers an example, 0 to 1; NaN where there is nothing to check."""
        rows: list[dict[str, float]] = []
        self._evidence = []
        self._counts = {_CUT_SUMMARIES: [], _CUT_NAMES: []}
        for example, summary in zip(examples, summaries, strict=True):
            article, read = self._article(example.article.text), summary[:_MAX_CHARACTERS]
            evidence = verify_claims(
                article, example.article.id, read, self._aliases, self._recogniser
            )
            rows.append(compute_rates(evidence, article))
            self._evidence.append(to_json(evidence))
            self._counts[_CUT_SUMMARIES].append(int(read != summary))
            self._counts[_CUT_NAMES].append(int(article.is_cut))
        self._say_what_was_cut()
        return {name: [row[name] for row in rows] for name in self.columns}

    def get_counts(self) -> Mapping[str, Sequence[int]]:
        """Return which summaries were truncated, and of which articles not all names compared."""
        return self._counts

    def _say_what_was_cut(self) -> None:
        if self._is_cut_said or not any(map(any, self._counts.values())):
            return
        self._is_cut_said = True
        _LOG.warning(
            "support reads the first %s characters of a summary, and compares the spelling of the "
            "first %s different words and names of an article. Some texts have more: run.json has "
            "the counts (%s, %s).",
            f"{_MAX_CHARACTERS:,}",
            f"{MAX_NAMES:,}",
            _CUT_SUMMARIES,
            _CUT_NAMES,
        )

    def get_evidence(self) -> Sequence[str]:
        """Return JSON: each claim, its place and state, and the nearest piece of the article."""
        return self._evidence
