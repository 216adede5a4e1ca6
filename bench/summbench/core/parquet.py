"""Parquet in bounded memory: a few kilobytes can stand for gigabytes, by repetition."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from summbench.core.column_names import require_few_columns
from summbench.core.errors import SummbenchError

_ROWS = 1_000
_BATCH_BYTES = 1 << 26
_LARGEST_ROW = 1 << 27
_SMALL = 1 << 27
"""Bytes that any file may expand to."""
_FEW_VALUES = 1_000_000
_MOST_EXPANDED = 1_000
_MOST_VALUES = 100  # a byte of the file; real tables have less than one


def iterate_rows(file: pq.ParquetFile, size: int, name: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a file that was opened by `open_parquet`, in batches bounded in bytes.

    `size` is that of the file. Raises: SummbenchError, if it stands for far more than it holds.
    """
    total = 0
    for batch in _iterate_batches(file):
        for piece, expanded in _split(batch, name):
            total += expanded
            _check_expanded(total, size, name)
            yield from piece.to_pylist(maps_as_pydicts="strict")


def open_parquet(source: Any, size: int, name: str) -> pq.ParquetFile:
    """Open a file whose repeated texts stay references to one until they are asked for.

    Raises: SummbenchError, if its footer declares more than such a file can hold.
    """
    with pq.ParquetFile(source, pre_buffer=False) as file:
        metadata, schema = file.metadata, file.schema
    require_few_columns(name, metadata.num_columns)
    columns = [
        metadata.row_group(group).column(column)
        for group in range(metadata.num_row_groups)
        for column in range(metadata.num_columns)
    ]
    n_values = sum(column.num_values for column in columns)
    if n_values > max(_FEW_VALUES, _MOST_VALUES * size):
        raise SummbenchError(
            f"{name} declares {n_values:,} values in {size:,} bytes, which no real table has."
        )
    _check_expanded(sum(column.total_uncompressed_size for column in columns), size, name)
    leaves = [schema.column(number) for number in range(metadata.num_columns)]
    texts = [
        leaf.path
        for leaf in leaves
        if leaf.physical_type == "BYTE_ARRAY" and leaf.logical_type.type != "DECIMAL"
    ]
    return pq.ParquetFile(source, pre_buffer=False, read_dictionary=texts)


def check_expansion(source: bytes | Path, name: str) -> None:
    """Check that the table of these bytes, or of this file, can be read whole.

    Raises: SummbenchError, as `open_parquet` and `iterate_rows`.
    """
    size, total = len(source) if isinstance(source, bytes) else source.stat().st_size, 0
    opened = pa.BufferReader(source) if isinstance(source, bytes) else source
    with open_parquet(opened, size, name) as file:
        for batch in _iterate_batches(file):
            total += sum(map(_measure, batch.columns))
            _check_expanded(total, size, name)


def _iterate_batches(file: pq.ParquetFile) -> Iterator[pa.RecordBatch]:
    """Group by group: Arrow joins no nested columns of dictionaries over the border of groups."""
    for group in range(file.num_row_groups):
        yield from file.iter_batches(batch_size=_ROWS, row_groups=[group], use_threads=False)


def _split(batch: pa.RecordBatch, name: str) -> Iterator[tuple[pa.RecordBatch, int]]:
    """Halve the batch until a piece is small enough; yield each with its expanded bytes."""
    size = sum(map(_measure, batch.columns))
    if size <= _BATCH_BYTES or (batch.num_rows <= 1 and size <= _LARGEST_ROW):
        yield batch, size
    elif batch.num_rows <= 1:
        raise SummbenchError(
            f"{name} has a row of {size / 1e6:,.0f} MB; at most {_LARGEST_ROW / 1e6:,.0f} MB are "
            "read as one."
        )
    else:
        half = batch.num_rows // 2
        yield from _split(batch.slice(0, half), name)
        yield from _split(batch.slice(half), name)


def _measure(array: pa.Array) -> int:
    """The bytes of the values, a repeated text as often as it is there."""
    if pa.types.is_dictionary(array.type):
        lengths = pc.binary_length(array.dictionary)
        texts = pc.sum(pc.take(lengths, array.indices)).as_py() or 0
        return int(texts + array.indices.nbytes)
    if pa.types.is_struct(array.type):
        return sum(map(_measure, array.flatten()))
    if pa.types.is_nested(array.type):
        return _measure(array.flatten())
    return int(array.nbytes)


def _check_expanded(expanded: int, size: int, name: str) -> None:
    if expanded > max(_SMALL, _MOST_EXPANDED * size):
        raise SummbenchError(
            f"{name} has {size:,} bytes and stands for over {expanded / 1e6:,.0f} MB, more than "
            f"{_MOST_EXPANDED:,} times as much; no real table repeats so much."
        )
