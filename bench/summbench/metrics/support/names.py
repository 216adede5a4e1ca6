"""Whether two spellings are of one name."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz.distance import OSA, Levenshtein

_LONG_ENOUGH, _LONG = 5, 7
_NEAR, _PARTLY = 0.8, 0.6
ANCHOR = 4
"""Letters of a word that ties the rest of two names together."""
MAX_NAMES = 1_000
"""Different words and names of an article that are compared with each other."""


def similarity(a: str, b: str) -> float:
    """Return one minus the Levenshtein distance over the longer length."""
    return Levenshtein.normalized_similarity(a, b)


def is_near(a: str, b: str) -> bool:
    """Tell whether two words may be spellings of one.

    Five letters or more, the first the same, and one edit (a swap counts as one) in up to seven
    letters of the shorter, two in more, or a similarity of .80.
    """
    if a[:1] != b[:1]:
        return False
    short = min(len(a), len(b))
    if short < _LONG_ENOUGH:
        return False
    allowed = 1 if short <= _LONG else 2
    return OSA.distance(a, b, score_cutoff=allowed) <= allowed or similarity(a, b) >= _NEAR


def is_variant(a: Sequence[str], b: Sequence[str]) -> bool:
    """Tell whether two unequal names of as many words may be one.

    Each unequal pair of words is near; or a word of four letters is equal and every other pair has
    a similarity of .60. Marco and Mario Rubio pass as well as Hegses and Hegseth: no threshold
    tells them apart, so a variant is reported, never merged.
    """
    if len(a) != len(b):
        return False
    unequal = [(x, y) for x, y in zip(a, b, strict=True) if x != y]
    if not unequal:
        return False
    if is_near(*unequal[0]) and all(is_near(x, y) for x, y in unequal):
        return True
    if len(unequal) == len(a):
        return False
    anchored = any(x == y and len(x) >= ANCHOR for x, y in zip(a, b, strict=True))
    return anchored and all(similarity(x, y) >= _PARTLY for x, y in unequal)


def is_derived(a: str, b: str) -> bool:
    """Tell whether one is the adjective or plural of the other: Russia, Russian and Russians."""
    short, long = sorted((a, b), key=len)
    ending = long.removeprefix(short)
    if ending == long:
        return False
    return ending == "i" or (ending, short[-1:]) in {("n", "a"), ("ns", "a"), ("s", "n")}
