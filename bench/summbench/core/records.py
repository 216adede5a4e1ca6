"""The records that flow through summbench, and the protocols of its four kinds of plug-ins."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal, Protocol, runtime_checkable

Direction = Literal["higher", "lower", "neither"]
Role = Literal["quality", "diagnostic"]
Kind = Literal["system", "baseline", "floor", "bound"]
"""Any system should beat a floor; a bound sees the references."""
Need = Literal["article", "references"]
Progress = Callable[[str, int, int], None]
"""Called with what is being done, the number of articles that are done, and of all."""


def ignore_progress(label: str, completed: int, total: int) -> None:
    """Take a progress report and do nothing."""


def sha256(*texts: str) -> str:
    """Hash the texts to a hex digest; a length before each keeps their borders apart."""
    return sha256_of(texts)


def sha256_of(texts: Iterable[str]) -> str:
    """Hash like `sha256`, without holding all texts at once."""
    digest = hashlib.sha256()
    update_digest(digest, texts)
    return digest.hexdigest()


def update_digest(digest: hashlib._Hash, texts: Iterable[str]) -> None:
    """Add texts to a digest: what begins alike is hashed once, and copied."""
    for text in texts:
        data = text.encode("utf-8", "surrogatepass")
        digest.update(f"{len(data)}:".encode())
        digest.update(data)


REQUESTS = sha256("requests")
"""Stands for the fingerprint of a model in the store where the request alone is the key."""


@dataclass(frozen=True, slots=True)
class Article:
    """All that a model may see; `id` is unique in its dataset."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Example:
    """What a metric may see: an article and its references, one sentence a line.

    `groups` are column and cell of what results are also shown by; they identify no article.
    """

    article: Article
    references: tuple[str, ...] = ()
    groups: tuple[tuple[str, str | int | float | None], ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Prediction:
    """A model's output for one article; an empty summary is valid, `error` means there is none.

    `seconds` is wall time, a batch's time shared equally. `reasoning` is the model's thinking,
    which is never scored. `raw` is the text that a language model wrote, `raw_reasoning` what its
    server returned separately: summary and reasoning are read from them (`core.replies`), and only
    the store has them. They are None and empty if a model returns its summary as it is.
    """

    article_id: str
    summary: str = ""
    input_tokens: int | None = None
    output_tokens: int | None = None
    seconds: float = 0.0
    finish_reason: str = "stop"
    input_truncated: bool = False
    reasoning: str = ""
    error: str | None = None
    raw: str | None = None
    raw_reasoning: str = ""


RESULT_COLUMNS = tuple(
    field.name for field in fields(Prediction) if field.name not in ("raw", "raw_reasoning")
)
"""The fields of a prediction in the files of a run; only the store has the raw reply."""


@dataclass(frozen=True, slots=True)
class MetricInfo:
    """The meaning of one column of a metric; `needs` names what an example must have for it.

    `undefined_if` says in words when the number is NaN: "the summary has no number". A column of
    quality whose means are all between 0 and 1 is a share, which people read in points (x 100); any
    other, as a number of characters, is shown as it is. `worst` is what an output that failed
    counts as; where lower is better, a column of quality must say it.
    """

    direction: Direction
    role: Role
    needs: frozenset[Need] = frozenset()
    undefined_if: str = ""
    worst: float = 0.0

    @property
    def failure_value(self) -> float:
        """The score of a failed article: the worst quality, or NaN for a diagnostic."""
        return self.worst if self.role == "quality" else float("nan")


@dataclass(frozen=True, slots=True)
class TaskResult:
    """One model on one dataset: predictions, and metric -> values, one an article, in order."""

    dataset: str
    model: str
    predictions: Sequence[Prediction]
    scores: Mapping[str, Sequence[float]]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean of n values with its 95 % interval and its method; no interval is NaN."""

    mean: float
    low: float
    high: float
    n: int
    method: str


class Dataset(Protocol):
    """A source of articles and references."""

    def load(self) -> Sequence[Example]:
        """Return all examples, in the same order every time.

        Raises: SummbenchError, if the data is missing or wrong.
        """
        ...


@runtime_checkable
class Model(Protocol):
    """A summariser.

    It is built once a run, when it is first needed, so that its constructor may load weights. If
    it has a method `close()`, that is called after its last article.
    """

    @property
    def batch_size(self) -> int:
        """The best number of articles for one call, at least 1."""
        ...

    def summarise(self, articles: Sequence[Article]) -> Iterable[Prediction]:
        """Return one prediction an article, or yield them as they come, in any order.

        Each has the id of its article, and is stored within about a second. If it raises, only
        the articles that have none are predicted again, each alone. A SummbenchError means that
        the model cannot work at all.
        """
        ...


@runtime_checkable
class OracleModel(Protocol):
    """A bound, not a summariser: it sees the references, to show the highest possible score."""

    @property
    def batch_size(self) -> int:
        """The best number of examples for one call, at least 1."""
        ...

    def summarise_with_references(self, examples: Sequence[Example]) -> Iterable[Prediction]:
        """Return one prediction an example, or yield them as they come, in any order."""
        ...


@dataclass(frozen=True, slots=True)
class BatchResult:
    """The result of a batch: one prediction an example, and the settings behind them.

    `usage` is what they cost (tokens, money), to be summed. `fatal_error` says why the model
    cannot work at all; there are no predictions then.
    """

    predictions: Sequence[Prediction] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    usage: Mapping[str, float] = field(default_factory=dict)
    fatal_error: str | None = None


class Executor(Protocol):
    """Runs a model in this process or elsewhere; predictions are the same with every executor.

    One that never uses the model of this process has `builds_models = True`.
    """

    def map(
        self,
        model: Any,
        build: Callable[[], Any],
        examples: Sequence[Example],
        batches: Sequence[Sequence[int]],
    ) -> Generator[tuple[Sequence[int], BatchResult], None, None]:
        """Predict each batch, which is a list of positions in `examples`.

        Yields positions and their result as soon as it is there; a batch may come in parts.
        `model` was built in this process, `build` builds another elsewhere. Closing the generator
        stops all work.
        """
        ...


@runtime_checkable
class Metric(Protocol):
    """Scores summaries, article by article."""

    @property
    def columns(self) -> Mapping[str, MetricInfo]:
        """Column -> the meaning of its numbers."""
        ...

    @property
    def signature(self) -> str:
        """Everything that can change the numbers; scores of unlike signatures are not compared."""
        ...

    def score(
        self, examples: Sequence[Example], summaries: Sequence[str]
    ) -> Mapping[str, Sequence[float]]:
        """Return one number an example for each column, NaN where it is undefined."""
        ...
