"""A word diff of two summaries: what they share, what is gone, what is new."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from difflib import Match, SequenceMatcher

from summbench.core.control_characters import to_one_line
from summbench.runs.tables import PredictionDigest

_WORD = re.compile(r"\s+|\w+|[^\w\s]")
_MOST_COMPARED = 3_000_000
"""Pairs of equal words that are looked at in a diff, in a quarter of a second. What is not
compared then is shown as changed, one text after the other."""
_MAX_ERROR_LENGTH = 300
_LONGEST_CHANCE = 12
"""Characters that two texts share by chance between two changes, with the blanks around them."""

Piece = tuple[str, str]
"""same, gone or new; and the text."""


def diff_words(before: str, after: str) -> list[Piece]:
    """Both texts in one: what they share, what is only in the first, what only in the second."""
    if before == after:
        return [("same", before)] if before else []
    return list(_iterate_pieces(_WORD.findall(before), _WORD.findall(after)))


class _Matcher(SequenceMatcher[str]):
    """Looks at `_MOST_COMPARED` pairs of equal words, and only at those in the range."""

    def __init__(self, old: Sequence[str], new: Sequence[str]) -> None:
        super().__init__(None, old, new, autojunk=False)
        self._old, self._budget = old, _MOST_COMPARED
        self._places: dict[str, list[int]] = {}
        for j, word in enumerate(new):
            self._places.setdefault(word, []).append(j)

    def find_longest_match(
        self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
    ) -> Match:
        """Return the library's match, or the longest that was found in time."""
        best = Match(alo, blo, 0)
        before: dict[int, int] = {}  # place in `new` -> length of the match that ends there
        for i in range(alo, len(self._old) if ahi is None else ahi):
            places = self._places.get(self._old[i], [])
            end = len(places) if bhi is None else bisect_left(places, bhi)
            within = places[bisect_left(places, blo) : end]
            self._budget -= 1 + len(within)
            if self._budget < 0:
                break
            lengths: dict[int, int] = {}
            for j in within:
                size = lengths[j] = before.get(j - 1, 0) + 1
                if size > best.size:
                    best = Match(i - size + 1, j - size + 1, size)
            before = lengths
        return best


def _iterate_pieces(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    matcher = _Matcher(old, new)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            yield "same", "".join(old[a:b])
            continue
        if b > a:
            yield "gone", "".join(old[a:b])
        if d > c:
            yield "new", "".join(new[c:d])


def merge_short(pieces: Sequence[Piece]) -> list[Piece]:
    """The diff with what is shared by chance, a word or two between changes, as changed too.

    So two different sentences are read one after the other, not word by word.
    """
    merged: list[Piece] = []
    gone, new = "", ""
    for i, (kind, text) in enumerate(pieces):
        if kind == "same" and (len(text) > _LONGEST_CHANCE or i in {0, len(pieces) - 1}):
            merged += [piece for piece in (("gone", gone), ("new", new)) if piece[1]]
            merged.append((kind, text))
            gone, new = "", ""
            continue
        gone += text if kind != "new" else ""
        new += text if kind != "gone" else ""
    return merged + [piece for piece in (("gone", gone), ("new", new)) if piece[1]]


def list_pieces(before: PredictionDigest, after: PredictionDigest) -> list[Piece]:
    """The diff of two known summaries; else the one that is known."""
    is_known = before.summary is not None and before.error is None
    if is_known and after.error is None:
        return diff_words(before.summary or "", after.summary or "")
    if after.summary and after.error is None:
        return [("new", after.summary)]
    return [("gone", before.summary)] if before.summary and is_known else []


def explain_missing_summaries(before: PredictionDigest, after: PredictionDigest) -> str:
    """Why there is no text to show before or now; empty if there are both."""
    return "; ".join(
        f"{when}: {reason}"
        for when, prediction in (("before", before), ("now", after))
        if (reason := _explain_missing_summary(prediction))
    )


def _explain_missing_summary(prediction: PredictionDigest) -> str:
    if prediction.error is not None:
        return f"failed ({to_one_line(prediction.error, _MAX_ERROR_LENGTH)})"
    if prediction.empty:
        return "empty"
    return "the summary was not stored" if prediction.summary is None else ""
