"""A language model rates each summary on a rubric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from summbench.core.errors import SummbenchError
from summbench.core.judgements import (
    HumanLabel,
    JudgeReply,
    ReplyFormat,
    ReplyStore,
    average_readings,
    encode_replies,
)
from summbench.core.records import Example, MetricInfo, Model, sha256
from summbench.metrics.judge.labels import parse_number, read_labels
from summbench.metrics.judge.prompts import check_prompt
from summbench.metrics.judge.replies import RatingDemand, RawReply, Scale, build_reply
from summbench.metrics.judge.requests import UNDEFINED_IF, Judge


class Rubric:
    """Ratings for each of the `dimensions`, as fractions: the scale's lowest is 0, its highest 1.

    Diagnostic, higher is better, needs the article. A judge favours models like itself and long
    answers, and clumps its ratings: it sorts no table unless the config allows it, and gates only
    with a margin and at least 50 human `labels`, see `read_labels`. The prompt has {article} and
    {summary}; the demand for `format` (`brackets`, or `json`) is added at its end. A reply that has
    not that format is missing (NaN) and counted, never 0; an empty summary is not rated and missing
    too. With `repeats` the score is the mean of several replies, each with a seed of its own; at
    temperature 0 they show no more than the server's noise. Comparable only with the same `judge`
    (the model's name in the signature), prompt and settings.
    (Liu et al., 2023; Zheng et al., 2023.)

    Raises:
        SummbenchError: the prompt lacks a place, there is no dimension, or a label is wrong.
    """

    inert = ("labels",)

    def __init__(
        self,
        model: Model,
        judge: str,
        prompt: str,
        dimensions: Sequence[str],
        scale: Sequence[int] = (1, 5),
        fractions: bool = False,
        format: ReplyFormat = "brackets",  # noqa: A002 - the word for it in a config
        repeats: int = 1,
        labels: str | None = None,
    ) -> None:
        check_prompt(prompt, "{article}", "{summary}")
        if not dimensions:
            raise SummbenchError("a rubric needs at least one of its dimensions.")
        if len(scale) != 2:
            raise SummbenchError(f"scale is {list(scale)}; expected two numbers, as [1, 5].")
        self._scale, self._dimensions = Scale(scale[0], scale[1], fractions), list(dimensions)
        self._demand = RatingDemand(self._dimensions, self._scale)
        self._judge = Judge(model, prompt, self._demand, format, repeats)
        rating = MetricInfo("higher", "diagnostic", frozenset({"article"}), UNDEFINED_IF)
        self.columns = dict.fromkeys(dimensions, rating)
        demand = f"scale:{scale[0]}-{scale[1]}{'|fractions:yes' if fractions else ''}"
        source = f"judge:{judge}|prompt:{sha256(prompt)[:12]}|format:{format}|repeats:{repeats}"
        self.signature = f"rubric|agg:mean|{demand}|{source}|v:2"
        self._labels = read_labels(labels, self._dimensions, self._parse, self._describe())
        self._evidence: list[str] = []

    def score(
        self, examples: Sequence[Example], summaries: Sequence[str]
    ) -> dict[str, list[float]]:
        """Return one fraction a dimension for each example."""
        pairs = list(zip(examples, summaries, strict=True))
        rated = [i for i, (e, s) in enumerate(pairs) if e.article.text.strip() and s.strip()]
        fields = [{"article": pairs[i][0].article.text, "summary": pairs[i][1]} for i in rated]
        raw = dict(zip(rated, self._judge.request(fields), strict=True))
        replies = [[self._read(reply) for reply in raw.get(i, ())] for i in range(len(pairs))]
        self._evidence = [encode_replies(of_example) for of_example in replies]
        low, high = self._scale.lowest, self._scale.highest
        return {
            d: [(average_readings(of_example, d) - low) / (high - low) for of_example in replies]
            for d in self._dimensions
        }

    def get_evidence(self) -> Sequence[str]:
        """Return the raw replies to the last call with their readings, as JSON, by example."""
        return self._evidence

    def get_settings(self) -> Mapping[str, Any]:
        """Return prompt, format, model, and what was asked here."""
        return self._judge.get_settings()

    def get_labels(self) -> Sequence[HumanLabel]:
        """Return the human labels, ratings on the same scale."""
        return self._labels

    def use_store(self, store: ReplyStore) -> None:
        """Look for replies there before asking."""
        self._judge.use_store(store)

    def _read(self, raw: RawReply) -> JudgeReply:
        return build_reply(raw, None, self._demand.read(raw.prediction.summary, raw.format))

    def _describe(self) -> str:
        return f"a number from {self._scale.lowest} to {self._scale.highest}"

    def _parse(self, cell: Any) -> float | None:
        """A label may be a mean over raters, which is no whole number."""
        return Scale(self._scale.lowest, self._scale.highest, True).accept(parse_number(cell))
