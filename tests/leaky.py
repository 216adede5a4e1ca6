"""Models that let out what they know; ordinary classes, named in configs as any other."""

from __future__ import annotations

import os
from collections.abc import Sequence

from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Prediction

_VARIABLES = ("OPENAI_API_KEY", "HF_TOKEN", "AWS_SECRET_ACCESS_KEY")


def known() -> str:
    """All secrets of the environment in one sentence."""
    return "; ".join(os.environ[name] for name in _VARIABLES)


class Leaky:
    """Tells the secrets and its `url` in an error, its settings, its log or its answers' errors."""

    batch_size = 2

    def __init__(self, where: str, url: str) -> None:
        self._where, self._text = where, f"{known()} at {url}"

    def plan_batches(self, articles: Sequence[Article]) -> list[list[int]]:
        if self._where == "batches":
            raise ValueError(self._text)
        return [[i] for i in range(len(articles))]

    def summarise(self, articles: Sequence[Article]) -> list[Prediction]:
        if self._where == "article":
            raise ConnectionError(f"no answer: {self._text}")
        if self._where == "first":
            raise SummbenchError(f"can't work: {self._text}")
        error = self._text if self._where == "answer" else None
        return [Prediction(article.id, "fine", error=error) for article in articles]

    def get_settings(self) -> dict[str, str]:
        return {"asked": self._text} if self._where == "settings" else {}


class Crashing:
    """Is a mistake of a programmer, which nothing answers."""

    def __init__(self, url: str) -> None:
        self._url = url

    @property
    def batch_size(self) -> int:
        raise RuntimeError(f"no size: {known()}; {self._url}")

    def summarise(self, articles: Sequence[Article]) -> list[Prediction]:
        raise AssertionError("its size is asked for first")
