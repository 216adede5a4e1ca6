"""Sentences drawn at random: the score of a summary without understanding."""

from collections.abc import Sequence
from random import Random

from summbench.core.errors import Count, require_at_least_one
from summbench.core.records import Article, Prediction, sha256
from summbench.core.text import Splitter, require_splitter, split_sentences


class RandomSentences:
    """`sentences` sentences without replacement, in the article's order.

    The draw follows from the seed and the article's text, never from the order of the articles.
    """

    batch_size = 256

    def __init__(
        self,
        sentences: Count = 3,
        seed: int = 0,
        language: str = "en",
        splitter: Splitter = "auto",
    ) -> None:
        require_at_least_one(sentences=sentences)
        require_splitter(splitter)
        self._count, self._seed = sentences, seed
        self._language, self._splitter = language, splitter

    def summarise(self, articles: Sequence[Article]) -> list[Prediction]:
        """One draw an article."""
        return [Prediction(a.id, "\n".join(self._draw(a.text))) for a in articles]

    def _draw(self, text: str) -> list[str]:
        sentences = split_sentences(text, self._language, self._splitter)
        rng = Random(f"{self._seed}:{sha256(text)}")  # noqa: S311
        sample = rng.sample(range(len(sentences)), min(self._count, len(sentences)))
        return [sentences[i] for i in sorted(sample)]
