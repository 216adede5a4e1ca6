"""Arrays are those of pa.array, and read as by to_numpy, which import pandas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summbench.store.arrays import build_array, build_table, read_numbers

_TEXT = st.text(st.characters(codec="utf-8"))
_CELLS = {
    pa.string(): _TEXT,
    pa.int64(): st.integers(-(2**63), 2**63 - 1),
    pa.float64(): st.floats(),
    pa.bool_(): st.booleans(),
    pa.list_(pa.string()): st.lists(_TEXT | st.none()),
}


@pytest.mark.parametrize("type_", _CELLS, ids=str)
@settings(deadline=None)
@given(data=st.data())
def test_an_array_is_that_of_arrow(type_: pa.DataType, data: st.DataObject) -> None:
    values = data.draw(st.lists(_CELLS[type_] | st.none()))
    built, expected = build_array(values, type_), pa.array(values, type_)
    built.validate(full=True)
    assert built.type == expected.type
    assert repr(built.to_pylist()) == repr(expected.to_pylist())  # NaN is not itself, its name is
    assert built.null_count == expected.null_count


@pytest.mark.parametrize(
    "values", [np.array([1.5, np.nan]), (1, 2), [np.float32(0.25), None], [True, 0.5], []]
)
def test_other_sequences_of_numbers_are_taken(values: Sequence[Any]) -> None:
    built = build_array(values, pa.float64())
    assert repr(built.to_pylist()) == repr(pa.array(list(values), pa.float64()).to_pylist())


@given(st.lists(st.floats() | st.none()))
def test_numbers_are_read_as_by_to_numpy(values: list[float | None]) -> None:
    array = pa.array(values, pa.float64())
    for part in (array, array[1:], array[:-1]):
        np.testing.assert_array_equal(read_numbers(part), part.to_numpy(zero_copy_only=False))


def test_integers_without_nulls_stay_integers() -> None:
    assert read_numbers(pa.array([1, 2])).dtype == np.int64
    np.testing.assert_array_equal(read_numbers(pa.array([1, None], pa.int32())), [1.0, np.nan])


def test_a_table_has_the_columns_of_its_schema() -> None:
    schema = pa.schema([("b", pa.string()), ("a", pa.int64())])
    table = build_table({"a": [1, None], "b": ["x", None]}, schema)
    assert table.equals(pa.table({"b": ["x", None], "a": [1, None]}, schema=schema))


def test_a_text_where_a_number_belongs_is_an_error() -> None:
    with pytest.raises(ValueError, match="could not convert"):
        build_array(["many"], pa.float64())
    with pytest.raises(TypeError):
        build_array([1], pa.string())
