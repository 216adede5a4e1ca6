"""Unsupervised extractive summarisers of the sumy library, on our own sentences and words."""

import warnings
from collections.abc import Callable, Sequence
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
from summbench.core.text import split_sentences, split_words

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
    ) -> None:
        if method not in _SUMMARISERS:
            known = ", ".join(_SUMMARISERS)
            raise SummbenchError(f"There is no extractive method {method!r}; known are {known}.")
        require_at_least_one(sentences=sentences)
        self._summarise = _SUMMARISERS[method](_numbered(Stemmer(language)))
        self._summarise.stop_words = get_stop_words(language)
        self._summarise._get_best_sentences = _best
        self._count, self._language = sentences, splitter_language

    def summarise(self, articles: Sequence[Article]) -> list[Prediction]:
        """One extract an article."""
        return [Prediction(a.id, "\n".join(self._extract(a.text))) for a in articles]

    def _extract(self, text: str) -> list[str]:
        found = split_sentences(text, self._language)
        if len(found) <= self._count:
            return found
        paragraph = Paragraph([Sentence(sentence, _Words) for sentence in found])
        # Where no word tells sentences apart, sumy divides by zero or gives up: all are equal then.
        with np.errstate(invalid="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            chosen = self._summarise(ObjectDocumentModel([paragraph]), self._count)
        return [str(sentence) for sentence in chosen] or found[: self._count]


class _Words:
    """What sumy asks of a tokeniser; its own needs nltk's data."""

    @staticmethod
    def to_words(sentence: str) -> tuple[str, ...]:
        return tuple(split_words(sentence))


def _best(sentences: Sequence[Any], count: int, rating: Any) -> tuple[Any, ...]:
    """As sumy chooses, but ratings that differ by rounding alone are equal, and the first wins.

    Over all of its dimensions LSA rates a sentence by its column's length, so that ties are common,
    and the last bits of an SVD depend on the machine.
    """
    rate = rating.__getitem__ if isinstance(rating, dict) else rating
    rated = [round(rate(sentence), 9) for sentence in sentences]
    best = sorted(range(len(rated)), key=lambda i: -rated[i])[:count]
    return tuple(sentences[i] for i in sorted(best))


def _numbered(stem: Callable[[str], str]) -> Callable[[Any], int]:
    """Stems as whole numbers.

    sumy sums over sets of stems; the order of a set of strings changes with every process
    (PYTHONHASHSEED) and the last bits of a sum with it, that of a set of numbers does not.
    """
    return lambda word: int.from_bytes(stem(word).encode(), "big")
