"""The format that a judge's reply must have, and what is read in it.

Free text is never searched for a letter or a number. A reply has its verdict in double square
brackets, as [[A]] or Rating: [[4]] (Zheng et al., 2023), or in one JSON object; everything else is
unparsed. Of the format only these do not count: case, spaces and emphasis inside the brackets, and
full-width characters.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, NamedTuple

from summbench.core.errors import SummbenchError
from summbench.core.json_text import require_shallow
from summbench.core.judgements import JudgeReply, Reading, ReplyFormat
from summbench.core.records import Prediction

_VERDICTS = ("A", "B", "C")
_VERDICT = "verdict"
_BRACKETS = re.compile(r"\[\[([^\[\]]*)\]\]")
_NUMBER = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?")
_FULL_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94)}
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
        return _build_schema({_VERDICT: {"type": "string", "enum": list(_VERDICTS)}})

    def read(self, reply: str, form: ReplyFormat) -> str | None:
        """A, B or C; None if the reply has no verdict, or several that differ."""
        if form == "json":
            content = _read_object(reply, [_VERDICT])
            verdict = None if content is None else content[_VERDICT]
            return verdict if verdict in _VERDICTS else None
        verdicts = {content.upper() for _, content in _list_brackets(reply)}
        return verdicts.pop() if len(verdicts) == 1 and verdicts <= set(_VERDICTS) else None


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
        return _build_schema(dict.fromkeys(self.dimensions, rating))

    def read(self, reply: str, form: ReplyFormat) -> dict[str, float | None]:
        """Dimension -> rating; None where the reply has none, or several that differ."""
        if form == "json":
            content = _read_object(reply, self.dimensions)
            ratings = {} if content is None else {d: content[d] for d in self.dimensions}
            accepted = {d: self.scale.accept(rating) for d, rating in ratings.items()}
            is_complete = None not in accepted.values()
            return {d: accepted.get(d) if is_complete else None for d in self.dimensions}
        return self._read_brackets(reply)

    def _read_brackets(self, reply: str) -> dict[str, float | None]:
        """With several dimensions each pair of brackets must follow the name of one."""
        ratings: dict[str, set[float | None]] = {d: set() for d in self.dimensions}
        for before, content in _list_brackets(reply):
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


Demand = VerdictDemand | RatingDemand


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


def _build_schema(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _list_brackets(reply: str) -> Iterator[tuple[str, str]]:
    """What is before and in each pair of double brackets; a pair that is incomplete is empty."""
    text = reply.translate(_FULL_WIDTH)
    pairs = list(_BRACKETS.finditer(text))
    for pair in pairs:
        yield text[: pair.start()], pair[1].strip(" \t\n*_`")
    if text.count("[[") != len(pairs):
        yield "", ""


def _read_object(reply: str, keys: Sequence[str]) -> dict[str, Any] | None:
    """The one object with exactly these keys; None if one has some of them, or two differ.

    Objects inside an object are not looked at.
    """
    attempts = [o for o in _list_objects(reply) if any(key in o for key in keys)]
    if not attempts or any(set(o) != set(keys) or o != attempts[0] for o in attempts):
        return None
    return attempts[0]


def _list_objects(reply: str) -> Iterator[dict[str, Any]]:
    decoder = json.JSONDecoder(object_pairs_hook=_build_object)
    start = reply.find("{")
    while start >= 0:
        end = start + 1
        try:
            content, end = decoder.raw_decode(reply, start)
            require_shallow(content)
            yield content
        except (ValueError, RecursionError):
            pass
        start = reply.find("{", end)


def _build_object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """The object; a key that is there twice has no value, as it could be either."""
    content = dict(pairs)
    return content if len(content) == len(pairs) else dict.fromkeys(content)
