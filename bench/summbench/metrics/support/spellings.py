"""Spellings of one name within one text."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from summbench.metrics.support.mentions import Mention
from summbench.metrics.support.names import is_derived, is_near, is_variant


@dataclass(frozen=True, slots=True)
class Spellings:
    """Words of names, each with all spellings of it: the most frequent first, then the earliest.

    Spellings are keys; `written` has them as they first stand in the text.
    """

    clusters: tuple[tuple[str, ...], ...]
    counts: Mapping[str, int]
    written: Mapping[str, str]

    def get_usual(self, key: str) -> str | None:
        """Return the most used spelling of the word; None if the text does not have it."""
        for cluster in self.clusters:
            if key in cluster:
                return cluster[0]
        return key if key in self.counts else None

    def get_written(self) -> list[list[str]]:
        """Return the clusters as the text writes them."""
        return [[self.written[key] for key in cluster] for cluster in self.clusters]


def cluster_spellings(mentions: Sequence[Mention]) -> Spellings:
    """Cluster the words of all names by complete linkage.

    Two words of one sentence are never clustered, for they are two names, nor are adjectives.
    """
    counts = Counter([key for mention in mentions for key in mention.keys])
    links = _link_words(mentions, counts)
    if not links:
        return Spellings((), counts, {})
    written: dict[str, str] = {}
    for word in (word for mention in mentions for word in mention.words):
        written.setdefault(word.key, word.text)
    sentences: dict[str, set[int]] = defaultdict(set)
    for mention in mentions:
        for key in links.keys() & set(mention.keys):
            sentences[key].add(mention.sentence)

    def fits(key: str, cluster: Iterable[str]) -> bool:
        return all(k in links[key] and not sentences[key] & sentences[k] for k in cluster)

    clusters: list[list[str]] = []
    # Stable: the earliest first.
    for key in sorted((key for key in counts if key in links), key=lambda key: -counts[key]):
        cluster = next((cluster for cluster in clusters if fits(key, cluster)), None)
        if cluster is None:
            clusters.append([key])
        else:
            cluster.append(key)
    return Spellings(tuple(tuple(c) for c in clusters if len(c) > 1), counts, written)


def _link_words(mentions: Sequence[Mention], keys: Iterable[str]) -> Mapping[str, set[str]]:
    """The words that have another near them, with all of these."""
    links: dict[str, set[str]] = defaultdict(set)
    by_letter: dict[str, list[str]] = {}
    for key in keys:
        for neighbour in by_letter.setdefault(key[0], []):
            if is_near(key, neighbour) and not is_derived(key, neighbour):
                links[key].add(neighbour)
                links[neighbour].add(key)
        by_letter[key[0]].append(key)
    full_names = sorted({mention.keys for mention in mentions if len(mention.keys) > 1})
    for i, name in enumerate(full_names):
        for second_name in full_names[i + 1 :]:
            if is_variant(name, second_name):
                for a, b in zip(name, second_name, strict=True):
                    if a != b and not is_derived(a, b):
                        links[a].add(b)
                        links[b].add(a)
    return links
