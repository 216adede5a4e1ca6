"""What numba compiles for ROUGE-L and Lsum: longest common subsequences in rows of bits."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit

Array = np.ndarray[Any, np.dtype[Any]]

_ONE, _ALL = np.uint64(1), np.uint64(0xFFFFFFFFFFFFFFFF)


class _Room(NamedTuple):
    """Memory that pairs share; all but the carries and stops is zero between two uses."""

    masks: Array  # by token: where it is among 64 of the reference
    counts: Array  # by token
    starts: Array  # by place in the candidate: whether a sentence begins there
    carries: Array  # by place in the candidate
    stops: Array  # by 64 tokens of the reference and place in the candidate


@njit(nogil=True, cache=True)
def subsequence_hits(tokens: Array, lines: Array, firsts: Array, whole: bool, union: bool) -> Array:
    """By pair the hits of L, if `whole`, and of Lsum, if `union`; pairs are two texts each."""
    hits = np.zeros((len(firsts) // 2, 2), np.int64)
    if not (whole or union):
        return hits
    room = _room(tokens, lines[firsts])
    for pair in range(len(hits)):
        first, middle, last = firsts[2 * pair], firsts[2 * pair + 1], firsts[2 * pair + 2]
        if first == middle or middle == last:
            continue
        reference = tokens[lines[first] : lines[middle]]
        candidate = tokens[lines[middle] : lines[last]]
        if whole:
            hits[pair, 0] = _read(reference, candidate, room)
        if union:
            ours = lines[first : middle + 1] - lines[first]
            theirs = lines[middle : last + 1] - lines[middle]
            hits[pair, 1] = _in_the_union(reference, candidate, ours, theirs, room)
    return hits


@njit(nogil=True)
def _room(tokens: Array, bounds: Array) -> _Room:
    """For the largest pair."""
    words = np.max(tokens) + 1 if len(tokens) else 0
    longest = cells = 0
    for pair in range(len(bounds) // 2):
        length = bounds[2 * pair + 2] - bounds[2 * pair + 1]
        longest = max(longest, length)
        cells = max(cells, ((bounds[2 * pair + 1] - bounds[2 * pair] + 63) >> 6) * length)
    return _Room(
        np.zeros(words, np.uint64),
        np.zeros(words, np.int32),
        np.zeros(longest, np.uint8),
        np.empty(longest, np.uint8),
        np.empty(cells, np.uint64),
    )


@njit(nogil=True)
def _read(reference: Array, candidate: Array, room: _Room) -> int:
    """Length of the longest common subsequence, and in `stops` what reading it out needs.

    Bit i of v is 0 where the length grows with token i of the reference, for what has been read of
    the candidate; 64 tokens at a time, and the carries of the additions are kept for the next 64
    (Crochemore et al., 2001; Hyyrö, 2004). Where `starts` says so the candidate begins anew.
    """
    length = 0
    room.carries[: len(candidate)] = 0
    for begin in range(0, len(reference), 64):
        part = reference[begin : begin + 64]
        stops = room.stops[(begin >> 6) * len(candidate) :]
        for i in range(len(part)):
            room.masks[part[i]] |= _ONE << np.uint64(i)
        v = _ALL
        for j in range(len(candidate)):
            if room.starts[j]:
                v = _ALL
            mask = room.masks[candidate[j]]
            once = v + (v & mask)
            twice = once + np.uint64(room.carries[j])
            room.carries[j] = (once < v) | (twice < once)
            v = twice | (v & ~mask)
            stops[j] = mask | ~v
        for token in part:
            room.masks[token] = 0
        while v != _ALL:
            v |= v + _ONE
            length += 1
    return length


@njit(nogil=True)
def _in_the_union(
    reference: Array, candidate: Array, ours: Array, theirs: Array, room: _Room
) -> int:
    """Tokens of the reference in a subsequence with any sentence, as often as both texts have."""
    for j in theirs[:-1]:
        room.starts[j] = 1
    for token in candidate:
        room.counts[token] += 1
    hits = 0
    for k in range(len(ours) - 1):
        sentence = reference[ours[k] : ours[k + 1]]
        marked = np.zeros(len(sentence), np.uint8)
        _read(sentence, candidate, room)
        for other in range(len(theirs) - 1):
            _mark(sentence, candidate, theirs[other], theirs[other + 1], room.stops, marked)
        for i in range(len(sentence)):
            if marked[i] and room.counts[sentence[i]] > 0:
                room.counts[sentence[i]] -= 1
                hits += 1
    for j in theirs[:-1]:
        room.starts[j] = 0
    for token in candidate:
        room.counts[token] = 0
    return hits


@njit(nogil=True)
def _mark(
    reference: Array, candidate: Array, begin: int, end: int, stops: Array, marked: Array
) -> None:
    """Read a subsequence out from its end, and of several that one which rouge-score takes.

    It goes back in the reference to a token that is equal or that makes the subsequence longer; if
    it is not equal, back in the candidate.
    """
    i, j = len(reference), end
    while i > 0 and j > begin:
        stop = stops[((i - 1) >> 6) * len(candidate) + j - 1]
        if not (stop >> np.uint64((i - 1) & 63)) & _ONE:
            i -= 1
            continue
        j -= 1
        if reference[i - 1] == candidate[j]:
            i -= 1
            marked[i] = 1
