"""A language model says whether a summary states a fact, lacks it or contradicts it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args

from summbench.core.judgements import (
    CountReplies,
    FactQuestion,
    FactReply,
    FactState,
    ReplyFormat,
    ReplyStore,
    ignore_count,
)
from summbench.core.records import Model
from summbench.metrics.judge.formats import build_choice_schema, read_choice
from summbench.metrics.judge.prompts import check_prompt
from summbench.metrics.judge.replies import RawReply
from summbench.metrics.judge.requests import Judge

PROMPT = """\
Summary:
{summary}

Fact:
{fact}

What does the summary do with the fact? It is stated if the summary says it, in whatever words. It
is contradicted if the summary says something that cannot be true together with it. Otherwise it is
missing."""
_STATE = "state"
_STATES: tuple[FactState, ...] = get_args(FactState)


@dataclass(frozen=True, slots=True)
class StateDemand:
    """A choice between stated, missing and contradicted."""

    def write(self, form: ReplyFormat) -> str:
        """The end of the prompt."""
        if form == "json":
            names = ", ".join(f'{{"state": "{state}"}}' for state in _STATES)
            return f"Reply with one JSON object and nothing else, one of: {names}."
        names = ", ".join(f"[[{state}]]" for state in _STATES)
        return (
            f"End with one of these in double square brackets: {names}. Use double brackets for "
            "nothing else."
        )

    def build_schema(self) -> dict[str, Any]:
        """The JSON Schema of a reply."""
        return build_choice_schema(_STATE, _STATES)

    def read(self, reply: str, form: ReplyFormat) -> FactState | None:
        """The state; None if the reply has none, or several that differ."""
        choice = read_choice(reply, form, _STATE, _STATES)
        return next((state for state in _STATES if state == choice), None)


class FactChecker:
    """Asks a model about one fact and one summary at a time; the article is not shown.

    The prompt has {summary} and {fact}; the demand for `format` is added at its end.

    Raises:
        SummbenchError: the prompt lacks a place, or the model can't give the format.
    """

    def __init__(
        self,
        model: Model,
        prompt: str = PROMPT,
        format: ReplyFormat = "brackets",  # noqa: A002 - the word for it in a config
        repeats: int = 1,
    ) -> None:
        check_prompt(prompt, "{summary}", "{fact}")
        self._demand, self.repeats = StateDemand(), repeats
        self._judge = Judge(model, prompt, self._demand, format, repeats)

    def check_facts(
        self, questions: Sequence[FactQuestion], count: CountReplies = ignore_count
    ) -> list[list[FactReply]]:
        """Return the replies to each question, one a repeat."""
        fields = [{"summary": q.summary, "fact": q.fact} for q in questions]
        replies = self._judge.request(fields, count)
        return [[self._read(raw) for raw in of_question] for of_question in replies]

    def use_store(self, store: ReplyStore) -> None:
        """Look for replies there before asking."""
        self._judge.use_store(store)

    def _read(self, raw: RawReply) -> FactReply:
        reply = raw.prediction
        state = None if reply.error else self._demand.read(reply.summary, raw.format)
        return FactReply(raw.repeat, state, reply.summary, reply.error, raw.key)
