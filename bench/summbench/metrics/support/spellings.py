"""Spellings of one name within one text."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, islice

from summbench.metrics.support.mentions import Mention
from summbench.metrics.support.names import ANCHOR, MAX_NAMES, is_derived, is_near, is_variant


@dataclass(frozen=True)
class Spellings:
    """Words of names, each with all spellings of it: the most frequent first, then the earliest.

    Spellings are keys; `written` has them as they first stand in the text.
    """

    clusters: tuple[tuple[str, ...], ...]
    counts: Mapping[str, int]
    written: Mapping[str, str]

    @cached_property
    def _usual(self) -> Mapping[str, str]:
        return {key: cluster[0] for cluster in self.clusters for key in cluster}

    def get_usual(self, key: str) -> str | None:
        """Return the most used spelling of the word; None if the text does not have it."""
        return self._usual.get(key, key if key in self.counts else None)

    def get_written(self) -> list[list[str]]:
        """Return the clusters as the text writes them."""
        return [[self.written[key] for key in cluster] for cluster in self.clusters]


def cluster_spellings(mentions: Sequence[Mention]) -> Spellings:
    """Cluster the words of all names by complete linkage.

    Two words of one sentence are never clustered, for they are two names, nor are adjectives. Only
    the first thousand different words and names are compared.
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
    cluster_of: dict[str, int] = {}
    # Stable: the earliest first.
    for key in sorted((key for key in counts if key in links), key=lambda key: -counts[key]):
        near = sorted({cluster_of[k] for k in links[key] if k in cluster_of})
        number = next((number for number in near if fits(key, clusters[number])), None)
        if number is None:
            number = len(clusters)
            clusters.append([])
        clusters[number].append(key)
        cluster_of[key] = number
    return Spellings(tuple(tuple(c) for c in clusters if len(c) > 1), counts, written)


def _link_words(mentions: Sequence[Mention], keys: Iterable[str]) -> Mapping[str, set[str]]:
    """The words that have another near them, with all of these."""
    links: dict[str, set[str]] = defaultdict(set)
    by_letter: dict[str, list[str]] = {}
    for key in islice(keys, MAX_NAMES):
        for neighbour in by_letter.setdefault(key[0], []):
            if is_near(key, neighbour) and not is_derived(key, neighbour):
                links[key].add(neighbour)
                links[neighbour].add(key)
        by_letter[key[0]].append(key)
    for name, second_name in _pair_anchored_names(mentions):
        if is_variant(name, second_name):
            for a, b in zip(name, second_name, strict=True):
                if a != b and not is_derived(a, b):
                    links[a].add(b)
                    links[b].add(a)
    return links


def _pair_anchored_names(
    mentions: Sequence[Mention],
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Names of as many words that share a long one: of others all words are linked already."""
    names = dict.fromkeys(mention.keys for mention in mentions if len(mention.keys) > 1)
    anchored: dict[tuple[int, int, str], list[tuple[str, ...]]] = defaultdict(list)
    for name in islice(names, MAX_NAMES):
        for place, key in enumerate(name):
            if len(key) >= ANCHOR:
                anchored[len(name), place, key].append(name)
    for alike in anchored.values():
        yield from combinations(alike, 2)
