"""What a judge is asked: prompts with a demanded format, again with other seeds, never twice."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from summbench.core.batch_prediction import BatchPredictor
from summbench.core.capabilities import (
    SupportsAvailabilityCheck,
    SupportsSchema,
    SupportsSeed,
    SupportsSettings,
)
from summbench.core.errors import SummbenchError
from summbench.core.judgements import (
    AddReply,
    CountReplies,
    ReplyFormat,
    ReplyStore,
    ignore_count,
)
from summbench.core.records import Article, Example, Model, Prediction, sha256
from summbench.metrics.judge.prompts import fill_prompt
from summbench.metrics.judge.replies import Demand, RawReply

_LOG = logging.getLogger("summbench")
UNDEFINED_IF = "a text is empty, or the judge gave no reply of the demanded format"
_REFUSED = re.compile(r"HTTP (?!408|429)(4\d\d|500|501)\b")
"""How a server says that it does not know a request's option."""
FORMATS: Sequence[ReplyFormat] = ("brackets", "json")


class Judge:
    """The judging model; prompts go to it as articles.

    In the format `json` the server is given a schema. One that refuses schemas is asked for
    brackets instead: the first request shows it, and the others do not try again.
    """

    def __init__(
        self, model: Model, prompt: str, demand: Demand, form: ReplyFormat, repeats: int
    ) -> None:
        if form not in FORMATS:
            raise SummbenchError(f"format is {form!r}; expected brackets or json.")
        if form == "json" and not isinstance(model, SupportsSchema):
            raise SummbenchError(
                f"format: json needs a model behind a server, and {type(model).__name__} is none; "
                "use format: brackets."
            )
        if repeats < 1:
            raise SummbenchError(f"repeats is {repeats}; expected at least 1.")
        if repeats > 1 and not isinstance(model, SupportsSeed):
            raise SummbenchError(
                f"repeats: {repeats} needs a model with a seed, and {type(model).__name__} has "
                "none: every repeat would be the same request."
            )
        self._model, self._prompt, self._demand = model, prompt, demand
        self._requested, self._repeats = form, repeats
        self._format: ReplyFormat | None = "brackets" if form == "brackets" else None
        self._store: ReplyStore | None = None
        self._n_sent = self._n_stored = 0
        self._usage: Counter[str] = Counter()
        self._models = {repeat: self._build_model(repeat) for repeat in range(1, repeats + 1)}

    def use_store(self, store: ReplyStore) -> None:
        """Look for replies there before asking."""
        self._store = store

    def request(
        self, fields: Sequence[Mapping[str, str]], count: CountReplies = ignore_count
    ) -> list[list[RawReply]]:
        """Return the replies to the prompt filled with each of the fields, one a repeat."""
        if not fields:
            return []
        form, probe = self._settle_format(fields)
        count(len(probe))
        rounds = [
            [*probe, *self._ask(1, form, fields[len(probe) :], count)],
            *(self._ask(repeat, form, fields, count) for repeat in range(2, self._repeats + 1)),
        ]
        keys = [self._compute_keys(repeat, form, fields) for repeat in self._models]
        return [
            [RawReply(i, form, *pair) for i, pair in enumerate(pairs, start=1)]
            for pairs in zip(*map(zip, rounds, keys), strict=True)
        ]

    def count_requests(self, fields: Sequence[Mapping[str, str]]) -> tuple[int, int]:
        """Return how many different requests the fields make, and how many have a stored reply."""
        form = self._format or self._requested
        if form == "json" and self._was_refused(fields):
            form = "brackets"
        prompts = {prompt.text: prompt for prompt in self._write_prompts(form, fields)}
        stored = [
            len(self._load(self._get_model(repeat, form), repeat, list(prompts.values())))
            for repeat in self._models
        ]
        return len(prompts) * self._repeats, sum(stored)

    def get_settings(self) -> dict[str, Any]:
        """Return the prompt's hash, the model's settings, and what this evaluation asked for."""
        settings = self._model.get_settings() if isinstance(self._model, SupportsSettings) else {}
        demands = [self._demand.write(form) for form in FORMATS]
        return {
            "prompt_sha256": sha256(self._prompt, *demands),
            "format": self._format or self._requested,
            "repeats": self._repeats,
            "model": {key: value for key, value in settings.items() if key != "usage"},
            "requests_sent": self._n_sent,
            "replies_from_store": self._n_stored,
            "usage": dict(self._usage),
        }

    def _build_model(self, repeat: int) -> Model:
        if repeat > 1 and isinstance(self._model, SupportsSeed):
            return self._model.with_seed(repeat - 1)
        return self._model

    def _settle_format(
        self, fields: Sequence[Mapping[str, str]]
    ) -> tuple[ReplyFormat, Sequence[Prediction]]:
        """The format to ask for; and the replies to the first fields, if they were needed for that.

        What a server refuses with a schema and answers without is the schema, not the article.
        """
        if self._format is not None:
            return self._format, []
        if self._was_refused(fields):
            self._format = "brackets"
            return self._format, []
        failures: list[Prediction] = []
        for field in fields:
            [reply] = self._ask(1, "json", [field])
            if reply.error is None:
                self._format = "json"
            if reply.error is None or not _REFUSED.match(reply.error):
                return "json", [*failures, reply]
            [other] = self._ask(1, "brackets", [field])
            if other.error is None:
                self._format = "brackets"
                _LOG.warning(
                    "The judge's server refuses a JSON schema (%s). It is asked for [[ ]] instead.",
                    reply.error,
                )
                return "brackets", [*failures, other]
            failures.append(other)
        return "json", failures

    def _ask(
        self,
        repeat: int,
        form: ReplyFormat,
        fields: Sequence[Mapping[str, str]],
        count: CountReplies = ignore_count,
    ) -> list[Prediction]:
        model, prompts = self._get_model(repeat, form), self._write_prompts(form, fields)
        replies = self._load(model, repeat, prompts)
        self._n_stored += len(replies)
        missing = [prompt for prompt in prompts if prompt.text not in replies]
        count(len(prompts) - len(missing))
        unique = list({prompt.text: prompt for prompt in missing}.values())
        n_questions = Counter(prompt.text for prompt in missing)
        with self._open_writer(model, repeat) as add:
            for prompt, reply, settings in self._send(model, unique):
                replies[prompt.text] = reply
                add(prompt, reply, settings)
                count(n_questions[prompt.text])
        return [replies[prompt.text] for prompt in prompts]

    def _load(self, model: Model, repeat: int, prompts: Sequence[Article]) -> dict[str, Prediction]:
        if self._store is None:
            return {}
        stored = self._store.load(model, f"repeat {repeat}", prompts)
        return {
            prompt.text: reply
            for prompt, reply in zip(prompts, stored, strict=True)
            if reply is not None
        }

    def _compute_keys(
        self, repeat: int, form: ReplyFormat, fields: Sequence[Mapping[str, str]]
    ) -> list[str]:
        store = self._store
        if store is None:
            return [""] * len(fields)
        model, variant = self._get_model(repeat, form), f"repeat {repeat}"
        prompts = self._write_prompts(form, fields)
        return [store.compute_key(model, variant, prompt) for prompt in prompts]

    def _was_refused(self, fields: Sequence[Mapping[str, str]]) -> bool:
        """Whether the store tells that the server has refused a schema before."""
        is_stored = {
            form: bool(
                self._load(self._get_model(1, form), 1, self._write_prompts(form, fields[:1]))
            )
            for form in FORMATS
        }
        return is_stored["brackets"] and not is_stored["json"]

    def _get_model(self, repeat: int, form: ReplyFormat) -> Model:
        model = self._models[repeat]
        if form == "json" and isinstance(model, SupportsSchema):
            return model.with_schema(self._demand.build_schema())
        return model

    def _write_prompts(
        self, form: ReplyFormat, fields: Sequence[Mapping[str, str]]
    ) -> list[Article]:
        text = f"{self._prompt}\n\n{self._demand.write(form)}"
        return [Article(str(i), fill_prompt(text, f)) for i, f in enumerate(fields)]

    def _open_writer(self, model: Model, repeat: int) -> AbstractContextManager[AddReply]:
        if self._store is None:
            return nullcontext(lambda *_: None)
        return self._store.open_writer(model, f"repeat {repeat}")

    def _send(
        self, model: Model, prompts: Sequence[Article]
    ) -> Iterator[tuple[Article, Prediction, Mapping[str, Any]]]:
        """Yield each prompt with its reply and the model's settings, as they come.

        Raises: SummbenchError, if the model cannot work at all.
        """
        if prompts and isinstance(model, SupportsAvailabilityCheck):
            model.check_available()
        predictor, size = BatchPredictor(model), max(1, model.batch_size)
        for start in range(0, len(prompts), size):
            batch = prompts[start : start + size]
            for positions, result in predictor.iterate([Example(prompt) for prompt in batch]):
                if result.fatal_error is not None:
                    raise SummbenchError(result.fatal_error)
                self._n_sent += len(positions)
                self._usage.update(result.usage)
                for position, reply in zip(positions, result.predictions, strict=True):
                    yield batch[position], reply, result.settings
