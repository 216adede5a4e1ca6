"""What numba compiles for ROUGE-N: words and n-grams become numbers in tables, and are counted."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

Array = np.ndarray[Any, np.dtype[Any]]

TEXT_ENDS, LINE_ENDS, SPACE = b"\0\n "
_EXACT = 8  # letters that fit a key, which then is the word
_IS_LONG = np.uint64(1 << 63)  # no letter has this bit
_NONE, _FREE = np.uint64(0), np.uint64(0xFFFFFFFFFFFFFFFF)
_LETTER, _HALF = np.uint64(8), np.uint64(32)
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio (Knuth, volume 3, section 6.4)


@njit(nogil=True, cache=True)
def tokenised(text: Array, texts: int) -> tuple[Array, Array, Array, Array]:
    """Tokens as numbers, where lines begin, the first line of each text, where each word stands.

    A line without tokens is left out. The last of the lines and of the first lines is the end.
    """
    most = len(text) // 2 + 1
    tokens, lines = np.empty(most, np.int32), np.empty(most + 1, np.int32)
    firsts, words = np.zeros(texts + 1, np.int32), np.empty((most, 2), np.int32)
    keys, slots = np.empty(most, np.uint64), np.full(1 << 12, -1, np.int32)
    token = line = passed = word = begin = 0
    key, is_new_line = _NONE, True
    for place in range(len(text)):
        letter = np.uint64(text[place])
        if letter > SPACE:
            is_long = place - begin >= _EXACT
            key = (key ^ letter) * _SPREAD if is_long else (key << _LETTER) | letter
            continue
        if begin < place:
            if is_new_line:
                lines[line] = token
                line, is_new_line = line + 1, False
            key |= _IS_LONG if place - begin > _EXACT else _NONE
            slot = _first_slot(key, len(slots))
            while slots[slot] >= 0 and not (
                keys[slots[slot]] == key
                and (key < _IS_LONG or _are_equal(text, words[slots[slot]], begin, place))
            ):
                slot = (slot + 1) & (len(slots) - 1)
            if slots[slot] < 0:
                slots[slot], keys[word] = word, key
                words[word, 0], words[word, 1] = begin, place
                word += 1
            tokens[token] = slots[slot]
            token += 1
            if 2 * word > len(slots):
                slots = _doubled(slots, keys[:word])
        begin, key = place + 1, _NONE
        if letter == TEXT_ENDS:
            passed += 1
            firsts[passed] = line
        is_new_line |= letter != SPACE
    lines[line] = token
    return tokens[:token], lines[: line + 1], firsts, words[:word]


@njit(nogil=True)
def _are_equal(text: Array, word: Array, begin: int, end: int) -> bool:
    if word[1] - word[0] != end - begin:
        return False
    same = 0
    while same < end - begin and text[word[0] + same] == text[begin + same]:
        same += 1
    return same == end - begin


@njit(nogil=True)
def _first_slot(key: np.uint64, size: int) -> np.int64:
    """Where the search for a key begins in a table whose size is a power of two."""
    return np.int64(((key ^ (key >> _HALF)) * _SPREAD) >> _HALF) & (size - 1)


@njit(nogil=True)
def _doubled(slots: Array, keys: Array) -> Array:
    found = np.full(2 * len(slots), -1, np.int32)
    for word in range(len(keys)):
        slot = _first_slot(keys[word], len(found))
        while found[slot] >= 0:
            slot = (slot + 1) & (len(found) - 1)
        found[slot] = word
    return found


@njit(nogil=True, cache=True)
def n_gram_hits(tokens: Array, bounds: Array, longest: int) -> Array:
    """By pair and n, from 1 to `longest`, how many n-grams both have, as often as both have them.

    Pair i is made of the texts 2i, the reference, and 2i + 1, the candidate.
    """
    hits = np.zeros((len(bounds) // 2, longest), np.int64)
    size = 4
    for pair in range(len(hits)):
        while size < 2 * (bounds[2 * pair + 2] - bounds[2 * pair]):
            size *= 2
    slots = np.empty(size, np.uint64)
    counts = np.zeros(max(size, np.max(tokens) + 1 if len(tokens) else 0), np.int32)
    for pair in range(len(hits)):
        begin, middle, end = bounds[2 * pair], bounds[2 * pair + 1], bounds[2 * pair + 2]
        if begin < middle < end:
            _count(tokens[begin:middle], tokens[middle:end], hits[pair], counts, slots)
    return hits


@njit(nogil=True)
def _count(reference: Array, candidate: Array, hits: Array, counts: Array, slots: Array) -> None:
    """The counts are zero before and after."""
    size = 4
    while size < 2 * (len(reference) + len(candidate)):
        size *= 2
    ours, theirs = reference.astype(np.uint64), candidate.astype(np.uint64)
    for n in range(len(hits)):
        if n:
            slots[:size] = _FREE
            ours = _longer(ours, reference[n:], slots[:size])
            theirs = _longer(theirs, candidate[n:], slots[:size])
        for gram in theirs:
            counts[gram] += 1
        for gram in ours:
            if counts[gram] > 0:
                counts[gram] -= 1
                hits[n] += 1
        for gram in theirs:
            counts[gram] = 0


@njit(nogil=True)
def _longer(grams: Array, tokens: Array, slots: Array) -> Array:
    """Each n-gram with the token that follows it, numbered by its slot: exact for every n."""
    for i in range(len(tokens)):
        key = (grams[i] << _HALF) | np.uint64(tokens[i])
        slot = _first_slot(key, len(slots))
        while slots[slot] != key and slots[slot] != _FREE:
            slot = (slot + 1) & (len(slots) - 1)
        slots[slot] = key
        grams[i] = slot
    return grams[: len(tokens)]
