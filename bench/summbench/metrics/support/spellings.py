"""Spellings of one name within one text."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from summbench.metrics.support.mentions import Mention
from summbench.metrics.support.names import derived, near, variant


@dataclass(frozen=True, slots=True)
class Spellings:
    """Words of names, each with all spellings of it: the most frequent first, then the earliest.

    Spellings are keys; `written` has them as they first stand in the text.
    """

    clusters: tuple[tuple[str, ...], ...]
    counts: Mapping[str, int]
    written: Mapping[str, str]

    def usual(self, key: str) -> str | None:
        """The spelling that is used most for this one, if the text has it."""
        for cluster in self.clusters:
            if key in cluster:
                return cluster[0]
        return key if key in self.counts else None

    def as_written(self) -> list[list[str]]:
        """The clusters for people to read."""
        return [[self.written[key] for key in cluster] for cluster in self.clusters]


def spellings(found: Sequence[Mention]) -> Spellings:
    """The words of all names clustered by complete linkage.

    Never two words that stand in one sentence, which are two names, and no adjectives.
    """
    counts = Counter([key for mention in found for key in mention.keys])
    linked = _linked(found, counts)
    if not linked:
        return Spellings((), counts, {})
    written: dict[str, str] = {}
    for word in (word for mention in found for word in mention.words):
        written.setdefault(word.key, word.text)
    where: dict[str, set[int]] = defaultdict(set)
    for mention in found:
        for key in linked.keys() & set(mention.keys):
            where[key].add(mention.sentence)
    clusters: list[list[str]] = []
    # Stable: the earliest first.
    for key in sorted((key for key in counts if key in linked), key=lambda key: -counts[key]):
        home = next(
            (
                cluster
                for cluster in clusters
                if all(k in linked[key] and not where[key] & where[k] for k in cluster)
            ),
            None,
        )
        if home is None:
            clusters.append([key])
        else:
            home.append(key)
    return Spellings(tuple(tuple(c) for c in clusters if len(c) > 1), counts, written)


def _linked(found: Sequence[Mention], keys: Iterable[str]) -> Mapping[str, set[str]]:
    """The words that have another near them, with all of these."""
    linked: dict[str, set[str]] = defaultdict(set)
    by_letter: dict[str, list[str]] = {}
    for key in keys:
        for other in by_letter.setdefault(key[0], []):
            if near(key, other) and not derived(key, other):
                linked[key].add(other)
                linked[other].add(key)
        by_letter[key[0]].append(key)
    full = sorted({mention.keys for mention in found if len(mention.keys) > 1})
    for i, name in enumerate(full):
        for other_name in full[i + 1 :]:
            if variant(name, other_name):
                for a, b in zip(name, other_name, strict=True):
                    if a != b and not derived(a, b):
                        linked[a].add(b)
                        linked[b].add(a)
    return linked
