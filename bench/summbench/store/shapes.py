"""The columns that a part must have, and the mark by which a version knows its own parts."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import pyarrow as pa

Kind = Literal["predictions", "scores"]
COUNT = "count:"
"""Before the names of a metric's counts, which no column has."""
EVIDENCE = "evidence"


@dataclass(frozen=True)
class Shape:
    """The columns of one kind of part; `optional` ones may be missing, and `*` is any text.

    Whether a column may have nulls is a part of its type.
    """

    required: pa.Schema
    optional: pa.Schema

    @cached_property
    def mark(self) -> bytes:
        """The hash of the columns: parts of another version have another, and are left alone."""
        fields = [*self.required, "optional", *self.optional]
        return hashlib.sha256("\n".join(map(str, fields)).encode()).hexdigest().encode()

    def find_problem(self, schema: pa.Schema) -> str | None:
        """Return why a table of these columns is not of this shape."""
        for name, count in Counter(schema.names).items():
            if count > 1:
                return f"it has {count} columns {name!r}"
        for name in self.required.names:
            if name not in schema.names:
                return f"it has no column {name!r}"
        for field in schema:
            expected = self._find_field(field.name)
            if expected is None:
                return f"it has a column {field.name!r}"
            if (field.type, field.nullable) != (expected.type, expected.nullable):
                return f"its column {field.name!r} is {_describe(field)}, not {_describe(expected)}"
        return None

    def _find_field(self, name: str) -> pa.Field | None:
        for field in (*self.required, *self.optional):
            if name == field.name or (
                field.name.endswith("*") and name.startswith(field.name[:-1])
            ):
                return field
        return None


def _describe(field: pa.Field) -> str:
    return f"{field.type} {'with' if field.nullable else 'without'} nulls"


def _build_schema(required: dict[str, pa.DataType], nullable: dict[str, pa.DataType]) -> pa.Schema:
    fields = [pa.field(name, type_, nullable=False) for name, type_ in required.items()]
    return pa.schema([*fields, *(pa.field(name, type_) for name, type_ in nullable.items())])


PREDICTIONS = _build_schema(
    {
        "key": pa.string(),
        "seconds": pa.float64(),
        "finish_reason": pa.string(),
        "input_truncated": pa.bool_(),
        "raw_reasoning": pa.string(),
    },
    {
        "summary": pa.string(),
        "reasoning": pa.string(),
        "raw": pa.string(),
        "input_tokens": pa.int64(),
        "output_tokens": pa.int64(),
    },
)
SCORES = _build_schema({"key": pa.string()}, {})
_METRIC = _build_schema({EVIDENCE: pa.string(), f"{COUNT}*": pa.int64(), "*": pa.float64()}, {})
SHAPES: dict[Kind, Shape] = {
    "predictions": Shape(PREDICTIONS, pa.schema([])),
    "scores": Shape(SCORES, _METRIC),
}
