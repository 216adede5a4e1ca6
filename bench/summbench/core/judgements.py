"""What the scores of a judge are made of: its replies as they were read, and people's labels."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from typing import Any, Literal, Protocol, runtime_checkable

from summbench.core.json_text import parse_json
from summbench.core.records import Article, Model, Prediction

Outcome = Literal["win", "tie", "loss"]
OUTCOMES: Mapping[str, float] = {"win": 1.0, "tie": 0.5, "loss": 0.0}
"""What a choice means for the system's summary, and its score."""
Reading = float | str | None
"""A rating, an outcome, or None for a reply that is not in the demanded format."""
ReplyFormat = Literal["brackets", "json"]


@dataclass(frozen=True, slots=True)
class JudgeReply:
    """One reply, and what was read in it for each column of the metric.

    `repeat` counts from 1. `position` is that of the system's summary in a pair, None for a rubric.
    `error` says why there is no reply.
    """

    repeat: int
    position: Literal["A", "B"] | None
    format: ReplyFormat
    reply: str
    reasoning: str
    error: str | None
    readings: Mapping[str, Reading]


@dataclass(frozen=True, slots=True)
class HumanLabel:
    """A person's label of a system's summary: a rating, or an outcome; of any dataset if None."""

    dataset: str | None
    article_id: str
    system: str
    column: str
    value: float | str


def encode_replies(replies: Sequence[JudgeReply]) -> str:
    """Return the replies on one summary as JSON: the evidence of its scores."""
    return json.dumps([asdict(reply) for reply in replies], ensure_ascii=False)


def decode_replies(evidence: str) -> list[JudgeReply]:
    """Return the replies again."""
    return [JudgeReply(**reply) for reply in parse_json(evidence)]


def combine_orders(first: Reading, second: Reading) -> Reading:
    """The outcome of a pair shown in both orders: a tie if they differ, None if one is missing."""
    if first is None or second is None:
        return None
    return first if first == second else "tie"


def group_pairs(replies: Sequence[JudgeReply], column: str) -> list[tuple[Reading, Reading]]:
    """The readings of both orders, the system's summary first and second, for each repeat."""
    readings = {(r.repeat, r.position): r.readings[column] for r in replies}
    repeats = sorted({repeat for repeat, position in readings if position is not None})
    return [(readings[repeat, "A"], readings[repeat, "B"]) for repeat in repeats]


def average_readings(replies: Sequence[JudgeReply], column: str) -> float:
    """The mean over repeats, of ratings in their own unit or of outcomes; NaN if none was read."""
    if replies and replies[0].position is not None:
        outcomes = [combine_orders(*pair) for pair in group_pairs(replies, column)]
        values = [OUTCOMES[str(outcome)] for outcome in outcomes if outcome is not None]
    else:
        readings = [reply.readings[column] for reply in replies]
        values = [float(rating) for rating in readings if rating is not None]
    return sum(values) / len(values) if values else float("nan")


Place = Literal["first", "second", "tie"]
"""Which of two summaries a judge prefers, by the order in which they stood."""


@dataclass(frozen=True, slots=True)
class PairQuestion:
    """The texts of an article and of two summaries, in the order in which a judge sees them."""

    article: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class PairReply:
    """A reply to a question; `preferred` is None where none was read in it.

    `repeat` counts from 1. `error` says why there is no reply. `key` is its row in the store, empty
    without one.
    """

    repeat: int
    preferred: Place | None
    reply: str
    error: str | None
    key: str


FactState = Literal["stated", "missing", "contradicted"]
"""What a summary does with a fact."""


@dataclass(frozen=True, slots=True)
class FactQuestion:
    """A summary, and a fact that it may have."""

    summary: str
    fact: str


@dataclass(frozen=True, slots=True)
class FactReply:
    """A reply to a question; `state` is None where none was read in it.

    `repeat` counts from 1. `error` says why there is no reply. `key` is its row in the store, empty
    without one.
    """

    repeat: int
    state: FactState | None
    reply: str
    error: str | None
    key: str


AddReply = Callable[[Article, Prediction, Mapping[str, Any]], None]
"""Called with a prompt, its reply and the settings of the model."""


CountReplies = Callable[[int], None]
"""Called with how many replies more are there."""


def ignore_count(_: int) -> None:
    """Nobody watches."""


class ReplyStore(Protocol):
    """Replies of a judge that were paid for once; `variant` tells models of one config apart."""

    def compute_key(self, model: Model, variant: str, prompt: Article) -> str:
        """Return the key of the reply to the prompt."""
        ...

    def load(
        self, model: Model, variant: str, prompts: Sequence[Article]
    ) -> list[Prediction | None]:
        """Return the stored reply to each prompt, or None."""
        ...

    def open_writer(self, model: Model, variant: str) -> AbstractContextManager[AddReply]:
        """Return what stores replies: each soon after it was added, all of them at the end.

        Those that have an error are not stored.
        """
        ...


@runtime_checkable
class JudgeMetric(Protocol):
    """A metric that reads its scores in a model's replies; they are its evidence."""

    def use_store(self, store: ReplyStore) -> None:
        """Look for replies there before asking, and put new ones there."""
        ...

    def get_labels(self) -> Sequence[HumanLabel]:
        """Return people's labels of the same summaries; none if nobody gave any."""
        ...


class FactJudge(Protocol):
    """A judge that says what a summary does with a fact, for each question `repeats` times."""

    repeats: int

    def check_facts(
        self, questions: Sequence[FactQuestion], count: CountReplies = ignore_count
    ) -> list[list[FactReply]]:
        """Return the replies to each question, one a repeat."""
        ...


@runtime_checkable
class PairJudge(Protocol):
    """A judge that chooses between any two summaries; `judge_signature` says what it depends on.

    Each question is asked `repeats` times.
    """

    judge_signature: str
    repeats: int

    def judge_pairs(
        self, questions: Sequence[PairQuestion], count: CountReplies = ignore_count
    ) -> list[list[PairReply]]:
        """Return the replies to each question, one a repeat."""
        ...

    def count_pairs(self, questions: Sequence[PairQuestion]) -> tuple[int, int]:
        """Return how many different requests the questions make, and how many are stored."""
        ...

    def use_store(self, store: ReplyStore) -> None:
        """Look for replies there before asking, and put new ones there."""
        ...
