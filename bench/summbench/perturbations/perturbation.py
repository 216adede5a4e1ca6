"""An operator at one severity, with a seed: what makes garbled articles of clean ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Protocol

from summbench.core.records import sha256
from summbench.perturbations.edits import Edit, PerturbedText, edited


class Operator(Protocol):
    """One way to garble a text; `keeps_meaning` says whether the text still says the same."""

    keeps_meaning: bool

    def units(self, text: str, chance: Random) -> Sequence[Sequence[Edit]]:
        """All that it could do to the text, as edits that are made together or not at all."""
        ...


@dataclass(frozen=True, slots=True)
class PerturbationSpec:
    """An operator by its name; `severity` is the share of its units that are made, 0 to 1.

    Chance derives from the seed and the article's text alone. What a low severity does to an
    article, a higher one does too.
    """

    name: str
    operator: Operator
    severity: float
    seed: int = 0

    def garbled(self, text: str) -> PerturbedText:
        """At least one unit is made, if there is any and the severity is not 0.

        What is blank stays as it is: it has no summary that could change.
        """
        if not (self.severity and text.strip()):
            return PerturbedText(text)
        chance = Random(f"{self.seed}:{sha256(text)}")  # noqa: S311
        units = self.operator.units(text, chance)
        count = max(1, round(self.severity * len(units)))
        chosen = chance.sample(units, len(units))[:count]
        return edited(text, [edit for unit in chosen for edit in unit])
