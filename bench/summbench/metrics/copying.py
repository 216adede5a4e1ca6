"""How much of the summary was copied from the article, and how much it repeats itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, combinations, islice

import numpy as np

from summbench.core.recognition import join_parted_words
from summbench.core.records import Example, MetricInfo
from summbench.core.text import (
    format_splitter,
    get_lead_sentences,
    is_latin_script,
    split_summary,
)
from summbench.metrics.fragments import MAX_PAIRS, ORDERS, Floats, compute_copy_rates
from summbench.metrics.rouge.engines import RustEngine
from summbench.metrics.rouge.tokens import space_words

_TOKEN = re.compile("[a-z0-9]")
_TWO_TOKENS = re.compile("[a-z0-9][^a-z0-9]+[a-z0-9]")
_NAN = float("nan")
_LEAD = 3
_MAX_SENTENCES, _MAX_SUMMARY = 100, 50_000
_MAX_CHARACTERS = 2**18
"""Of the texts counted together: some sixty news articles with a summary each."""
_NO_WORD = "the summary or the article has no word"


def _describe_article_column(undefined_if: str) -> MetricInfo:
    return MetricInfo("neither", "diagnostic", frozenset({"article"}), undefined_if)


def _describe_summary_column(undefined_if: str) -> MetricInfo:
    return MetricInfo("lower", "diagnostic", undefined_if=undefined_if)


def _count_words(n: int) -> str:
    return "the summary has no word" if n == 1 else f"the summary has fewer than {n} words"


class Copying:
    """Extractive fragments, novel and repeated n-grams, redundancy, lead overlap and divergence.

    On ROUGE's tokens of any script, the same for a text and its tokenised copy (`do n't`, `-lrb-`).
    `coverage` is the share of summary words inside fragments copied from the article, `density` the
    mean length of the fragment a word stands in, `compression` article words over summary words
    (Grusky et al., 2018: greedy, with the article pointer jumping past each partial match, as
    published). `novel1..4` is the share of summary n-grams that the article does not have (See et
    al., 2017), `repeated1..4` the share that occurred before in the summary, `redundancy` the mean
    ROUGE-L F between its sentences (Bommasani and Cardie, 2020). `lead_overlap` is ROUGE-2
    precision against the first three sentences of the article, `divergence` the Jensen-Shannon
    divergence of article and summary words in bits, 0 to 1 (Louis and Nenkova, 2013).

    Diagnostics, never quality: lead-3 is perfectly copied. NaN where there is no article, no word,
    no n-gram, no second sentence or over 100 of them, and where texts are too long and too alike to
    be compared in time (`density`, `redundancy`); `redundancy` and `lead_overlap` keep a-z and
    0-9 alone and are NaN where the script is not Latin.
    """

    columns: Mapping[str, MetricInfo] = {
        "coverage": _describe_article_column(_NO_WORD),
        "density": _describe_article_column(
            f"{_NO_WORD}, or their equal bigrams make over {MAX_PAIRS:,} pairs"
        ),
        "compression": _describe_article_column(_NO_WORD),
        **{f"novel{n}": _describe_article_column(_count_words(n)) for n in ORDERS},
        **{f"repeated{n}": _describe_summary_column(_count_words(n)) for n in ORDERS},
        "redundancy": _describe_summary_column(
            f"the summary has one sentence, over {_MAX_SENTENCES}, over {_MAX_SUMMARY:,} "
            "characters, or another script than Latin"
        ),
        "lead_overlap": _describe_article_column(
            "the summary or the lead has fewer than two words in Latin script"
        ),
        "divergence": _describe_article_column(_NO_WORD),
    }

    def __init__(self, language: str = "en") -> None:
        self._language = language
        self._rouge2 = RustEngine(["rouge2"], stem=False)
        self._rouge_l = RustEngine(["rougeL"], stem=False)
        # The summaries of one article come side by side.
        self._cached_lead = lru_cache(256)(self._build_lead)
        split = format_splitter("auto", language)
        self.signature = (
            "copying|agg:mean|frag:grusky2018|tok:words-2|case:lower"
            f"|split:{split}|lead:{_LEAD}|v:4"
        )

    def score(
        self, examples: Sequence[Example], summaries: Sequence[str]
    ) -> dict[str, list[float]]:
        """Return fourteen numbers an example; NaN as said above."""
        articles = [example.article.text for example in examples]
        scores: dict[str, list[float]] = {name: [] for name in self.columns}
        for pairs in _split_blocks(list(zip(articles, summaries, strict=True))):
            for name, values in self._score_words(pairs).items():
                scores[name] += values.tolist()
        leads = list(map(self._cached_lead, articles))
        scores["lead_overlap"] = self._score_lead_overlap(leads, summaries)
        scores["redundancy"] = self._score_redundancy(summaries)
        return scores

    @staticmethod
    def _score_words(pairs: Sequence[tuple[str, str]]) -> Mapping[str, Floats]:
        index: dict[str, int] = {}
        article_of = np.array([index.setdefault(article, len(index)) for article, _ in pairs])
        articles = list(map(space_words, index))
        summaries = [space_words(summary) for _, summary in pairs]
        return compute_copy_rates(articles, summaries, article_of)

    def _build_lead(self, article: str) -> str:
        """Empty if ROUGE finds no bigram in it."""
        lead = join_parted_words("\n".join(get_lead_sentences(article, _LEAD, self._language)))
        return lead if _has_bigrams(lead) else ""

    def _score_lead_overlap(self, leads: Sequence[str], summaries: Sequence[str]) -> list[float]:
        precisions = self._rouge2.score(leads, list(map(join_parted_words, summaries)))[
            "rouge2"
        ].precision
        return [
            precision if lead and _has_bigrams(summary) else _NAN
            for lead, summary, precision in zip(leads, summaries, precisions, strict=True)
        ]

    def _score_redundancy(self, summaries: Sequence[str]) -> list[float]:
        pairs = [self._pair_sentences(summary) for summary in summaries]
        flat = list(chain(*pairs))
        overlaps = self._rouge_l.score([a for a, _ in flat], [b for _, b in flat])
        scores = iter(overlaps["rougeL"].fmeasure)
        by_summary = [list(islice(scores, len(of_summary))) for of_summary in pairs]
        return [sum(values) / len(values) if values else _NAN for values in by_summary]

    def _pair_sentences(self, summary: str) -> list[tuple[str, str]]:
        """None if ROUGE's tokens can't tell, or if there is more text than a summary has."""
        if len(summary) > _MAX_SUMMARY:
            return []
        sentences = map(join_parted_words, split_summary(summary, self._language))
        with_tokens = [sentence for sentence in sentences if _TOKEN.search(sentence.lower())]
        if len(with_tokens) > _MAX_SENTENCES or not is_latin_script(summary):
            return []
        return list(combinations(with_tokens, 2))


def _has_bigrams(text: str) -> bool:
    """Whether ROUGE finds any, in a script of which its tokeniser keeps enough."""
    return bool(_TWO_TOKENS.search(text.lower())) and is_latin_script(text)


def _split_blocks(pairs: Sequence[tuple[str, str]]) -> Iterator[Sequence[tuple[str, str]]]:
    start = size = 0
    last = None
    for i, (article, summary) in enumerate(pairs):
        length = len(summary) + (0 if article is last else len(article))
        if i > start and size + length > _MAX_CHARACTERS:
            yield pairs[start:i]
            start, size, length = i, 0, len(summary) + len(article)
        size, last = size + length, article
    if pairs:
        yield pairs[start:]
