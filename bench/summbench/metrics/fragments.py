"""The fragments, words and n-grams that summaries have from their articles, many at a time."""

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


class Grams(NamedTuple):
    """n-grams one after the other: which one, of which text, from which word on.

    Numbers are alike only for equal n-grams of an article and its summaries.
    """

    numbers: Numbers
    texts: Numbers
    places: Numbers


class Bag(NamedTuple):
    """The n-grams of each summary without its repetitions."""

    numbers: Numbers
    texts: Numbers
    counts: Numbers


def copied(articles: Texts, summaries: Texts, article_of: Numbers) -> dict[str, Floats]:
    """The columns of `Copying` that come from words; `article_of` is each summary's article."""
    grams = list(_n_grams(articles, summaries, article_of))
    bags = [_bag(ours) for _, ours in grams]
    known = [
        np.bincount(bag.texts, bag.counts * np.isin(bag.numbers, theirs.numbers), len(summaries))
        for (theirs, _), bag in zip(grams, bags, strict=True)
    ]
    sizes, article_sizes = _sizes(summaries), _sizes(articles)[article_of]
    comparable = np.where(article_sizes > 0, sizes, 0)
    added = _added(articles, summaries, article_of, *grams[1])
    found = {
        "coverage": _share(known[0], comparable),
        "density": _share(known[0] + added, comparable),
        "compression": _share(article_sizes, comparable),
        "divergence": _divergence(grams[0][0], bags[0], article_sizes, comparable),
    }
    for n, bag, from_article in zip(ORDERS, bags, known, strict=True):
        there = np.maximum(sizes - n + 1, 0)
        repeated = np.bincount(bag.texts, bag.counts - 1, len(summaries))
        found[f"novel{n}"] = _share(there - from_article, np.where(article_sizes > 0, there, 0))
        found[f"repeated{n}"] = 1 - _share(there - repeated, there)
    return found


def fragments(
    article: Sequence[str], summary: Sequence[str], places: Mapping[int, Sequence[int]]
) -> Iterator[int]:
    """The lengths, two and more, of the spans that both texts have, from left to right.

    `places` says where in the article the two words are that begin at a place of the summary: a
    word alone never moves the article pointer past a longer match.
    """
    past = 0
    for i, found in places.items():
        if i >= past:
            longest = end = 0
            for j in found:
                if j >= end:
                    length = _shared(article, j, summary, i)
                    longest, end = max(longest, length), j + length
            yield longest
            past = i + longest


def _shared(article: Sequence[str], j: int, summary: Sequence[str], i: int) -> int:
    length = 2
    most = min(len(article) - j, len(summary) - i)
    while length < most and article[j + length] == summary[i + length]:
        length += 1
    return length


def _added(
    articles: Texts, summaries: Texts, article_of: Numbers, theirs: Grams, ours: Grams
) -> Numbers:
    """What its fragments add to each summary's sum of squared lengths over copied words alone."""
    where: defaultdict[int, list[int]] = defaultdict(list)
    shared = np.isin(theirs.numbers, ours.numbers)
    pairs = zip(theirs.numbers[shared].tolist(), theirs.places[shared].tolist(), strict=True)
    for number, place in pairs:
        where[number].append(place)
    places: list[dict[int, list[int]]] = [{} for _ in summaries]
    for number, text, place in zip(*map(np.ndarray.tolist, ours), strict=True):
        if number in where:
            places[text][place] = where[number]
    jobs = zip(article_of.tolist(), summaries, places, strict=True)
    lengths = (fragments(articles[k], summary, found) for k, summary, found in jobs)
    return np.array([sum(length**2 - length for length in of_one) for of_one in lengths], np.int64)


def _n_grams(
    articles: Texts, summaries: Texts, article_of: Numbers
) -> Iterator[tuple[Grams, Grams]]:
    """For n from 1 on the n-grams of the articles, and of the summaries.

    Those that begin with an n-gram which is there only once are left out: they are too.
    """
    texts = [*articles, *summaries]
    vocabulary = {word: k for k, word in enumerate(dict.fromkeys(chain(*texts)))}
    words = np.fromiter(map(vocabulary.__getitem__, chain(*texts)), np.int64)
    sizes = _sizes(texts)
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
            Grams(numbers[:border], text[:border], places[:border]),
            Grams(numbers[border:], text[border:] - len(articles), places[border:]),
        )
        again = counts[numbers] > 1
        begins, numbers = begins[again], numbers[again]


def _bag(grams: Grams) -> Bag:
    """In their order in the summary, so that sums don't depend on the other pairs."""
    different = int(grams.numbers.max(initial=0)) + 1
    keys = grams.texts * different + grams.numbers
    _, firsts, counts = np.unique(keys, return_index=True, return_counts=True)
    order = np.argsort(firsts)
    firsts = firsts[order]
    return Bag(grams.numbers[firsts], grams.texts[firsts], counts[order])


def _divergence(theirs: Grams, bag: Bag, article_sizes: Numbers, sizes: Numbers) -> Floats:
    """Half of KL(article || mean) plus half of KL(summary || mean), in bits."""
    in_article = np.bincount(theirs.numbers, minlength=int(bag.numbers.max(initial=0)) + 1)
    p = in_article[bag.numbers] / np.maximum(article_sizes, 1)[bag.texts]
    q = bag.counts / np.maximum(sizes, 1)[bag.texts]
    terms = q * np.log2(2 * q / (p + q)) + p * np.log2(np.where(p > 0, 2 * p / (p + q), 1))
    found, covered = (np.bincount(bag.texts, part, len(sizes)) for part in (terms, p))
    # A word that the summary has not adds half of its share of the article.
    bits = (found + 1 - covered) / 2
    return np.where(sizes > 0, bits, np.nan)


def _sizes(texts: Texts) -> Numbers:
    return np.array([len(text) for text in texts], np.int64)


def _share(part: Numbers | Floats, whole: Numbers) -> Floats:
    """NaN of nothing."""
    found = np.full(len(whole), np.nan)
    np.divide(part, whole, out=found, where=whole > 0)
    return found
