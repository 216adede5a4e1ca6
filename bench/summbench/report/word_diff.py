"""A word diff of two summaries: what they share, what is gone, what is new."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import Match, SequenceMatcher
from itertools import accumulate

from summbench.core.control_characters import to_one_line
from summbench.runs.tables import PredictionDigest

_WORD = re.compile(r"\s+|\w+|[^\w\s]")
_MOST_COMPARED = 3_000_000
"""Pairs of equal words that are looked at in a diff, in some tenths of a second. What is not
compared then is shown as changed, one text after the other."""
_MAX_ERROR_LENGTH = 300
_LONGEST_CHANCE = 12
"""Characters that two texts share by chance between two changes, with the blanks around them."""

Piece = tuple[str, str]
"""same, gone or new; and the text."""


def diff_words(before: str, after: str) -> list[Piece]:
    """Both texts in one: what they share, what is only in the first, what only in the second."""
    return list(_iterate_pieces(_WORD.findall(before), _WORD.findall(after)))


class _Matcher(SequenceMatcher[str]):
    """Looks for no further match when it has looked at `_MOST_COMPARED` pairs of equal words."""

    def __init__(self, old: Sequence[str], new: Sequence[str]) -> None:
        super().__init__(None, old, new, autojunk=False)
        counts = Counter(new)
        self._budget = _MOST_COMPARED
        self._pairs_before = [0, *accumulate(1 + counts[word] for word in old)]

    def find_longest_match(
        self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
    ) -> Match:
        """As the library's, or nothing."""
        ahi = len(self._pairs_before) - 1 if ahi is None else ahi
        n_pairs = self._pairs_before[ahi] - self._pairs_before[alo]
        if n_pairs > self._budget:
            return Match(alo, blo, 0)
        self._budget -= n_pairs
        return super().find_longest_match(alo, ahi, blo, bhi)


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
