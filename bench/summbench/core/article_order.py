"""The canonical order of articles, in which all draws and sums are made: by hash, not by row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from summbench.core.records import Example, sha256

Order = NDArray[np.intp]
"""Rows of a dataset in canonical order: the first is the row whose article comes first."""

_HASH, _ID = 32, 16  # bytes of an article's key


def hash_article(example: Example) -> str:
    """What identifies an article: the hash of its text and its references, not its id."""
    return sha256(example.article.text, *example.references)


class ArticleKeys:
    """The hashes of a dataset's articles and of their ids, 48 bytes each.

    The canonical order is by the first; the second only orders articles of equal hashes.
    """

    def __init__(self) -> None:
        self._keys = bytearray()

    def add(self, article_hash: str, article_id: str) -> None:
        """Add the next row, its hash as `hash_article` returns it."""
        self._keys += bytes.fromhex(article_hash)
        self._keys += hashlib.sha256(article_id.encode("utf-8", "surrogatepass")).digest()[:_ID]

    def sort(self) -> Order:
        """The rows in canonical order."""
        return np.lexsort(self._to_table(">u8").T[::-1])

    def fingerprint(self) -> tuple[str, str]:
        """The hash of the articles, whatever their ids and order, and that with their ids."""
        table = self._to_table("u1")[self.sort()]
        return (
            hashlib.sha256(table[:, :_HASH].tobytes()).hexdigest(),
            hashlib.sha256(table.tobytes()).hexdigest(),
        )

    def _to_table(self, kind: str) -> NDArray[np.unsignedinteger]:
        numbers = np.frombuffer(bytes(self._keys), kind)
        return numbers.reshape(-1, (_HASH + _ID) // numbers.itemsize)


def sort_examples(examples: Iterable[Example]) -> Order:
    """The rows of the examples in canonical order."""
    keys = ArticleKeys()
    for example in examples:
        keys.add(hash_article(example), example.article.id)
    return keys.sort()


def sort_ids(hashes: Mapping[str, str]) -> list[str]:
    """Ids in the canonical order of their articles, from id -> hash."""
    keys = ArticleKeys()
    for article_id, article_hash in hashes.items():
        keys.add(article_hash, article_id)
    ids = list(hashes)
    return [ids[row] for row in keys.sort()]
