"""The records that flow through summbench, and the protocols of its four kinds of parts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal, Protocol, runtime_checkable

Direction = Literal["higher", "lower", "neither"]
Role = Literal["quality", "diagnostic"]
Kind = Literal["system", "baseline", "floor", "bound"]
"""A floor is the baseline that any system should beat; a bound sees the references."""
Need = Literal["article", "references"]
Progress = Callable[[str, int, int], None]
"""Told what is being done, how many articles are done, and of how many."""


def ignore_progress(label: str, done: int, total: int) -> None:
    """Report progress to nobody."""


def sha256(*texts: str) -> str:
    """The hex digest of the texts; a length before each keeps their borders apart."""
    return sha256_of(texts)


def sha256_of(texts: Iterable[str]) -> str:
    """`sha256` of texts that need not be held at once."""
    digest = hashlib.sha256()
    for text in texts:
        data = text.encode("utf-8", "surrogatepass")
        digest.update(f"{len(data)}:".encode())
        digest.update(data)
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Article:
    """All that a model may see."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Example:
    """What a metric may see: an article and its references, a line break between sentences."""

    article: Article
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prediction:
    """A model's answer for one article; an empty summary is an answer, `error` means there is none.

    `seconds` is wall time, a batch's time shared equally. `reasoning` is what the model thought:
    kept, never scored. `raw` is the text that a language model wrote, and `raw_reasoning` what its
    server kept apart: summary and reasoning are read from them (`core.replies`), and the store
    keeps them. They are None and empty where a model gives its summary as it is.
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
"""What the files of a run say of a prediction; only the store has the raw reply."""


@dataclass(frozen=True, slots=True)
class MetricInfo:
    """What one number of a metric means; `needs` names what an example must have for it."""

    direction: Direction
    role: Role
    needs: frozenset[Need] = frozenset()

    @property
    def failure_value(self) -> float:
        """The score of an article that the model failed on: the worst, or undefined."""
        return 0.0 if self.role == "quality" else float("nan")


@dataclass(frozen=True, slots=True)
class TaskResult:
    """One model on one dataset: predictions, and metric -> values, in the order of the articles."""

    dataset: str
    model: str
    predictions: Sequence[Prediction]
    scores: Mapping[str, Sequence[float]]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean of n values with its 95 % interval (NaN where there is none) and its method."""

    mean: float
    low: float
    high: float
    n: int
    method: str


class Dataset(Protocol):
    """Where articles and their references come from."""

    def load(self) -> Sequence[Example]:
        """All examples, in an order that is the same every time."""
        ...


@runtime_checkable
class Model(Protocol):
    """A summariser. `batch_size` is how many articles it likes to be handed at once."""

    batch_size: int

    def summarise(self, articles: Sequence[Article]) -> Sequence[Prediction]:
        """One prediction for each article, in their order."""
        ...


@runtime_checkable
class OracleModel(Protocol):
    """Not a summariser: it sees the references, to show what a score could be at most."""

    batch_size: int

    def summarise_with_references(self, examples: Sequence[Example]) -> Sequence[Prediction]:
        """One prediction for each example, in their order."""
        ...


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What came of a batch: one prediction an example, and the settings that they were made with.

    `usage` is what they cost (tokens, money), to be added up. `fatal_error` says why the model
    cannot work at all; there are no predictions then.
    """

    predictions: Sequence[Prediction] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    usage: Mapping[str, float] = field(default_factory=dict)
    fatal_error: str | None = None


class Executor(Protocol):
    """Where a model works: executors differ in nothing else, the same answers come out."""

    def map(
        self,
        model: Any,
        build: Callable[[], Any],
        examples: Sequence[Example],
        batches: Sequence[Sequence[int]],
    ) -> Generator[tuple[Sequence[int], BatchResult], None, None]:
        """Each batch (positions in `examples`), whole or in parts, with its result as it comes.

        `model` is the one that was built here, `build` makes another elsewhere. Closing the
        generator ends what is still under way.
        """
        ...


@runtime_checkable
class Metric(Protocol):
    """A score of summaries, article by article."""

    @property
    def columns(self) -> Mapping[str, MetricInfo]:
        """The names of its numbers and what they mean."""
        ...

    @property
    def signature(self) -> str:
        """Everything that can change its numbers."""
        ...

    def score(
        self, examples: Sequence[Example], summaries: Sequence[str]
    ) -> Mapping[str, Sequence[float]]:
        """For each column one number an example; NaN where it is undefined."""
        ...
