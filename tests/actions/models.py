"""A model of a repository's own, which notes what it is asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from summbench.core.records import Article, Prediction


class FirstWords:
    """The first `words` words of the article; the file `log` has a line for each prediction."""

    batch_size = 10
    inert = ("log",)

    def __init__(self, words: int, log: str = "asked.txt") -> None:
        self._words, self._log = words, Path(log)

    def summarise(self, articles: Sequence[Article]) -> list[Prediction]:
        with self._log.open("a", encoding="utf-8") as log:
            log.writelines(f"{article.id}\n" for article in articles)
        return [Prediction(a.id, " ".join(a.text.split()[: self._words])) for a in articles]
