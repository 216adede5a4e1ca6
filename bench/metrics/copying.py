"""How much of the summary was copied from the article, and how much it repeats itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import combinations, islice
from math import log2

from bench.records import Column, Example
from bench.rouge.engines import Fast
from bench.text import (
    in_latin_script,
    lead_sentences,
    rouge_tokens,
    splitter_version,
    summary_sentences,
    words,
)

_TOKEN = re.compile("[a-z0-9]")
_ORDERS = (1, 2, 3, 4)
_NAN = float("nan")
_LEAD = 3
_MOST_SENTENCES = 100
_OF_ARTICLE = Column("neither", "diagnostic", frozenset({"article"}))
_OF_SUMMARY = Column("lower", "diagnostic")


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

    columns: Mapping[str, Column] = {
        **dict.fromkeys(("coverage", "density", "compression"), _OF_ARTICLE),
        **{f"novel{n}": _OF_ARTICLE for n in _ORDERS},
        **{f"repeated{n}": _OF_SUMMARY for n in _ORDERS},
        "redundancy": _OF_SUMMARY,
        "lead_overlap": _OF_ARTICLE,
        "divergence": _OF_ARTICLE,
    }

    def __init__(self, language: str = "en") -> None:
        self._language = language
        self._rouge = Fast(["rouge2", "rougeL"], stem=False)
        # The summaries of one article come side by side.
        self._source = lru_cache(256)(lambda text: Source(words(text)))
        self._lead = lru_cache(256)(self._lead_of)
        split = splitter_version("sentencex", language)
        self.signature = (
            f"copying|agg:mean|frag:grusky2018|tok:words|case:lower|split:{split}|lead:{_LEAD}|v:1"
        )

    def score(
        self, examples: Sequence[Example], summaries: Sequence[str]
    ) -> dict[str, list[float]]:
        """Fourteen numbers an example."""
        rows = [
            _copying(self._source(example.article.text), words(summary))
            for example, summary in zip(examples, summaries, strict=True)
        ]
        values = {name: [row[name] for row in rows] for name in (rows[0] if rows else ())}
        leads = [self._lead(example.article.text) for example in examples]
        values["lead_overlap"] = self._lead_overlap(leads, summaries)
        values["redundancy"] = self._redundancy(summaries)
        return {name: values.get(name, []) for name in self.columns}

    def _lead_of(self, article: str) -> str:
        """Empty if ROUGE finds no bigram in it."""
        lead = "\n".join(lead_sentences(article, _LEAD, self._language))
        return lead if _has_bigrams(lead) else ""

    def _lead_overlap(self, leads: Sequence[str], summaries: Sequence[str]) -> list[float]:
        found = self._rouge.score(leads, summaries)["rouge2"].precision
        return [
            value if lead and _has_bigrams(summary) else _NAN
            for lead, summary, value in zip(leads, summaries, found, strict=True)
        ]

    def _redundancy(self, summaries: Sequence[str]) -> list[float]:
        pairs = [self._sentence_pairs(summary) for summary in summaries]
        flat = [pair for of_one in pairs for pair in of_one]
        found = iter(self._rouge.score(*zip(*flat, strict=True))["rougeL"].fmeasure if flat else ())
        scores = [list(islice(found, len(of_one))) for of_one in pairs]
        return [sum(of_one) / len(of_one) if of_one else _NAN for of_one in scores]

    def _sentence_pairs(self, summary: str) -> list[tuple[str, str]]:
        """None if ROUGE's tokens can't tell, or if there are more sentences than a summary has."""
        found = [s for s in summary_sentences(summary, self._language) if _TOKEN.search(s.lower())]
        if len(found) > _MOST_SENTENCES or not in_latin_script(summary):
            return []
        return list(combinations(found, 2))


def _has_bigrams(text: str) -> bool:
    return len(rouge_tokens(text)) > 1 and in_latin_script(text)


class Source:
    """An article's words, its n-grams, and where each bigram begins."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self.words = tokens
        self.grams = {n: set(_grams(tokens, n)) for n in _ORDERS}
        self.counts = Counter(tokens)
        self.places: dict[tuple[str, ...], list[int]] = {}
        for place, bigram in enumerate(_grams(tokens, 2)):
            self.places.setdefault(bigram, []).append(place)


def _copying(source: Source, summary: list[str]) -> dict[str, float]:
    lengths = list(fragments(source, summary))
    size = len(summary) if source.words else 0
    found = {
        "coverage": sum(lengths) / size if size else _NAN,
        "density": sum(length**2 for length in lengths) / size if size else _NAN,
        "compression": len(source.words) / size if size else _NAN,
        "divergence": _divergence(source.counts, Counter(summary)) if size else _NAN,
    }
    for n in _ORDERS:
        ours = list(_grams(summary, n))
        known = sum(map(source.grams[n].__contains__, ours))
        found[f"novel{n}"] = (len(ours) - known) / len(ours) if ours and source.words else _NAN
        found[f"repeated{n}"] = 1 - len(set(ours)) / len(ours) if ours else _NAN
    return found


def fragments(source: Source, summary: Sequence[str]) -> Iterator[int]:
    """The lengths of the spans that the summary shares with the article, from left to right.

    A word alone never moves the article pointer past a longer match, so only bigrams are looked up.
    """
    bigrams = list(_grams(summary, 2))
    i = 0
    while i < len(summary):
        longest = int(summary[i] in source.counts)
        end = 0
        for j in source.places.get(bigrams[i], ()) if i < len(bigrams) else ():
            if j < end:
                continue
            length = _shared(source.words, j, summary, i)
            longest, end = max(longest, length), j + length
        if longest:
            yield longest
        i += max(longest, 1)


def _shared(article: Sequence[str], j: int, summary: Sequence[str], i: int) -> int:
    length = 2
    most = min(len(article) - j, len(summary) - i)
    while length < most and article[j + length] == summary[i + length]:
        length += 1
    return length


def _grams(tokens: Sequence[str], n: int) -> Iterator[tuple[str, ...]]:
    return zip(*(tokens[k:] for k in range(n)), strict=False)


def _divergence(article: Counter[str], summary: Counter[str]) -> float:
    """Half of KL(article || mean) plus half of KL(summary || mean), in bits."""
    size, total = article.total(), summary.total()
    found = covered = 0.0
    for word, count in summary.items():
        p, q = article[word] / size, count / total
        covered += p
        found += q * log2(2 * q / (p + q)) + (p * log2(2 * p / (p + q)) if p else 0.0)
    # A word that the summary has not adds half of its share of the article.
    return (found + 1 - covered) / 2
