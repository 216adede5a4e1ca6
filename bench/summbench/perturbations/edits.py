"""Edits of a text: applied all at once, and undone exactly."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """Replaces `before`, at position `start` of the original, with `after`; either may be empty."""

    start: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PerturbedText:
    """A text after its edits, which are in order and do not overlap."""

    text: str
    edits: tuple[Edit, ...] = ()

    @property
    def spans(self) -> list[tuple[int, int]]:
        """The start and end of each edit in `text`."""
        spans, shift = [], 0
        for edit in self.edits:
            start = edit.start + shift
            spans.append((start, start + len(edit.after)))
            shift += len(edit.after) - len(edit.before)
        return spans

    @property
    def original(self) -> str:
        """The text before the edits."""
        pieces, position = [], 0
        for edit, (start, end) in zip(self.edits, self.spans, strict=True):
            pieces += [self.text[position:start], edit.before]
            position = end
        return "".join([*pieces, self.text[position:]])


def apply_edits(text: str, edits: Iterable[Edit]) -> PerturbedText:
    """Apply the edits, which may come in any order; those that change nothing are left out.

    Raises: ValueError, if edits overlap or do not belong to the text.
    """
    ordered = sorted(
        (e for e in edits if e.before != e.after), key=lambda e: (e.start, len(e.before))
    )
    pieces, position = [], 0
    for edit in ordered:
        if edit.start < position or not text.startswith(edit.before, edit.start):
            raise ValueError(f"{edit} overlaps another edit, or is of another text")
        pieces += [text[position : edit.start], edit.after]
        position = edit.start + len(edit.before)
    return PerturbedText("".join([*pieces, text[position:]]), tuple(ordered))
