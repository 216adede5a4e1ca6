"""GGUF files, read by transformers in a fraction of the time, with the same result."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import gguf
import numpy as np
from transformers import modeling_gguf_pytorch_utils


class ArrayReader(gguf.GGUFReader):
    """A reader that slices the mapped file as a plain array, which takes a third of the time.

    Its parts are some hundred thousand slices: one for each word and merge of the tokeniser.
    """

    @property
    def data(self) -> Any:
        """The bytes of the file, still mapped and not read into memory."""
        return self._array

    @data.setter
    def data(self, mapped: Any) -> None:
        self._array = mapped.view(np.ndarray)


@contextmanager
def accelerate_gguf() -> Iterator[None]:
    """Inside, transformers reads a file once and lists its tensors' names once, without a bar.

    By itself transformers reads the file anew for the tokeniser, its config and the weights, lists
    all names for each module of the model, and shows a bar that no setting turns off. For one
    thread at a time; what is replaced is put back at the end.
    """
    replaced: list[tuple[Any, str, Any]] = [
        (gguf, "GGUFReader", cache(ArrayReader)),
        (gguf, "get_tensor_name_map", cache(gguf.get_tensor_name_map)),
        (modeling_gguf_pytorch_utils, "tqdm", lambda tensors, **_: tensors),
    ]
    originals = [getattr(module, name) for module, name, _ in replaced]
    try:
        for module, name, faster in replaced:
            setattr(module, name, faster)
        yield
    finally:
        for (module, name, _), original in zip(replaced, originals, strict=True):
            setattr(module, name, original)
