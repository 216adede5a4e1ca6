"""Our own engine, compiled by numba when it is first used."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from importlib.metadata import version
from itertools import chain

import numpy as np

from bench.rouge.engines import Overlaps
from bench.rouge.kernels import TEXT_ENDS, Array, common, tokenised

_BLOCK = 1_024
_MOST_STEMS = 1_000_000
_TEXT_ENDS = chr(TEXT_ENDS)


class Compiled:
    """rouge-score in numba."""

    name = f"summbench-numba-{version('numba')}"

    def __init__(self, types: Sequence[str], stem: bool) -> None:
        self._types, self._stem = tuple(types), _stemmer() if stem else None
        self._longest = max((int(kind[5:]) for kind in types if kind[-1].isdigit()), default=0)

    def score(self, references: Sequence[str], candidates: Sequence[str]) -> Mapping[str, Overlaps]:
        """Block by block."""
        blocks = [slice(i, i + _BLOCK) for i in range(0, len(references), _BLOCK)]
        with ThreadPoolExecutor(_threads()) as pool:
            parts = list(pool.map(lambda b: self._common(references[b], candidates[b]), blocks))
        return {kind: self._overlaps(kind, parts) for kind in self._types}

    def _common(
        self, references: Sequence[str], candidates: Sequence[str]
    ) -> tuple[Array, Array]:
        texts = list(chain.from_iterable(zip(references, candidates, strict=True)))
        plain = [text if text.isascii() else _plain(text) for text in texts]
        joined = (_TEXT_ENDS.join(plain) + _TEXT_ENDS).encode("latin-1").lower()
        tokens, lines, firsts, words = tokenised(np.frombuffer(joined, np.uint8), len(texts))
        if self._stem:
            tokens = self._stemmed(joined, words)[tokens]
        return common(
            tokens, lines, firsts, self._longest, "rougeL" in self._types, "rougeLsum" in self._types
        )

    def _stemmed(self, text: bytes, words: Array) -> Array:
        """By word the number of the first that has its stem."""
        letters, first = text.decode("latin-1"), {}
        spelt = [letters[begin:end] for begin, end in words.tolist()]
        return np.array([first.setdefault(self._stem(w), i) for i, w in enumerate(spelt)], np.int32)

    def _overlaps(self, kind: str, parts) -> Overlaps:
        n = int(kind[5:]) if kind[-1].isdigit() else 1
        row = n - 1 if kind[-1].isdigit() else self._longest + (kind == "rougeLsum")
        hits = np.concatenate([h[:, row] for h, _ in parts])
        recall, precision = (
            hits / np.maximum(np.concatenate([s[:, i] for _, s in parts]) - (n - 1), 1)
            for i in range(2)
        )
        total = precision + recall
        f = 2 * precision * recall / np.where(total > 0, total, 1)
        return Overlaps(precision.tolist(), recall.tolist(), f.tolist())


def _plain(text: str) -> str:
    return text.lower().encode("ascii", "replace").decode("ascii")


def _stemmer() -> Callable[[str], str]:
    from nltk.stem.porter import PorterStemmer

    stem = PorterStemmer().stem
    return lru_cache(_MOST_STEMS)(lambda word: stem(word) if len(word) > 3 else word)


def _threads() -> int:
    return int(os.environ.get("RAYON_NUM_THREADS") or os.cpu_count() or 1)
