"""What numba compiles for ROUGE: from the bytes of texts to tokens, and from tokens to hits."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit

Array = np.ndarray[Any, np.dtype[Any]]

TEXT_ENDS = 0xFF
_LINE_ENDS = 0x0A
_EXACT = 8  # letters that fit a key, which then is the word
_NONE, _ONE, _ALL = np.uint64(0), np.uint64(1), np.uint64(0xFFFFFFFFFFFFFFFF)
_LETTER, _OTHERS, _HALF = np.uint64(8), np.uint64(56), np.uint64(32)
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio (Knuth, volume 3, section 6.4)


class _Room(NamedTuple):
    """Memory that pairs share; counts, masks and starts are zero between two uses."""

    counts: Array  # by token or n-gram
    masks: Array  # by token: where it is among 64 of the reference
    slots: Array  # n-grams of a pair
    starts: Array  # whether a sentence begins at this token of the candidate
    carries: Array  # by token of the candidate


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
        letter = text[place]
        if 97 <= letter <= 122 or 48 <= letter <= 57:
            key = ((key << _LETTER) | (key >> _OTHERS)) ^ np.uint64(letter)
            continue
        if begin < place:
            if is_new_line:
                lines[line] = token
                line, is_new_line = line + 1, False
            slot = _slot_of_word(text, begin, place, key, words, keys, slots)
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
        is_new_line |= letter in (_LINE_ENDS, TEXT_ENDS)
    lines[line] = token
    return tokens[:token], lines[: line + 1], firsts, words[:word]


@njit
def _slot_of_word(
    text: Array, begin: int, end: int, key: int, words: Array, keys: Array, slots: Array
) -> int:
    """Where the word is, or the free slot where it belongs."""
    slot = _first_slot(key, len(slots))
    while slots[slot] >= 0:
        word = slots[slot]
        at = words[word, 0]
        if keys[word] == key and words[word, 1] - at == end - begin:
            same = 0 if end - begin > _EXACT else end - begin
            while same < end - begin and text[at + same] == text[begin + same]:
                same += 1
            if same == end - begin:
                break
        slot = (slot + 1) & (len(slots) - 1)
    return slot


@njit
def _first_slot(key: int, size: int) -> int:
    """Where the search for a key begins in a table whose size is a power of two."""
    return np.int64((key * _SPREAD) >> _HALF) & (size - 1)


@njit
def _doubled(slots: Array, keys: Array) -> Array:
    found = np.full(2 * len(slots), -1, np.int32)
    for word in range(len(keys)):
        slot = _first_slot(keys[word], len(found))
        while found[slot] >= 0:
            slot = (slot + 1) & (len(found) - 1)
        found[slot] = word
    return found


@njit(nogil=True, cache=True)
def common(
    tokens: Array, lines: Array, firsts: Array, longest: int, whole: bool, union: bool
) -> tuple[Array, Array]:
    """By pair the hits in n-grams of 1 to `longest` tokens, in L and in Lsum; and both sizes.

    Pair i is made of the texts 2i, the reference, and 2i + 1, the candidate.
    """
    pairs = len(firsts) // 2
    hits, sizes = np.zeros((pairs, longest + 2), np.int64), np.empty((pairs, 2), np.int64)
    bounds = lines[firsts]
    largest = np.max(bounds[2::2] - bounds[:-2:2]) if pairs else 0
    room = _room(largest, np.max(tokens) + 1 if len(tokens) else 0)
    stops = np.empty(0, np.uint64)
    for pair in range(pairs):
        first, middle, last = firsts[2 * pair], firsts[2 * pair + 1], firsts[2 * pair + 2]
        reference = tokens[lines[first] : lines[middle]]
        candidate = tokens[lines[middle] : lines[last]]
        sizes[pair, 0], sizes[pair, 1] = len(reference), len(candidate)
        if len(reference) == 0 or len(candidate) == 0:
            continue
        _n_grams(reference, candidate, hits[pair, :longest], room)
        if len(stops) < _words(reference) * len(candidate) and (whole or union):
            stops = np.empty(2 * _words(reference) * len(candidate), np.uint64)
        if whole:
            hits[pair, longest] = _subsequence(reference, candidate, stops, room)
        if union:
            ours = lines[first : middle + 1] - lines[first]
            theirs = lines[middle : last + 1] - lines[middle]
            hits[pair, longest + 1] = _union(reference, candidate, ours, theirs, stops, room)
    return hits, sizes


@njit
def _room(largest: int, words: int) -> _Room:
    numbers = max(4 * largest, words)
    return _Room(
        np.zeros(numbers, np.int32),
        np.zeros(numbers, np.uint64),
        np.empty(4 * largest, np.uint64),
        np.zeros(largest, np.uint8),
        np.empty(largest, np.uint8),
    )


@njit
def _n_grams(reference: Array, candidate: Array, hits: Array, room: _Room) -> None:
    """An n-gram is the number of its first n - 1 tokens and a token: exact for every n."""
    size = 1
    while size < 2 * (len(reference) + len(candidate)):
        size *= 2
    slots = room.slots[:size]
    ours, theirs = reference.astype(np.uint64), candidate.astype(np.uint64)
    for n in range(len(hits)):
        if n:
            slots[:] = _ALL
            ours = _longer(ours, reference[n:], slots)
            theirs = _longer(theirs, candidate[n:], slots)
        for gram in theirs:
            room.counts[gram] += 1
        for gram in ours:
            if room.counts[gram] > 0:
                room.counts[gram] -= 1
                hits[n] += 1
        for gram in theirs:
            room.counts[gram] = 0


@njit
def _longer(grams: Array, tokens: Array, slots: Array) -> Array:
    """Every n-gram with the token that follows it, numbered by its slot."""
    for i in range(len(tokens)):
        key = (grams[i] << _HALF) | np.uint64(tokens[i])
        slot = _first_slot(key, len(slots))
        while slots[slot] not in (_ALL, key):
            slot = (slot + 1) & (len(slots) - 1)
        slots[slot] = key
        grams[i] = slot
    return grams[: len(tokens)]


@njit
def _words(tokens: Array) -> int:
    return (len(tokens) + 63) >> 6


@njit
def _subsequence(reference: Array, candidate: Array, stops: Array, room: _Room) -> int:
    """Length of the longest common subsequence, and for Lsum where to stop when it is read out.

    Bit i of v is 0 where the length grows with token i of the reference, for what has been read of
    the candidate; 64 tokens at a time, with the carries of all additions kept for the next 64
    (Crochemore et al., 2001; Hyyrö, 2004). Where `starts` says so the candidate begins anew.
    """
    length = 0
    room.carries[: len(candidate)] = 0
    for word in range(_words(reference)):
        part = reference[64 * word : 64 * (word + 1)]
        for i in range(len(part)):
            room.masks[part[i]] |= _ONE << np.uint64(i)
        v = _ALL
        for j in range(len(candidate)):
            if room.starts[j]:
                v = _ALL
            mask = room.masks[candidate[j]]
            u = v & mask
            one = v + u
            both = one + np.uint64(room.carries[j])
            room.carries[j] = (one < v) | (both < one)
            v = both | (v & ~mask)
            stops[word * len(candidate) + j] = mask | ~v
        for token in part:
            room.masks[token] = 0
        left = ~v
        while left:
            left &= left - _ONE
            length += 1
    return length


@njit
def _union(
    reference: Array, candidate: Array, ours: Array, theirs: Array, stops: Array, room: _Room
) -> int:
    """Tokens of the reference in a subsequence with any sentence, as often as both texts have."""
    for j in theirs[:-1]:
        room.starts[j] = 1
    for token in candidate:
        room.counts[token] += 1
    hits = 0
    found = np.zeros(len(reference), np.uint8)
    for k in range(len(ours) - 1):
        sentence, marked = reference[ours[k] : ours[k + 1]], found[ours[k] : ours[k + 1]]
        _subsequence(sentence, candidate, stops, room)
        for other in range(len(theirs) - 1):
            _mark(sentence, candidate, theirs[other], theirs[other + 1], stops, marked)
        for i in range(len(sentence)):
            if marked[i] and room.counts[sentence[i]] > 0:
                room.counts[sentence[i]] -= 1
                hits += 1
    for j in theirs[:-1]:
        room.starts[j] = 0
    for token in candidate:
        room.counts[token] = 0
    return hits


@njit
def _mark(
    reference: Array, candidate: Array, begin: int, end: int, stops: Array, marked: Array
) -> None:
    """Read the subsequence out from the end, as rouge-score does: of equal lengths the upper.

    It goes up the reference to a token that is equal, or at which the length grows; that one is
    left to the left.
    """
    i, j = len(reference), end
    while i > 0 and j > begin:
        j -= 1
        while i > 0 and not (
            (stops[((i - 1) >> 6) * len(candidate) + j] >> np.uint64((i - 1) & 63)) & _ONE
        ):
            i -= 1
        if i > 0 and reference[i - 1] == candidate[j]:
            i -= 1
            marked[i] = 1
