"""Our own engine, which numba compiles for the machine when it is first used."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from importlib.metadata import version
from itertools import chain

import numpy as np
from numba.core.event import Event, Listener, install_listener

from bench.rouge.counting import LINE_ENDS, SPACE, TEXT_ENDS, Array, n_gram_hits, tokenised
from bench.rouge.engines import Overlaps
from bench.rouge.subsequences import subsequence_hits

_LOG = logging.getLogger("summbench")
_BLOCK = 1_024
_MOST_STEMS = 1_000_000
_KEPT = {i: i for i in b"0123456789abcdefghijklmnopqrstuvwxyz"}
_KEPT |= {ord(chr(i).upper()): i for i in _KEPT} | {0x0A: LINE_ENDS, 0xFF: TEXT_ENDS}
_BYTES = bytes(_KEPT.get(i, SPACE) for i in range(256))


class Compiled:
    """rouge-score on numbered tokens and rows of bits, on all cores (fewer: RAYON_NUM_THREADS).

    Worth its extra where many pairs are scored: some twice as fast as `Fast`, once some
    seconds have gone into compiling it for this machine; numba keeps the result beside the code, or
    in the user's cache folder (another: NUMBA_CACHE_DIR).
    """

    name = f"summbench-numba-{version('numba')}"

    def __init__(self, types: Sequence[str], stem: bool) -> None:
        self._types, self._stem = tuple(types), _stemmer() if stem else None
        self._longest = max((_length(kind) for kind in types), default=1)

    def score(self, references: Sequence[str], candidates: Sequence[str]) -> Mapping[str, Overlaps]:
        """Block by block; numba's code holds no lock, so that blocks run at the same time."""
        if not subsequence_hits.signatures:
            with install_listener("numba:compile", _Announcement()):
                self._hits([""], [""])
        blocks = [slice(i, i + _BLOCK) for i in range(0, len(references) or 1, _BLOCK)]
        with ThreadPoolExecutor(_threads()) as pool:
            found = list(pool.map(lambda b: self._hits(references[b], candidates[b]), blocks))
        hits, sizes = (np.concatenate(part) for part in zip(*found, strict=True))
        column = {"rougeL": self._longest, "rougeLsum": self._longest + 1}
        return {
            kind: _overlaps(hits[:, column.get(kind, n - 1)], np.maximum(sizes - n + 1, 1))
            for kind, n in zip(self._types, map(_length, self._types), strict=True)
        }

    def _hits(self, references: Sequence[str], candidates: Sequence[str]) -> tuple[Array, Array]:
        texts = chain.from_iterable(zip(references, candidates, strict=True))
        plain = [text if text.isascii() else _ascii(text) for text in texts]
        joined = "\xff".join([*plain, ""]).encode("latin-1").translate(_BYTES)
        tokens, lines, firsts, words = tokenised(np.frombuffer(joined, np.uint8), len(plain))
        if self._stem:
            tokens = _stemmed(joined.decode("ascii"), words, self._stem)[tokens]
        bounds = lines[firsts]
        n_grams = n_gram_hits(tokens, bounds, self._longest)
        wanted = (kind in self._types for kind in ("rougeL", "rougeLsum"))
        subsequences = subsequence_hits(tokens, lines, firsts, *wanted)
        return np.hstack([n_grams, subsequences]), np.diff(bounds).reshape(-1, 2)


class _Announcement(Listener):
    """Tells once that numba compiles; nothing if it finds what it compiled before."""

    said = False

    def on_start(self, event: Event) -> None:
        if not self.said:
            _LOG.info("Compiling engine=compiled for this machine: some seconds, once.")
        self.said = True

    def on_end(self, event: Event) -> None:
        pass


def _overlaps(hits: Array, sizes: Array) -> Overlaps:
    """The operations of rouge-score in its order, so that no bit differs."""
    recall, precision = hits / sizes[:, 0], hits / sizes[:, 1]
    total = precision + recall
    fmeasure = 2 * precision * recall / np.where(total > 0, total, 1)
    return Overlaps(precision.tolist(), recall.tolist(), fmeasure.tolist())


def _length(kind: str) -> int:
    """Tokens of what is counted."""
    return int(kind.removeprefix("rouge")) if kind[-1].isdigit() else 1


def _ascii(text: str) -> str:
    """Lower case first: the Kelvin sign becomes a k. What no token has becomes a question mark."""
    return text.lower().encode("ascii", "replace").decode("ascii")


@lru_cache(1)
def _stemmer() -> Callable[[str], str]:
    """What rouge-score makes of a token, with one memory for the process."""
    from rouge_score.tokenizers import DefaultTokenizer  # noqa: PLC0415 - imports nltk, 1.3 s

    tokenised = DefaultTokenizer(use_stemmer=True).tokenize
    return lru_cache(_MOST_STEMS)(lambda word: str(tokenised(word)[0]))


def _stemmed(text: str, words: Array, stem: Callable[[str], str]) -> Array:
    """For each word the number of the last one that has its stem."""
    begins, ends = words.T.tolist()
    stems = [stem(text[begin:end]) for begin, end in zip(begins, ends, strict=True)]
    last = {one: number for number, one in enumerate(stems)}
    return np.fromiter(map(last.__getitem__, stems), np.int32, len(stems))


def _threads() -> int:
    said = os.environ.get("RAYON_NUM_THREADS", "")
    return int(said) if said.isdecimal() and int(said) else os.cpu_count() or 1
