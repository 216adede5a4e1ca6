"""The format that a judge's reply must have, and what is read in it.

Free text is never searched for a letter or a number. A reply has its verdict in double square
brackets, as [[A]] or Rating: [[4]] (Zheng et al., 2023), or in one JSON object; everything else is
unparsed. Of the format only these do not count: case, spaces and emphasis inside the brackets, and
full-width characters.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, NamedTuple, Protocol

from summbench.core.errors import SummbenchError
from summbench.core.judgements import JudgeReply, Reading, ReplyFormat
from summbench.core.records import Prediction
from summbench.metrics.judge.formats import (
    build_choice_schema,
    build_schema,
    list_brackets,
    read_choice,
    read_object,
)

_VERDICTS = ("A", "B", "C")
_VERDICT = "verdict"
_NUMBER = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?")
_BETWEEN = r"[\s*_`:=]*"


@dataclass(frozen=True, slots=True)
class Scale:
    """The lowest and the highest rating; only whole numbers, unless `fractions` allows others."""

    lowest: int
    highest: int
    fractions: bool = False

    def __post_init__(self) -> None:
        if self.lowest >= self.highest:
            raise SummbenchError(
                f"scale is [{self.lowest}, {self.highest}]; expected the lowest and the highest "
                "rating, as [1, 5]."
            )

    def accept(self, value: object) -> float | None:
        """The value as a rating, or None if it is none of this scale."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            return None
        is_on_scale = self.lowest <= value <= self.highest
        return float(value) if is_on_scale and (self.fractions or value == int(value)) else None

    def describe(self) -> str:
        """What a rating is, in the words of a prompt."""
        kind = "number" if self.fractions else "whole number"
        return f"a {kind} from {self.lowest} to {self.highest}"


@dataclass(frozen=True, slots=True)
class VerdictDemand:
    """A choice between two summaries: A, B, or C for a tie."""

    def write(self, form: ReplyFormat) -> str:
        """The end of the prompt."""
        if form == "json":
            return (
                'Reply with one JSON object and nothing else: {"verdict": "A"} if summary A is '
                'better, {"verdict": "B"} if summary B is better, {"verdict": "C"} for a tie.'
            )
        return (
            "End with your verdict in double square brackets: [[A]] if summary A is better, [[B]] "
            "if summary B is better, [[C]] for a tie. Give one verdict, and use double brackets "
            "for nothing else."
        )

    def build_schema(self) -> dict[str, Any]:
        """The JSON Schema of a reply."""
        return build_choice_schema(_VERDICT, _VERDICTS)

    def read(self, reply: str, form: ReplyFormat) -> str | None:
        """A, B or C; None if the reply has no verdict, or several that differ."""
        return read_choice(reply, form, _VERDICT, _VERDICTS)


@dataclass(frozen=True, slots=True)
class RatingDemand:
    """A rating for each dimension; with one dimension it is called Rating or has its name."""

    dimensions: Sequence[str]
    scale: Scale

    def write(self, form: ReplyFormat) -> str:
        """The end of the prompt."""
        names, example = ", ".join(self.dimensions), max(self.scale.lowest, self.scale.highest - 1)
        if form == "json":
            content = json.dumps(dict.fromkeys(self.dimensions, example))
            return (
                f"Reply with one JSON object and nothing else. It has {self.scale.describe()} for "
                f"each of: {names}. For example: {content}"
            )
        if len(self.dimensions) == 1:
            return (
                f"End with your rating, {self.scale.describe()}, in double square brackets, for "
                f"example: Rating: [[{example}]]. Use double brackets for nothing else."
            )
        return (
            f"End with one line for each of: {names}. Each has the name and your rating, "
            f"{self.scale.describe()}, in double square brackets, for example: "
            f"{self.dimensions[0]}: [[{example}]]. Use double brackets for nothing else."
        )

    def build_schema(self) -> dict[str, Any]:
        """The JSON Schema of a reply."""
        rating: dict[str, Any] = {"type": "number"}
        if not self.scale.fractions:
            ratings = list(range(self.scale.lowest, self.scale.highest + 1))
            rating = {"type": "integer", "enum": ratings}
        return build_schema(dict.fromkeys(self.dimensions, rating))

    def read(self, reply: str, form: ReplyFormat) -> dict[str, float | None]:
        """Dimension -> rating; None where the reply has none, or several that differ."""
        if form == "json":
            content = read_object(reply, self.dimensions)
            ratings = {} if content is None else {d: content[d] for d in self.dimensions}
            accepted = {d: self.scale.accept(rating) for d, rating in ratings.items()}
            is_complete = None not in accepted.values()
            return {d: accepted.get(d) if is_complete else None for d in self.dimensions}
        return self._read_brackets(reply)

    def _read_brackets(self, reply: str) -> dict[str, float | None]:
        """With several dimensions each pair of brackets must follow the name of one."""
        ratings: dict[str, set[float | None]] = {d: set() for d in self.dimensions}
        for before, content in list_brackets(reply):
            dimension = self._find_dimension(before)
            if dimension is None:
                return dict.fromkeys(self.dimensions)
            number = float(content) if _NUMBER.fullmatch(content) else None
            ratings[dimension].add(self.scale.accept(number))
        return {d: r.pop() if len(r) == 1 else None for d, r in ratings.items()}

    def _find_dimension(self, before: str) -> str | None:
        if len(self.dimensions) == 1:
            return self.dimensions[0]
        ends = (
            d
            for d in sorted(self.dimensions, key=len, reverse=True)
            if re.search(rf"(?<!\w){re.escape(d)}{_BETWEEN}\Z", before, re.IGNORECASE)
        )
        return next(ends, None)


class Demand(Protocol):
    """What the end of a prompt demands of the reply, in words and as a JSON Schema."""

    def write(self, form: ReplyFormat) -> str:
        """Return the end of the prompt."""
        ...

    def build_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of a reply."""
        ...


class RawReply(NamedTuple):
    """A reply, the repeat that it is from (from 1), the demanded format, and its row in a store."""

    repeat: int
    format: ReplyFormat
    prediction: Prediction
    key: str = ""


def build_reply(raw: RawReply, position: Any, readings: Mapping[str, Reading]) -> JudgeReply:
    """The reply with what was read in it; nothing was read in one that never came."""
    prediction = raw.prediction
    if prediction.error is not None:
        readings = dict.fromkeys(readings)
    return JudgeReply(
        raw.repeat,
        position,
        raw.format,
        prediction.summary,
        prediction.reasoning,
        prediction.error,
        readings,
    )
