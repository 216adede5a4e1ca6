"""Python values to Arrow and back, without pandas.

`pa.array` imports pandas, if it is installed, to see whether the values are a Series, and so do
`pa.scalar` and `to_numpy`: a third of a second and 40 MB for each process.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_NUMPY = {pa.int64(): np.int64, pa.float64(): np.float64, pa.bool_(): np.bool_}


def build_array(values: Sequence[Any], type_: pa.DataType) -> pa.Array:
    """Build an array of texts, numbers, booleans or lists of them; None is null, NaN is NaN."""
    if pa.types.is_string(type_):
        builder = pa.lib.StringBuilder()
        builder.append_values(values)
        return builder.finish()
    is_null = np.fromiter((value is None for value in values), bool, len(values))
    validity = pa.py_buffer(_pack(~is_null)) if is_null.any() else None
    if pa.types.is_list(type_):
        lists = [value or [] for value in values]
        ends = np.cumsum([0, *map(len, lists)], dtype=np.int32)
        items = build_array([item for items in lists for item in items], type_.value_type)
        buffers = [validity, pa.py_buffer(ends)]
        return pa.Array.from_buffers(type_, len(values), buffers, children=[items])
    filled = [0 if value is None else value for value in values] if validity else values
    data: NDArray[Any] = np.array(filled, _NUMPY[type_])
    packed = _pack(data) if pa.types.is_boolean(type_) else data
    return pa.Array.from_buffers(type_, len(values), [validity, pa.py_buffer(packed)])


def build_nullable(values: NDArray[np.float64]) -> pa.Array:
    """Build an array of numbers in which NaN is null."""
    is_nan = np.isnan(values)
    validity = pa.py_buffer(_pack(~is_nan)) if is_nan.any() else None
    return pa.Array.from_buffers(pa.float64(), len(values), [validity, pa.py_buffer(values)])


def repeat_texts(texts: Sequence[str], counts: Sequence[int]) -> pa.Array:
    """Build an array of each text as often as its count says."""
    rows = np.repeat(np.arange(len(texts)), counts)
    places = pa.Array.from_buffers(pa.int64(), len(rows), [None, pa.py_buffer(rows)])
    return build_array(texts, pa.string()).take(places)


def build_table(columns: Mapping[str, Sequence[Any]], schema: pa.Schema) -> pa.Table:
    """Build a table of the schema's columns, in its order."""
    arrays = [build_array(columns[field.name], field.type) for field in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def read_numbers(array: pa.Array) -> NDArray[Any]:
    """Read the numbers of an array; where it has null, all are float64 and null is NaN."""
    if array.null_count:
        array = pc.fill_null(array.cast(pa.float64()), build_array([np.nan], pa.float64())[0])
    return np.from_dlpack(array)


def _pack(flags: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """A bit each, the first is the lowest of its byte, as Arrow has them."""
    return np.packbits(flags, bitorder="little")
