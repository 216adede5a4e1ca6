"""How much of the summary was copied from the article, and how much it repeats itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import combinations, islice

import numpy as np

from summbench.core.records import Example, MetricInfo
from summbench.core.text import (
    format_splitter,
    get_lead_sentences,
    is_latin_script,
    split_summary,
    split_words,
)
from summbench.metrics.fragments import ORDERS, Floats, copied
from summbench.metrics.rouge.engines import RustEngine

_TOKEN = re.compile("[a-z0-9]")
_TWO_TOKENS = re.compile("[a-z0-9][^a-z0-9]+[a-z0-9]")
_NAN = float("nan")
_LEAD = 3
_MOST_SENTENCES = 100
_MOST_AT_ONCE = 2**18
"""Characters: a hundred news articles with a summary each."""
_OF_ARTICLE = MetricInfo("neither", "diagnostic", frozenset({"article"}))
_OF_SUMMARY = MetricInfo("lower", "diagnostic")


class Copying:
    """Extractive fragments, novel and repeated n-grams, redundancy, lead overlap and divergence.

    On lower-cased words. `coverage` is the share of summary words inside fragments copied from the
    article, `density` the mean length of the fragment a word stands in, `compression` article words
    over summary words (Grusky et al., 2018: greedy, with the article pointer jumping past each
    partial match, as published). `novel1..4` is the share of summary n-grams that the article does
    not have (See et al., 2017), `repeated1..4` the share that occurred before in the summary,
    `redundancy` the mean ROUGE-L F between its sentences (Bommasani and Cardie, 2020).
    `lead_overlap` is ROUGE-2 precision against the first three sentences of the article,
    `divergence` the Jensen-Shannon divergence of article and summary words in bits, 0 to 1 (Louis
    and Nenkova, 2013).

    Diagnostics, never quality: lead-3 is perfectly copied. NaN where there is no article, no word,
    no n-gram, no second sentence or over 100 of them, and for the two that use ROUGE's tokens
    where the script is not Latin.
    """

    columns: Mapping[str, MetricInfo] = {
        **dict.fromkeys(("coverage", "density", "compression"), _OF_ARTICLE),
        **{f"novel{n}": _OF_ARTICLE for n in ORDERS},
        **{f"repeated{n}": _OF_SUMMARY for n in ORDERS},
        "redundancy": _OF_SUMMARY,
        "lead_overlap": _OF_ARTICLE,
        "divergence": _OF_ARTICLE,
    }

    def __init__(self, language: str = "en") -> None:
        self._language = language
        self._rouge2 = RustEngine(["rouge2"], stem=False)
        self._rouge_l = RustEngine(["rougeL"], stem=False)
        # The summaries of one article come side by side.
        self._words = lru_cache(256)(split_words)
        self._lead = lru_cache(256)(self._lead_of)
        split = format_splitter("sentencex", language)
        self.signature = (
            f"copying|agg:mean|frag:grusky2018|tok:words|case:lower|split:{split}|lead:{_LEAD}|v:1"
        )

    def score(
        self, examples: Sequence[Example], summaries: Sequence[str]
    ) -> dict[str, list[float]]:
        """Fourteen numbers an example."""
        articles = [example.article.text for example in examples]
        found: dict[str, list[float]] = {name: [] for name in self.columns}
        for pairs in _blocks(list(zip(articles, summaries, strict=True))):
            for name, values in self._of_words(pairs).items():
                found[name] += values.tolist()
        found["lead_overlap"] = self._lead_overlap(list(map(self._lead, articles)), summaries)
        found["redundancy"] = self._redundancy(summaries)
        return found

    def _of_words(self, pairs: Sequence[tuple[str, str]]) -> Mapping[str, Floats]:
        index: dict[str, int] = {}
        article_of = np.array([index.setdefault(article, len(index)) for article, _ in pairs])
        articles = list(map(self._words, index))
        return copied(articles, [split_words(summary) for _, summary in pairs], article_of)

    def _lead_of(self, article: str) -> str:
        """Empty if ROUGE finds no bigram in it."""
        lead = "\n".join(get_lead_sentences(article, _LEAD, self._language))
        return lead if _has_bigrams(lead) else ""

    def _lead_overlap(self, leads: Sequence[str], summaries: Sequence[str]) -> list[float]:
        found = self._rouge2.score(leads, summaries)["rouge2"].precision
        return [
            value if lead and _has_bigrams(summary) else _NAN
            for lead, summary, value in zip(leads, summaries, found, strict=True)
        ]

    def _redundancy(self, summaries: Sequence[str]) -> list[float]:
        pairs = [self._sentence_pairs(summary) for summary in summaries]
        flat = [pair for of_one in pairs for pair in of_one]
        found = self._rouge_l.score([a for a, _ in flat], [b for _, b in flat])
        left = iter(found["rougeL"].fmeasure)
        scores = [list(islice(left, len(of_one))) for of_one in pairs]
        return [sum(of_one) / len(of_one) if of_one else _NAN for of_one in scores]

    def _sentence_pairs(self, summary: str) -> list[tuple[str, str]]:
        """None if ROUGE's tokens can't tell, or if there are more sentences than a summary has."""
        found = [s for s in split_summary(summary, self._language) if _TOKEN.search(s.lower())]
        if len(found) > _MOST_SENTENCES or not is_latin_script(summary):
            return []
        return list(combinations(found, 2))


def _has_bigrams(text: str) -> bool:
    """Whether ROUGE finds any, in a script of which its tokeniser keeps enough."""
    return bool(_TWO_TOKENS.search(text.lower())) and is_latin_script(text)


def _blocks(pairs: Sequence[tuple[str, str]]) -> Iterator[Sequence[tuple[str, str]]]:
    start = size = 0
    for i, (article, summary) in enumerate(pairs):
        more = len(article) + len(summary)
        if i > start and size + more > _MOST_AT_ONCE:
            yield pairs[start:i]
            start, size = i, 0
        size += more
    if pairs:
        yield pairs[start:]
