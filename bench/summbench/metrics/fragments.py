"""The fragments, words and n-grams that summaries copy from their articles, many at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, count, repeat
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

ORDERS = (1, 2, 3, 4)
MAX_PAIRS = 5_000_000
"""Of a bigram in the summary and the same in the article: the search for fragments looks at each.
News has thousands, a book with a chapter as its summary half a million."""

Texts = Sequence[Sequence[str]]
Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]


class Words(NamedTuple):
    """Words one after the other, where those of each text start, and the number of an unknown one.

    Numbers are alike only for equal words of an article and its summaries; a word of an article
    that none of these has is unknown.
    """

    numbers: Numbers
    starts: Numbers
    unknown: int

    def to_n_grams(self) -> NGrams:
        """Return them as n-grams of one word."""
        sizes = np.diff(self.starts)
        places = np.arange(len(self.numbers)) - np.repeat(self.starts[:-1], sizes)
        return NGrams(self.numbers, np.repeat(np.arange(len(sizes)), sizes), places)

    def lengthen(self, grams: NGrams, n: int) -> tuple[Numbers, NGrams]:
        """Return a key for each n-gram of n words that begins with one of these, and these."""
        begins = self.starts[grams.texts] + grams.places
        fits = begins + n <= self.starts[grams.texts + 1]
        grams = grams.select(fits)
        return grams.numbers * (self.unknown + 1) + self.numbers[begins[fits] + n - 1], grams


class NGrams(NamedTuple):
    """n-grams one after the other: which one, of which text, from which word on.

    Numbers are alike only for equal n-grams of an article and its summaries.
    """

    numbers: Numbers
    texts: Numbers
    places: Numbers

    def select(self, is_selected: NDArray[np.bool_]) -> NGrams:
        """Return some of them."""
        return NGrams(*(part[is_selected] for part in self))


class UniqueNGrams(NamedTuple):
    """The different n-grams of each summary, and how often each occurs."""

    numbers: Numbers
    texts: Numbers
    counts: Numbers


def compute_copy_rates(articles: Texts, summaries: Texts, article_of: Numbers) -> dict[str, Floats]:
    """Return the columns of `Copying` that come from words, one number a summary.

    `article_of` is the place of each summary's article; articles without words give NaN.
    """
    grams = list(_number_n_grams(articles, summaries, article_of))
    unique = [_count_unique(of_summaries) for _, of_summaries in grams]
    copied = [
        np.bincount(u.texts, u.counts * np.isin(u.numbers, of_articles.numbers), len(summaries))
        for (of_articles, _), u in zip(grams, unique, strict=True)
    ]
    sizes, article_sizes = _count_words(summaries), _count_words(articles)[article_of]
    comparable = np.where(article_sizes > 0, sizes, 0)
    excess = _sum_excess_squares(articles, summaries, article_of, *grams[1])
    rates = {
        "coverage": _share(copied[0], comparable),
        "density": _share(copied[0] + excess, comparable),
        "compression": _share(article_sizes, comparable),
        "divergence": _compute_divergence(grams[0][0], unique[0], article_sizes, comparable),
    }
    for n, of_order, n_copied in zip(ORDERS, unique, copied, strict=True):
        totals = np.maximum(sizes - n + 1, 0)
        repeated = np.bincount(of_order.texts, of_order.counts - 1, len(summaries))
        rates[f"novel{n}"] = _share(totals - n_copied, np.where(article_sizes > 0, totals, 0))
        rates[f"repeated{n}"] = 1 - _share(totals - repeated, totals)
    return rates


def measure_fragments(
    article: Sequence[str], summary: Sequence[str], places: Mapping[int, Sequence[int]]
) -> Iterator[int]:
    """Yield the lengths, two and more, of the spans that both texts have, from left to right.

    `places` says where in the article the two words are that begin at a place of the summary: a
    word alone never moves the article pointer past a longer match. (Grusky et al., 2018, as
    published.)
    """
    summary_end = 0
    for i, article_places in places.items():
        if i >= summary_end:
            longest = article_end = 0
            for j in article_places:
                if j >= article_end:
                    length = _measure_match(article, j, summary, i)
                    longest, article_end = max(longest, length), j + length
            yield longest
            summary_end = i + longest


def _measure_match(article: Sequence[str], j: int, summary: Sequence[str], i: int) -> int:
    length = 2
    limit = min(len(article) - j, len(summary) - i)
    while length < limit and article[j + length] == summary[i + length]:
        length += 1
    return length


def _sum_excess_squares(
    articles: Texts,
    summaries: Texts,
    article_of: Numbers,
    of_articles: NGrams,
    of_summaries: NGrams,
) -> Floats:
    """What its fragments add to each summary's sum of squared lengths over copied words alone.

    NaN where there are too many places to look at.
    """
    article_places: defaultdict[int, list[int]] = defaultdict(list)
    numbers, starts = of_articles.numbers.tolist(), of_articles.places.tolist()
    for number, place in zip(numbers, starts, strict=True):
        article_places[number].append(place)
    places: list[dict[int, list[int]]] = [{} for _ in summaries]
    is_copied = np.isin(of_summaries.numbers, of_articles.numbers)
    copied = (part[is_copied].tolist() for part in of_summaries)
    for number, text, place in zip(*copied, strict=True):
        places[text][place] = article_places[number]
    jobs = zip(article_of.tolist(), summaries, places, strict=True)
    return np.array(
        [
            sum(n**2 - n for n in measure_fragments(articles[k], summary, by_place))
            if sum(map(len, by_place.values())) <= MAX_PAIRS
            else np.nan
            for k, summary, by_place in jobs
        ],
        np.float64,
    )


def _number_n_grams(
    articles: Texts, summaries: Texts, article_of: Numbers
) -> Iterator[tuple[NGrams, NGrams]]:
    """For n from 1 on those n-grams of the articles that their summaries have, and the summaries'.

    Those that begin with an n-gram that occurs only once are left out: they occur once too.
    """
    vocabularies, unknown = _number_words(len(articles), summaries, article_of)
    theirs = _place_words(articles, vocabularies, unknown)
    ours = _place_words(summaries, [vocabularies[k] for k in article_of.tolist()], unknown)
    of_articles, of_summaries = theirs.to_n_grams(), ours.to_n_grams()
    of_articles = of_articles.select(of_articles.numbers < unknown)
    yield of_articles, of_summaries
    for n in ORDERS[1:]:
        counts = np.bincount(of_summaries.numbers)
        counts[of_articles.numbers] += 1
        of_summaries = of_summaries.select(counts[of_summaries.numbers] > 1)
        keys, of_summaries = ours.lengthen(of_summaries, n)
        article_keys, of_articles = theirs.lengthen(of_articles, n)
        different, numbers = np.unique(keys, return_inverse=True)
        article_numbers = np.searchsorted(different, article_keys)
        is_shared = np.append(different, -1)[article_numbers] == article_keys
        of_summaries = of_summaries._replace(numbers=numbers)
        of_articles = of_articles._replace(numbers=article_numbers).select(is_shared)
        yield of_articles, of_summaries


def _number_words(
    n_articles: int, summaries: Texts, article_of: Numbers
) -> tuple[list[dict[str, int]], int]:
    """For each article the words of its summaries with a number each, and the first unused one."""
    vocabularies: list[dict[str, int]] = [{} for _ in range(n_articles)]
    for k, summary in zip(article_of.tolist(), summaries, strict=True):
        vocabularies[k].update(dict.fromkeys(summary, 0))
    n_words = 0
    for vocabulary in vocabularies:
        vocabulary |= zip(list(vocabulary), count(n_words))
        n_words += len(vocabulary)
    return vocabularies, n_words


def _place_words(texts: Texts, vocabularies: Sequence[Mapping[str, int]], unknown: int) -> Words:
    starts = np.cumsum([0, *map(len, texts)])
    by_text = zip(vocabularies, texts, strict=True)
    numbers = chain(*(map(v.get, text, repeat(unknown)) for v, text in by_text))
    return Words(np.fromiter(numbers, np.int64, int(starts[-1])), starts, unknown)


def _count_unique(grams: NGrams) -> UniqueNGrams:
    """In their order in the summary, so that sums don't depend on the other pairs."""
    n_different = int(grams.numbers.max(initial=0)) + 1
    keys = grams.texts * n_different + grams.numbers
    _, firsts, counts = np.unique(keys, return_index=True, return_counts=True)
    order = np.argsort(firsts)
    firsts = firsts[order]
    return UniqueNGrams(grams.numbers[firsts], grams.texts[firsts], counts[order])


def _compute_divergence(
    of_articles: NGrams, unique: UniqueNGrams, article_sizes: Numbers, sizes: Numbers
) -> Floats:
    """Half of KL(article || mean) plus half of KL(summary || mean), in bits."""
    n_numbers = int(unique.numbers.max(initial=0)) + 1
    article_counts = np.bincount(of_articles.numbers, minlength=n_numbers)
    p = article_counts[unique.numbers] / np.maximum(article_sizes, 1)[unique.texts]
    q = unique.counts / np.maximum(sizes, 1)[unique.texts]
    terms = q * np.log2(2 * q / (p + q)) + p * np.log2(np.where(p > 0, 2 * p / (p + q), 1))
    in_summary, covered = (np.bincount(unique.texts, part, len(sizes)) for part in (terms, p))
    # A word that the summary does not have adds half of its share of the article.
    bits = (in_summary + 1 - covered) / 2
    return np.where(sizes > 0, bits, np.nan)


def _count_words(texts: Texts) -> Numbers:
    return np.array([len(text) for text in texts], np.int64)


def _share(part: Numbers | Floats, total: Numbers) -> Floats:
    """NaN of nothing."""
    shares = np.full(len(total), np.nan)
    np.divide(part, total, out=shares, where=total > 0)
    return shares
