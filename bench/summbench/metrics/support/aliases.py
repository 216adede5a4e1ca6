"""Spellings of one name that a person has reviewed, by file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from summbench.core.errors import SummbenchError
from summbench.metrics.support.tokens import words

Group = tuple[tuple[str, ...], ...]
"""The spellings of one name as keys, the canonical one first."""
_WANTED = "either {canonical: [variants]} or {article id: {canonical: [variants]}} is wanted"


@dataclass(frozen=True, slots=True)
class Aliases:
    """The groups of every article, those of single articles, and the hash of the file."""

    everywhere: Sequence[Group] = ()
    of_article: Mapping[str, Sequence[Group]] | None = None
    digest: str = "none"

    def others(self, article_id: str, name: tuple[str, ...]) -> list[tuple[str, ...]]:
        """The other spellings of the name."""
        groups = [*self.everywhere, *(self.of_article or {}).get(article_id, ())]
        return [other for group in groups if name in group for other in group if other != name]


def read(path: str) -> Aliases:
    """The file, or SummbenchError."""
    try:
        data = Path(path).expanduser().read_bytes()
        content = json.loads(data)
    except (OSError, ValueError) as error:
        raise SummbenchError(f"aliases={path!r} can't be read ({error}); {_WANTED}.") from error
    if not isinstance(content, dict):
        raise SummbenchError(f"aliases={path!r} holds no object; {_WANTED}.")
    nested = {k: v for k, v in content.items() if isinstance(v, dict)}
    flat = {k: v for k, v in content.items() if not isinstance(v, dict)}
    of_article = {article: _groups(path, names) for article, names in nested.items()}
    return Aliases(_groups(path, flat), of_article, hashlib.sha256(data).hexdigest()[:12])


def _groups(path: str, names: Mapping[str, Any]) -> list[Group]:
    for canonical, variants in names.items():
        if not isinstance(variants, list) or not all(isinstance(v, str) for v in variants):
            raise SummbenchError(
                f"aliases={path!r}: {canonical!r} has no list of variants; {_WANTED}."
            )
    return [tuple(map(key_of, (name, *variants))) for name, variants in names.items()]


def key_of(name: str) -> tuple[str, ...]:
    """A name as names are compared: folded words without initials."""
    keys = tuple(word.key for word in words(name))
    return tuple(key for key in keys if len(key) > 1) or keys
