"""Models that misbehave on purpose, and a metric; ordinary classes, named in configs as any."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from multiprocessing.util import Finalize
from pathlib import Path

from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Example, MetricInfo, Prediction


class Echo:
    """The first `words` words of the article; counts how often it was asked."""

    batch_size = 4

    def __init__(self, words: int = 5) -> None:
        self._words = words
        self.asked: list[str] = []

    def summarise(self, articles: Sequence[Article]) -> list[Prediction]:
        self.asked += [article.id for article in articles]
        return [Prediction(a.id, " ".join(a.text.split()[: self._words])) for a in articles]


class Silent:
    """An empty summary, which is an answer."""

    batch_size = 4

    def summarise(self, articles: Sequence[Article]) -> list[Prediction]:
        return [Prediction(article.id) for article in articles]


class Broken:
    """Raises on every article whose text contains `on`; on all if it is empty."""

    batch_size = 4

    def __init__(self, on: str = "") -> None:
        self._on = on

    def summarise(self, articles: Sequence[Article]) -> list[Prediction]:
        if any(self._on in article.text for article in articles):
            raise RuntimeError("the fake broke, as it should")
        return [Prediction(article.id, "fine") for article in articles]


class Unstartable:
    """Raises in its constructor."""

    batch_size = 4

    def __init__(self) -> None:
        raise OSError("no such device")

    def summarise(self, articles: Sequence[Article]) -> list[Prediction]:
        raise AssertionError("it never started, and yet was asked")


class Slow:
    """Echo with a pause before each article."""

    batch_size = 1

    def __init__(self, seconds: float = 0.2) -> None:
        self._seconds = seconds

    def summarise(self, articles: Sequence[Article]) -> list[Prediction]:
        time.sleep(self._seconds)
        return [Prediction(article.id, article.text[:40]) for article in articles]


class Shuffler:
    """Answers in the wrong order."""

    batch_size = 4

    def summarise(self, articles: Sequence[Article]) -> list[Prediction]:
        return [Prediction(article.id, "x") for article in reversed(articles)]


class Cheat:
    """A bound that returns the first reference."""

    batch_size = 4

    def summarise_with_references(self, examples: Sequence[Example]) -> list[Prediction]:
        return [Prediction(e.article.id, e.references[0]) for e in examples]


class Lost:
    """Misses a file on every article, and says where it was to be."""

    batch_size = 4

    def __init__(self, path: str) -> None:
        self._path = path

    def summarise(self, articles: Sequence[Article]) -> list[Prediction]:
        raise FileNotFoundError(f"{self._path} is not there")


class Choosy:
    """Wants these batches, and every other article alone; notes the ids it is asked for."""

    batch_size = 4

    def __init__(self, batches: Sequence[Sequence[int]]) -> None:
        self._batches = batches
        self.asked: list[list[str]] = []

    def plan_batches(self, articles: Sequence[Article]) -> list[Sequence[int]]:
        wanted = {i for batch in self._batches for i in batch}
        return [*self._batches, *[[i] for i in range(len(articles)) if i not in wanted]]

    def summarise(self, articles: Sequence[Article]) -> list[Prediction]:
        self.asked.append([article.id for article in articles])
        return [Prediction(article.id, "fine") for article in articles]


class Refusing:
    """Finds out when it is first asked that it cannot work at all."""

    batch_size = 1

    def summarise(self, articles: Sequence[Article]) -> list[Prediction]:
        raise SummbenchError("the file is no checkpoint")


class Killed:
    """Takes its process with it on every article whose text contains `on`, as a system short of
    memory would; the first `times` only, counted in the file `deaths`, if that is given."""

    batch_size = 4

    def __init__(self, on: str, deaths: str | None = None, times: int = 1) -> None:
        self._on, self._deaths, self._times = on, deaths, times

    def summarise(self, articles: Sequence[Article]) -> list[Prediction]:
        if any(self._on in article.text for article in articles) and self._is_due():
            os.kill(os.getpid(), signal.SIGKILL)
        return [Prediction(article.id, article.text[:9]) for article in articles]

    def _is_due(self) -> bool:
        if self._deaths is None:
            return True
        file = Path(self._deaths)
        deaths = len(file.read_text("utf-8")) if file.exists() else 0
        file.write_text("x" * (deaths + 1), "utf-8")
        return deaths < self._times


class Burning:
    """Keeps one core busy for `seconds` of its own time an article."""

    batch_size = 4

    def __init__(self, seconds: float = 0.05) -> None:
        self._seconds = seconds

    def summarise(self, articles: Sequence[Article]) -> list[Prediction]:
        for _ in articles:
            end = time.process_time() + self._seconds
            while time.process_time() < end:
                pass
        return [Prediction(article.id, article.text[:40]) for article in articles]


class Tidy(Silent):
    """Leaves a note when its process ends as processes should, and has not been killed."""

    def __init__(self, note: str) -> None:
        Finalize(None, Path(note).touch, exitpriority=1)


class Somewhere:
    """Says in its settings in which process it works."""

    batch_size = 2

    def summarise(self, articles: Sequence[Article]) -> list[Prediction]:
        return [Prediction(article.id, "x") for article in articles]

    def get_settings(self) -> dict[str, int]:
        return {"process": os.getpid()}


class Words:
    """How many words a summary has, and whether it is empty, as a metric of one's own."""

    columns = {  # noqa: RUF012
        "n": MetricInfo("higher", "quality"),
        "empty": MetricInfo("neither", "diagnostic"),
    }
    signature = "words|v:1"

    def score(
        self, examples: Sequence[Example], summaries: Sequence[str]
    ) -> dict[str, list[float]]:
        """Return two numbers a summary."""
        counts = [float(len(summary.split())) for summary in summaries]
        return {"n": counts, "empty": [float(not count) for count in counts]}
