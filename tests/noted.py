"""Models that note when each of their predictions is there, one of them with torch."""

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
            summary = self._compute(article.text)
            with self._log.open("a", encoding="utf-8") as log:
                log.write(f"{time.monotonic()} {article.text}\n")
            yield Prediction(article.id, summary)

    def _compute(self, text: str) -> str:
        return text


class NotedTorch(Noted):
    """Computes each prediction with torch."""

    inert = ("log", "seconds")

    def _compute(self, text: str) -> str:
        import torch

        codes = torch.tensor([ord(character) for character in text], dtype=torch.float32)
        with torch.inference_mode():
            same = torch.eye(len(codes)) @ codes
        return "".join(chr(int(code)) for code in same.tolist())
