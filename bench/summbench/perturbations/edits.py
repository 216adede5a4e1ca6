"""Edits of an article: made all at once, and undone exactly."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """From `start` of the article on, `before` became `after`; either may be empty."""

    start: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PerturbedText:
    """An article after its edits, which are in order and do not overlap."""

    text: str
    edits: tuple[Edit, ...] = ()

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Where in `text` each edit begins and ends."""
        found, shift = [], 0
        for edit in self.edits:
            start = edit.start + shift
            found.append((start, start + len(edit.after)))
            shift += len(edit.after) - len(edit.before)
        return found

    @property
    def restored(self) -> str:
        """The article as it was."""
        pieces, done = [], 0
        for edit, (start, end) in zip(self.edits, self.spans, strict=True):
            pieces += [self.text[done:start], edit.before]
            done = end
        return "".join([*pieces, self.text[done:]])


def edited(text: str, edits: Iterable[Edit]) -> PerturbedText:
    """The text after all the edits, in whatever order they come; those of nothing are left out."""
    ordered = sorted(
        (e for e in edits if e.before != e.after), key=lambda e: (e.start, len(e.before))
    )
    pieces, done = [], 0
    for edit in ordered:
        if edit.start < done or not text.startswith(edit.before, edit.start):
            raise ValueError(f"{edit} overlaps another edit, or is of another text")
        pieces += [text[done : edit.start], edit.after]
        done = edit.start + len(edit.before)
    return PerturbedText("".join([*pieces, text[done:]]), tuple(ordered))
