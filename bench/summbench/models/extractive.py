"""Unsupervised extractive summarisers: those of the sumy library, in time that grows slowly."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from math import log, sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from sumy.nlp.stemmers import Stemmer
from sumy.summarizers.lex_rank import LexRankSummarizer
from sumy.summarizers.text_rank import TextRankSummarizer
from sumy.utils import get_stop_words

from summbench.core.errors import Count, SummbenchError, require_at_least_one
from summbench.core.records import Article, Prediction
from summbench.core.text import Splitter, get_lead_sentences, require_splitter, split_words

_MAX_SENTENCES = 1_000
_LSA_SMOOTHING = 0.4

Stems = Sequence[Sequence[str]]
"""The stems of each sentence."""
Floats = NDArray[np.float64]


class Extractive:
    """The `sentences` best-rated sentences in the article's order.

    TextRank (Mihalcea and Tarau, 2004), LexRank (Erkan and Radev, 2004) or LSA (Steinberger and
    Jezek, 2004; sumy keeps all dimensions, so it comes near to counting a sentence's distinct
    telling words), with sumy's stemmer and stop words for `language` (an English name: "english").
    The ratings are sumy's. An article of over 1,000 sentences is cut to these, and counts as one
    whose input was truncated: the first two compare every sentence with every other.
    """

    batch_size = 16

    def __init__(
        self,
        method: Literal["textrank", "lexrank", "lsa"],
        sentences: Count = 3,
        language: str = "english",
        splitter_language: str = "en",
        splitter: Splitter = "auto",
    ) -> None:
        if method not in _METHODS:
            methods = ", ".join(_METHODS)
            raise SummbenchError(f"There is no extractive method {method!r}, only {methods}.")
        require_at_least_one(sentences=sentences)
        self._rate, self._stem = _METHODS[method], Stemmer(language)
        self._stop_words = frozenset(map(str.lower, get_stop_words(language)))
        require_splitter(splitter)
        self._count, self._language, self._splitter = sentences, splitter_language, splitter

    def summarise(self, articles: Sequence[Article]) -> Iterator[Prediction]:
        """Yield one extract an article."""
        for article in articles:
            sentences = get_lead_sentences(
                article.text, _MAX_SENTENCES + 1, self._language, self._splitter
            )
            extract = self._extract(sentences[:_MAX_SENTENCES])
            is_cut = len(sentences) > _MAX_SENTENCES
            yield Prediction(article.id, "\n".join(extract), input_truncated=is_cut)

    def _extract(self, sentences: list[str]) -> list[str]:
        if len(sentences) <= self._count:
            return sentences
        words = list(map(split_words, sentences))
        stems = {word: str(self._stem(word)) for word in {word for of in words for word in of}}
        all_stems = [[stems[word] for word in of] for of in words]
        telling = [[stems[word] for word in of if word not in self._stop_words] for of in words]
        # Where no word tells sentences apart, the power method divides by zero: all are equal then.
        with np.errstate(invalid="ignore"):
            ratings = self._rate(telling, all_stems)
        return [sentences[i] for i in _select_best(ratings, self._count)]


def _select_best(ratings: Floats, count: int) -> list[int]:
    """Ratings that differ by rounding alone are equal, and the first wins.

    Over all of its dimensions LSA rates a sentence by its column's length, so that ties are common.
    """
    rated = [round(rating, 9) for rating in ratings.tolist()]
    return sorted(sorted(range(len(rated)), key=lambda i: -rated[i])[:count])


def _rate_by_textrank(telling: Stems, _: Stems) -> Floats:
    """Two sentences are as similar as they share words, over the sum of their lengths' logs."""
    common = _multiply([Counter(words) for words in telling])
    logs = np.array([log(max(len(words), 1)) for words in telling])
    norms = logs[:, np.newaxis] + logs
    weights = np.divide(common, norms, out=common, where=norms > 0)
    weights /= weights.sum(axis=1)[:, np.newaxis] + TextRankSummarizer._ZERO_DIVISION_PREVENTION
    damping = TextRankSummarizer.damping
    matrix = np.full(weights.shape, (1.0 - damping) / len(telling)) + damping * weights
    return np.asarray(TextRankSummarizer.power_method(matrix, TextRankSummarizer.epsilon))


def _rate_by_lexrank(telling: Stems, _: Stems) -> Floats:
    """Sentences vote for those whose cosine of TF-IDF exceeds the threshold."""
    counts = [Counter(words) for words in telling]
    n_with = Counter(word for of in counts for word in of)
    weights = {word: log(len(counts) / (1 + n)) for word, n in n_with.items()}
    vectors = [
        {word: count / max(of.values()) * weights[word] for word, count in of.items()}
        for of in counts
    ]
    lengths = np.array([sqrt(sum(value**2 for value in of.values())) for of in vectors])
    products = lengths[:, np.newaxis] * lengths
    cosines = np.divide(
        _multiply(vectors), products, out=np.zeros_like(products), where=products > 0
    )
    votes = (cosines > LexRankSummarizer.threshold).astype(np.float64)
    votes /= np.maximum(votes.sum(axis=1), 1)[:, np.newaxis]
    return np.asarray(LexRankSummarizer.power_method(votes, LexRankSummarizer.epsilon))


def _rate_by_lsa(telling: Stems, all_stems: Stems) -> Floats:
    """The length of a sentence's column of smoothed frequencies: over all dimensions of the
    decomposition, what LSA rates it by is that length."""
    vocabulary = {word for words in telling for word in words}
    counts = [Counter(word for word in words if word in vocabulary) for words in all_stems]
    return np.array([_measure_column(of.values(), len(vocabulary)) for of in counts])


def _measure_column(counts: Collection[int], n_rows: int) -> float:
    most, absent = max(counts, default=0), _LSA_SMOOTHING**2
    squares = [(_LSA_SMOOTHING + (1 - _LSA_SMOOTHING) * n / most) ** 2 for n in counts]
    return sqrt(sum(squares) + absent * (n_rows - len(squares))) if squares else 0.0


def _multiply(vectors: Sequence[Mapping[str, float]]) -> Floats:
    """The inner product of each two vectors, word by word."""
    places: dict[str, list[int]] = {}
    for i, vector in enumerate(vectors):
        for word in vector:
            places.setdefault(word, []).append(i)
    products = np.zeros((len(vectors), len(vectors)))
    for word, of_word in places.items():
        values = np.array([vectors[i][word] for i in of_word], np.float64)
        products[np.ix_(of_word, of_word)] += np.outer(values, values)
    return products


_METHODS: Mapping[str, Callable[[Stems, Stems], Floats]] = {
    "textrank": _rate_by_textrank,
    "lexrank": _rate_by_lexrank,
    "lsa": _rate_by_lsa,
}
