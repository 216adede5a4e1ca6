"""Lines inserted that do not belong to the article."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Literal

from summbench.core.errors import SummbenchError
from summbench.perturbations.edits import Edit
from summbench.perturbations.spans import find_paragraphs, find_sentences

Position = Literal["ends", "paragraphs", "sentences"]


class Injected:
    """Inserts one of `lines`; a unit is one position for it.

    Positions are the two `ends` of the article, or after each of its `paragraphs` as a paragraph,
    or after each of its `sentences`. Whether that keeps the meaning depends on the lines.
    """

    def __init__(self, lines: Sequence[str], at: Position, keeps_meaning: bool) -> None:
        if not lines:
            raise SummbenchError("lines is empty; give at least one line to insert.")
        self._lines, self._at = list(lines), at
        self.keeps_meaning = keeps_meaning

    def propose_edits(self, text: str, rng: Random) -> list[list[Edit]]:
        """Propose an insertion at each position; a line repeats only after all others."""
        lines = rng.sample(self._lines, len(self._lines))
        return [
            [Edit(position, "", before + lines[i % len(lines)] + after)]
            for i, (position, before, after) in enumerate(self._find_positions(text))
        ]

    def _find_positions(self, text: str) -> list[tuple[int, str, str]]:
        """Find where a line may be inserted, and what separates it from its neighbours."""
        if self._at == "ends":
            return [(0, "", "\n\n"), (len(text.rstrip()), "\n\n", "")]
        if self._at == "paragraphs":
            return [(paragraph.end, "\n\n", "") for paragraph in find_paragraphs(text)]
        return [(sentence.end, " ", "") for sentence in find_sentences(text)]
