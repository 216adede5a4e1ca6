"""The fragments, words and n-grams that summaries copy from their articles, many at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

ORDERS = (1, 2, 3, 4)

Texts = Sequence[Sequence[str]]
Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]


class NGrams(NamedTuple):
    """n-grams one after the other: which one, of which text, from which word on.

    Numbers are alike only for equal n-grams of an article and its summaries.
    """

    numbers: Numbers
    texts: Numbers
    places: Numbers


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
) -> Numbers:
    """What its fragments add to each summary's sum of squared lengths over copied words alone."""
    article_places: defaultdict[int, list[int]] = defaultdict(list)
    is_shared = np.isin(of_articles.numbers, of_summaries.numbers)
    numbers, starts = of_articles.numbers[is_shared], of_articles.places[is_shared]
    for number, place in zip(numbers.tolist(), starts.tolist(), strict=True):
        article_places[number].append(place)
    places: list[dict[int, list[int]]] = [{} for _ in summaries]
    for number, text, place in zip(*map(np.ndarray.tolist, of_summaries), strict=True):
        if number in article_places:
            places[text][place] = article_places[number]
    jobs = zip(article_of.tolist(), summaries, places, strict=True)
    lengths = (measure_fragments(articles[k], summary, by_place) for k, summary, by_place in jobs)
    return np.array([sum(n**2 - n for n in of_summary) for of_summary in lengths], np.int64)


def _number_n_grams(
    articles: Texts, summaries: Texts, article_of: Numbers
) -> Iterator[tuple[NGrams, NGrams]]:
    """For n from 1 on the n-grams of the articles, and of the summaries.

    Those that begin with an n-gram that occurs only once are left out: they occur once too.
    """
    texts = [*articles, *summaries]
    vocabulary = {word: k for k, word in enumerate(dict.fromkeys(chain(*texts)))}
    words = np.fromiter(map(vocabulary.__getitem__, chain(*texts)), np.int64)
    sizes = _count_words(texts)
    ends = np.cumsum(sizes)
    owners = np.repeat(np.arange(len(texts)), sizes)
    numbers = np.append(np.arange(len(articles)), article_of)[owners]
    begins = np.arange(len(words))
    for n in ORDERS:
        fits = begins + n <= ends[owners[begins]]
        begins, numbers = begins[fits], numbers[fits]
        keys = numbers * len(vocabulary) + words[begins + n - 1]
        _, numbers, counts = np.unique(keys, return_inverse=True, return_counts=True)
        text = owners[begins]
        places = begins - (ends - sizes)[text]
        border = int(np.searchsorted(text, len(articles)))
        yield (
            NGrams(numbers[:border], text[:border], places[:border]),
            NGrams(numbers[border:], text[border:] - len(articles), places[border:]),
        )
        is_repeated = counts[numbers] > 1
        begins, numbers = begins[is_repeated], numbers[is_repeated]


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
