"""The fragments, words and n-grams that summaries copy from their articles, many at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from summbench.metrics.rouge.numbering import Numbers, number_words, renumber

ORDERS = (1, 2, 3, 4)
MAX_PAIRS = 1_000_000
"""Of a bigram in the summary and the same in the article: the search for fragments looks at each.
News has thousands, a book with a chapter as its summary half a million."""

Texts = Sequence[str]
"""The words of each text, with white space between."""
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

    def count_each(self, n_numbers: int = 0) -> Numbers:
        """Return how often each number occurs, from 0 to `n_numbers` at least."""
        return np.bincount(self.numbers, minlength=n_numbers)


class UniqueNGrams(NamedTuple):
    """The different n-grams of each summary, and how often each occurs."""

    numbers: Numbers
    texts: Numbers
    counts: Numbers


def compute_copy_rates(articles: Texts, summaries: Texts, article_of: Numbers) -> dict[str, Floats]:
    """Return the columns of `Copying` that come from words, one number a summary.

    `article_of` is the place of each summary's article; articles without words give NaN.
    """
    theirs, ours = _number_texts(articles, summaries, article_of)
    grams = list(_number_n_grams(theirs, ours))
    unique = [_count_unique(of_summaries) for _, of_summaries in grams]
    copied = [
        np.bincount(u.texts, u.counts * _find_shared(u, of_articles), len(summaries))
        for (of_articles, _), u in zip(grams, unique, strict=True)
    ]
    sizes, article_sizes = np.diff(ours.starts), np.diff(theirs.starts)[article_of]
    comparable = np.where(article_sizes > 0, sizes, 0)
    excess = _sum_excess_squares(theirs, ours, article_of, *grams[1])
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
    article: Sequence[object],
    summary: Sequence[object],
    places: Iterable[tuple[int, Sequence[int]]],
) -> Iterator[int]:
    """Yield the lengths, two and more, of the spans that both texts have, from left to right.

    `places` are those of the summary, in order, at which a bigram begins that the article has, and
    where it has it: a word alone never moves the article pointer past a longer match. (Grusky et
    al., 2018, as published.)
    """
    summary_end = 0
    for i, article_places in places:
        if i >= summary_end:
            longest = article_end = 0
            for j in article_places:
                if j >= article_end:
                    length = _measure_match(article, j, summary, i)
                    longest, article_end = max(longest, length), j + length
            yield longest
            summary_end = i + longest


def _measure_match(article: Sequence[object], j: int, summary: Sequence[object], i: int) -> int:
    length = 2
    limit = min(len(article) - j, len(summary) - i)
    while length < limit and article[j + length] == summary[i + length]:
        length += 1
    return length


def _sum_excess_squares(
    theirs: Words, ours: Words, article_of: Numbers, of_articles: NGrams, of_summaries: NGrams
) -> Floats:
    """What its fragments add to each summary's sum of squared lengths over copied words alone.

    NaN where there are too many places to look at.
    """
    n_numbers = int(of_summaries.numbers.max(initial=0)) + 1
    article_counts = of_articles.count_each(n_numbers)
    place_ends = np.cumsum(article_counts)
    all_places = of_articles.places[np.argsort(of_articles.numbers, kind="stable")].tolist()
    copied = of_summaries.select(article_counts[of_summaries.numbers] > 0)
    ends = place_ends[copied.numbers]
    starts = ends - article_counts[copied.numbers]
    n_pairs = np.bincount(copied.texts, ends - starts, len(article_of))
    jobs = list(zip(copied.places.tolist(), starts.tolist(), ends.tolist(), strict=True))
    bounds = np.searchsorted(copied.texts, np.arange(len(article_of) + 1)).tolist()
    article_words, words = theirs.numbers.data, ours.numbers.data
    article_starts, word_starts = theirs.starts.tolist(), ours.starts.tolist()
    sums = np.zeros(len(article_of), np.float64)
    for text, k in enumerate(article_of.tolist()):
        if bounds[text] < bounds[text + 1] and n_pairs[text] <= MAX_PAIRS:
            lengths = measure_fragments(
                article_words[article_starts[k] : article_starts[k + 1]],
                words[word_starts[text] : word_starts[text + 1]],
                ((i, all_places[a:b]) for i, a, b in jobs[bounds[text] : bounds[text + 1]]),
            )
            sums[text] = sum(n**2 - n for n in lengths)
    sums[n_pairs > MAX_PAIRS] = np.nan
    return sums


def _number_texts(articles: Texts, summaries: Texts, article_of: Numbers) -> tuple[Words, Words]:
    """The words of the articles and of the summaries."""
    numbers, starts = number_words([*articles, *summaries])
    n_articles, n_different = len(articles), int(numbers.max(initial=0)) + 1
    first = starts[n_articles]  # of the summaries' words
    owners = np.repeat(article_of, np.diff(starts[n_articles:]))
    ours, unique = renumber(owners * n_different + numbers[first:])
    unknown = len(unique)
    theirs = np.full(first, unknown)
    article_starts, table = starts[: n_articles + 1], np.full(n_different, unknown)
    order = np.argsort(unique, kind="stable")
    bounds = np.searchsorted(unique[order], np.arange(n_articles + 1) * n_different)
    for k, (start, end) in enumerate(pairwise(article_starts.tolist())):
        of_article = order[bounds[k] : bounds[k + 1]]
        words = unique[of_article] - k * n_different
        table[words] = of_article
        theirs[start:end] = table[numbers[start:end]]
        table[words] = unknown
    return (
        Words(theirs, article_starts, unknown),
        Words(ours, starts[n_articles:] - first, unknown),
    )


def _number_n_grams(theirs: Words, ours: Words) -> Iterator[tuple[NGrams, NGrams]]:
    """For n from 1 on those n-grams of the articles that their summaries have, and the summaries'.

    Those that begin with an n-gram that occurs only once are left out: they occur once too.
    """
    of_articles, of_summaries = theirs.to_n_grams(), ours.to_n_grams()
    of_articles = of_articles.select(of_articles.numbers < ours.unknown)
    yield of_articles, of_summaries
    for n in ORDERS[1:]:
        counts = of_summaries.count_each()
        counts[of_articles.numbers] += 1
        of_summaries = of_summaries.select(counts[of_summaries.numbers] > 1)
        keys, of_summaries = ours.lengthen(of_summaries, n)
        article_keys, of_articles = theirs.lengthen(of_articles, n)
        numbers, article_numbers = _number_keys(keys, article_keys)
        is_shared = article_numbers <= numbers.max(initial=-1)
        of_summaries = of_summaries._replace(numbers=numbers)
        of_articles = of_articles._replace(numbers=article_numbers).select(is_shared)
        yield of_articles, of_summaries


def _number_keys(keys: Numbers, others: Numbers) -> tuple[Numbers, Numbers]:
    """Number both from 0 on; a key that only the others have has a number above all of `keys`."""
    numbers, _ = renumber(np.concatenate([keys, others]))
    return numbers[: len(keys)], numbers[len(keys) :]


def _count_unique(grams: NGrams) -> UniqueNGrams:
    """In their order in the summary, so that sums don't depend on the other pairs."""
    n_different = int(grams.numbers.max(initial=0)) + 1
    places, unique = renumber(grams.texts * n_different + grams.numbers)
    return UniqueNGrams(unique % n_different, unique // n_different, np.bincount(places))


def _find_shared(unique: UniqueNGrams, of_articles: NGrams) -> NDArray[np.bool_]:
    is_in_article = np.zeros(int(unique.numbers.max(initial=-1)) + 1, bool)
    is_in_article[of_articles.numbers] = True
    return is_in_article[unique.numbers]


def _compute_divergence(
    of_articles: NGrams, unique: UniqueNGrams, article_sizes: Numbers, sizes: Numbers
) -> Floats:
    """Half of KL(article || mean) plus half of KL(summary || mean), in bits."""
    article_counts = of_articles.count_each(int(unique.numbers.max(initial=0)) + 1)
    p = article_counts[unique.numbers] / np.maximum(article_sizes, 1)[unique.texts]
    q = unique.counts / np.maximum(sizes, 1)[unique.texts]
    terms = q * np.log2(2 * q / (p + q)) + p * np.log2(np.where(p > 0, 2 * p / (p + q), 1))
    in_summary, covered = (np.bincount(unique.texts, part, len(sizes)) for part in (terms, p))
    # A word that the summary does not have adds half of its share of the article.
    bits = (in_summary + 1 - covered) / 2
    return np.where(sizes > 0, bits, np.nan)


def _share(part: Numbers | Floats, total: Numbers) -> Floats:
    """NaN of nothing."""
    shares = np.full(len(total), np.nan)
    np.divide(part, total, out=shares, where=total > 0)
    return shares
