"""Unsupervised extractive summarisers of the sumy library, on our own sentences and words."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Literal

import numpy as np
from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
from sumy.nlp.stemmers import Stemmer
from sumy.summarizers.lex_rank import LexRankSummarizer
from sumy.summarizers.lsa import LsaSummarizer
from sumy.summarizers.text_rank import TextRankSummarizer
from sumy.utils import get_stop_words

from summbench.core.errors import SummbenchError, require_at_least_one
from summbench.core.records import Article, Prediction
from summbench.core.text import Splitter, require_splitter, split_sentences, split_words

_SUMMARISERS = {
    "textrank": TextRankSummarizer,
    "lexrank": LexRankSummarizer,
    "lsa": LsaSummarizer,
}


class Extractive:
    """The `sentences` best-rated sentences in the article's order.

    TextRank (Mihalcea and Tarau, 2004), LexRank (Erkan and Radev, 2004) or LSA (Steinberger and
    Jezek, 2004; sumy keeps all dimensions, so it comes near to counting a sentence's distinct
    telling words), with sumy's stemmer and stop words for `language` (an English name: "english").
    """

    batch_size = 16

    def __init__(
        self,
        method: Literal["textrank", "lexrank", "lsa"],
        sentences: int = 3,
        language: str = "english",
        splitter_language: str = "en",
        splitter: Splitter = "auto",
    ) -> None:
        if method not in _SUMMARISERS:
            methods = ", ".join(_SUMMARISERS)
            raise SummbenchError(f"There is no extractive method {method!r}, only {methods}.")
        require_at_least_one(sentences=sentences)
        self._summarise = _SUMMARISERS[method](_build_numeric_stemmer(Stemmer(language)))
        self._summarise.stop_words = get_stop_words(language)
        self._summarise._get_best_sentences = _select_best
        if method == "lsa":
            self._summarise._create_matrix = partial(_count_words, self._summarise.stem_word)
        require_splitter(splitter)
        self._count, self._language, self._splitter = sentences, splitter_language, splitter

    def summarise(self, articles: Sequence[Article]) -> Iterator[Prediction]:
        """Yield one extract an article."""
        for article in articles:
            yield Prediction(article.id, "\n".join(self._extract(article.text)))

    def _extract(self, text: str) -> list[str]:
        sentences = split_sentences(text, self._language, self._splitter)
        if len(sentences) <= self._count:
            return sentences
        paragraph = Paragraph([Sentence(sentence, _Words) for sentence in sentences])
        # Where no word tells sentences apart, sumy divides by zero or gives up: all are equal then.
        with np.errstate(invalid="ignore"):
            extract = self._summarise(ObjectDocumentModel([paragraph]), self._count)
        return [str(sentence) for sentence in extract] or sentences[: self._count]


class _Words:
    """What sumy needs of a tokeniser; its own needs nltk's data."""

    @staticmethod
    def to_words(sentence: str) -> tuple[str, ...]:
        return tuple(split_words(sentence))


def _select_best(sentences: Sequence[Any], count: int, rating: Any) -> tuple[Any, ...]:
    """As sumy chooses, but ratings that differ by rounding alone are equal, and the first wins.

    Over all of its dimensions LSA rates a sentence by its column's length, so that ties are common,
    and the last bits of an SVD depend on the machine.
    """
    rate = rating.__getitem__ if isinstance(rating, dict) else rating
    rated = [round(rate(sentence), 9) for sentence in sentences]
    best = sorted(range(len(rated)), key=lambda i: -rated[i])[:count]
    return tuple(sentences[i] for i in sorted(best))


def _build_numeric_stemmer(stem: Callable[[str], str]) -> Callable[[Any], int]:
    """Return a stemmer whose stems are whole numbers.

    sumy sums over sets of stems; the order of a set of strings changes with every process
    (PYTHONHASHSEED) and the last bits of a sum with it, that of a set of numbers does not.
    """
    return lambda word: int.from_bytes(stem(word).encode(), "big")


def _count_words(
    stem: Callable[[Any], int], document: ObjectDocumentModel, rows: Mapping[int, int]
) -> np.ndarray:
    """sumy's matrix of words by sentences, without its warning where sentences are the more."""
    matrix = np.zeros((len(rows), len(document.sentences)))
    for column, sentence in enumerate(document.sentences):
        for word in map(stem, sentence.words):
            if word in rows:
                matrix[rows[word], column] += 1
    return matrix
