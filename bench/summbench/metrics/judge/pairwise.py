"""A language model chooses between each summary and an opponent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from summbench.core.errors import SummbenchError
from summbench.core.judgements import (
    CountReplies,
    HumanLabel,
    JudgeReply,
    Outcome,
    PairQuestion,
    PairReply,
    Place,
    ReplyFormat,
    ReplyStore,
    average_readings,
    encode_replies,
    ignore_count,
)
from summbench.core.records import Example, MetricInfo, Model, Need, sha256
from summbench.core.text import get_lead_sentences
from summbench.metrics.judge.labels import parse_outcome, read_labels
from summbench.metrics.judge.prompts import check_prompt
from summbench.metrics.judge.replies import RawReply, VerdictDemand, build_reply
from summbench.metrics.judge.requests import UNDEFINED_IF, Judge

_LEAD = 3
_WINS = "wins"
_PLACES: Mapping[str, Place] = {"A": "first", "B": "second", "C": "tie"}


class Pairwise:
    """Whether the judge prefers the summary to an opponent's: 1 a win, 0.5 a tie, 0 a loss.

    The opponent is the first `reference` or the article's first three sentences (`lead3`). Each
    pair is shown in both orders, and a verdict that changes with the order is a tie: judges favour
    a position. Diagnostic, as `Rubric`, with the same `format`, `repeats` and human `labels` (win,
    tie or loss of the system); the prompt has {article}, {a} and {b}. A reply without a verdict
    makes the pair missing (NaN), and is counted; so is an empty summary. (Zheng et al., 2023.)

    Raises:
        SummbenchError: the prompt lacks a place, `opponent` is unknown, or a label is wrong.
    """

    inert = ("labels",)

    def __init__(
        self,
        model: Model,
        judge: str,
        prompt: str,
        opponent: Literal["reference", "lead3"] = "reference",
        format: ReplyFormat = "brackets",  # noqa: A002 - the word for it in a config
        repeats: int = 1,
        labels: str | None = None,
    ) -> None:
        check_prompt(prompt, "{article}", "{a}", "{b}")
        if opponent not in ("reference", "lead3"):
            raise SummbenchError(f"opponent={opponent!r} is neither reference nor lead3.")
        self._demand, self._opponent = VerdictDemand(), opponent
        self._judge = Judge(model, prompt, self._demand, format, repeats)
        needs: set[Need] = {"article"}
        if opponent == "reference":
            needs.add("references")
        self.columns = {_WINS: MetricInfo("higher", "diagnostic", frozenset(needs), UNDEFINED_IF)}
        source = f"judge:{judge}|prompt:{sha256(prompt)[:12]}|format:{format}|repeats:{repeats}"
        self.signature = f"pairwise|agg:mean|vs:{opponent}|{source}|v:2"
        self.judge_signature, self.repeats = f"pairs|{source}|v:1", repeats
        self._labels = read_labels(labels, [_WINS], parse_outcome, "win, tie or loss")
        self._evidence: list[str] = []

    def score(
        self, examples: Sequence[Example], summaries: Sequence[str]
    ) -> dict[str, list[float]]:
        """Return one result an example."""
        judged: list[int] = []
        fields: list[dict[str, str]] = []
        for i, (example, summary) in enumerate(zip(examples, summaries, strict=True)):
            other = self._get_opponent(example)
            if summary.strip() and other:
                judged.append(i)
                article = example.article.text
                fields.append({"article": article, "a": summary, "b": other})
                fields.append({"article": article, "a": other, "b": summary})
        raw = self._judge.request(fields)
        both = {i: self._read(raw[2 * k], raw[2 * k + 1]) for k, i in enumerate(judged)}
        replies = [both.get(i, []) for i in range(len(summaries))]
        self._evidence = [encode_replies(of_example) for of_example in replies]
        return {_WINS: [average_readings(of_example, _WINS) for of_example in replies]}

    def judge_pairs(
        self, questions: Sequence[PairQuestion], count: CountReplies = ignore_count
    ) -> list[list[PairReply]]:
        """Return the replies to each question, one a repeat; the opponent counts for nothing."""
        replies = self._judge.request(_list_fields(questions), count)
        return [[self._read_pair(raw) for raw in of_question] for of_question in replies]

    def count_pairs(self, questions: Sequence[PairQuestion]) -> tuple[int, int]:
        """Return how many different requests the questions make, and how many are stored."""
        return self._judge.count_requests(_list_fields(questions)) if questions else (0, 0)

    def get_evidence(self) -> Sequence[str]:
        """Return the raw replies to the last call with their readings, as JSON, by example."""
        return self._evidence

    def get_settings(self) -> Mapping[str, Any]:
        """Return prompt, format, model, and what was asked here."""
        return self._judge.get_settings()

    def get_labels(self) -> Sequence[HumanLabel]:
        """Return the human labels: win, tie or loss."""
        return self._labels

    def use_store(self, store: ReplyStore) -> None:
        """Look for replies there before asking."""
        self._judge.use_store(store)

    def _read_pair(self, raw: RawReply) -> PairReply:
        reply = raw.prediction
        verdict = None if reply.error else self._demand.read(reply.summary, raw.format)
        preferred = None if verdict is None else _PLACES[verdict]
        return PairReply(raw.repeat, preferred, reply.summary, reply.error, raw.key)

    def _read(self, first: Sequence[RawReply], second: Sequence[RawReply]) -> list[JudgeReply]:
        """The replies of all repeats; the system's summary is A in the first order."""
        return [
            build_reply(raw, position, {_WINS: self._read_outcome(raw, position)})
            for pair in zip(first, second, strict=True)
            for raw, position in zip(pair, ("A", "B"), strict=True)
        ]

    def _read_outcome(self, raw: RawReply, position: str) -> Outcome | None:
        verdict = self._demand.read(raw.prediction.summary, raw.format)
        if verdict in (None, "C"):
            return None if verdict is None else "tie"
        return "win" if verdict == position else "loss"

    def _get_opponent(self, example: Example) -> str:
        if self._opponent == "lead3":
            return "\n".join(get_lead_sentences(example.article.text, _LEAD))
        return example.references[0] if example.references else ""


def _list_fields(questions: Sequence[PairQuestion]) -> list[dict[str, str]]:
    return [{"article": q.article, "a": q.first, "b": q.second} for q in questions]
