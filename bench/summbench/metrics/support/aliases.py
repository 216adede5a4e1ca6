"""Spellings of one name that a person has reviewed, by file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from summbench.core.errors import SummbenchError
from summbench.core.json_text import parse_json
from summbench.core.whole_files import read_whole
from summbench.metrics.support.tokens import tokenize_words

Group = tuple[tuple[str, ...], ...]
"""The spellings of one name as keys, the canonical one first."""
_EXPECTED = "expected {canonical: [variants]} or {article id: {canonical: [variants]}}"


@dataclass(frozen=True, slots=True)
class Aliases:
    """The groups of every article, those of single articles, and the hash of the file."""

    groups: Sequence[Group] = ()
    groups_by_article: Mapping[str, Sequence[Group]] | None = None
    digest: str = "none"

    def get_variants(self, article_id: str, name: tuple[str, ...]) -> list[tuple[str, ...]]:
        """Return the other spellings of the name."""
        groups = [*self.groups, *(self.groups_by_article or {}).get(article_id, ())]
        return [
            spelling for group in groups if name in group for spelling in group if spelling != name
        ]


def read_aliases(path: str) -> Aliases:
    """Read the JSON file of reviewed spellings.

    Raises:
        SummbenchError: the file cannot be read, or its content is of another shape.
    """
    try:
        data = read_whole(Path(path).expanduser())
        content = parse_json(data)
    except (OSError, ValueError) as error:
        raise SummbenchError(f"aliases={path!r} can't be read ({error}); {_EXPECTED}.") from error
    if not isinstance(content, dict):
        raise SummbenchError(f"aliases={path!r} holds no object; {_EXPECTED}.")
    nested = {k: v for k, v in content.items() if isinstance(v, dict)}
    flat = {k: v for k, v in content.items() if not isinstance(v, dict)}
    by_article = {article: _parse_groups(path, names) for article, names in nested.items()}
    return Aliases(_parse_groups(path, flat), by_article, hashlib.sha256(data).hexdigest()[:12])


def _parse_groups(path: str, names: Mapping[str, Any]) -> list[Group]:
    for canonical, variants in names.items():
        if not isinstance(variants, list) or not all(isinstance(v, str) for v in variants):
            raise SummbenchError(
                f"aliases={path!r}: {canonical!r} has no list of variants; {_EXPECTED}."
            )
    return [tuple(map(build_key, (name, *variants))) for name, variants in names.items()]


def build_key(name: str) -> tuple[str, ...]:
    """Return the name as names are compared: folded words without initials."""
    keys = tuple(word.key for word in tokenize_words(name))
    return tuple(key for key in keys if len(key) > 1) or keys
