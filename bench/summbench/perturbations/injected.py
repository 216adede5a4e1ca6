"""Lines that do not belong to the article."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Literal

from summbench.core.errors import SummbenchError
from summbench.perturbations.edits import Edit
from summbench.perturbations.places import paragraphs, sentences

At = Literal["ends", "paragraphs", "sentences"]


class Injected:
    """One of `lines` put in; a unit is one place for it.

    At the two `ends` of the article, or after each of its `paragraphs` as a paragraph, or after
    each of its `sentences`. Whether that keeps the meaning depends on what the lines say.
    """

    def __init__(self, lines: Sequence[str], at: At, keeps_meaning: bool) -> None:
        if not lines:
            raise SummbenchError("lines is empty, and injects nothing; give at least one.")
        self._lines, self._at = list(lines), at
        self.keeps_meaning = keeps_meaning

    def units(self, text: str, chance: Random) -> list[list[Edit]]:
        """An edit for each place; all lines have been there before one comes again."""
        lines = chance.sample(self._lines, len(self._lines))
        places = self._places(text)
        return [
            [Edit(place, "", before + lines[i % len(lines)] + after)]
            for i, (place, before, after) in enumerate(places)
        ]

    def _places(self, text: str) -> list[tuple[int, str, str]]:
        """Where a line may stand, and what parts it from its neighbours."""
        if self._at == "ends":
            return [(0, "", "\n\n"), (len(text.rstrip()), "\n\n", "")]
        if self._at == "paragraphs":
            return [(paragraph.end, "\n\n", "") for paragraph in paragraphs(text)]
        return [(sentence.end, " ", "") for sentence in sentences(text)]
