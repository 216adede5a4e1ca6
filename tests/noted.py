"""A model that notes when each of its predictions is there."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from summbench.core.records import Article, Prediction


class Noted:
    """Yields each article's text, after so many seconds; the file `log` has the time of each."""

    batch_size = 4
    inert = ("log", "seconds")

    def __init__(self, log: str, seconds: float) -> None:
        self._log, self._seconds = Path(log), seconds

    def summarise(self, articles: Sequence[Article]) -> Iterator[Prediction]:
        for article in articles:
            time.sleep(self._seconds)
            with self._log.open("a", encoding="utf-8") as log:
                log.write(f"{time.monotonic()} {article.text}\n")
            yield Prediction(article.id, article.text)
