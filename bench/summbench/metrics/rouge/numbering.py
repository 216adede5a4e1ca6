"""Words and keys as numbers, many at a time: Arrow's hash tables instead of Python's."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Numbers = NDArray[np.int64]

_END = "|"  # no word has it


def number_words(texts: Sequence[str]) -> tuple[Numbers, Numbers]:
    """Return a number for each word of the texts, and where those of each text start.

    The words of a text have white space between. Numbers are from 1 on, alike for equal words.
    """
    builder = pa.lib.StringBuilder()
    builder.append(f" {_END} ".join(["", *texts, ""]).strip())
    words = pc.ascii_split_whitespace(builder.finish()).values.dictionary_encode()
    numbers = np.from_dlpack(words.indices).astype(np.int64)
    ends = np.flatnonzero(numbers == 0)  # the first of all is an end
    return numbers[numbers > 0], ends - np.arange(len(ends))


def renumber(keys: Numbers) -> tuple[Numbers, Numbers]:
    """Return a number for each key, from 0 on in the order of their first places, and the keys."""
    array = pa.Array.from_buffers(pa.int64(), len(keys), [None, pa.py_buffer(keys)])
    encoded = array.dictionary_encode()
    numbers = np.from_dlpack(encoded.indices).astype(np.int64)
    return numbers, np.from_dlpack(encoded.dictionary).astype(np.int64, copy=False)
