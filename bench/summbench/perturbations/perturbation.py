"""A perturbation: an operator at one severity, with a seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Protocol

from summbench.core.records import sha256
from summbench.perturbations.edits import Edit, PerturbedText, apply_edits


class Operator(Protocol):
    """One way to perturb a text.

    `keeps_meaning` says whether a faithful summary of the text stays one.
    """

    keeps_meaning: bool

    def propose_edits(self, text: str, rng: Random) -> Sequence[Sequence[Edit]]:
        """Propose all units of change; the edits of a unit are applied together or not at all."""
        ...


@dataclass(frozen=True, slots=True)
class PerturbationSpec:
    """A named operator; `severity` is the share of its units that are applied, 0 to 1.

    Random draws depend on the seed and the text alone. A higher severity applies the units of a
    lower one, and more.
    """

    name: str
    operator: Operator
    severity: float
    seed: int = 0

    def apply(self, text: str) -> PerturbedText:
        """Perturb the text: at least one unit, if there is any and the severity is not 0.

        A blank text stays as it is, as it has no summary that could change.
        """
        if not (self.severity and text.strip()):
            return PerturbedText(text)
        rng = Random(f"{self.seed}:{sha256(text)}")  # noqa: S311
        units = self.operator.propose_edits(text, rng)
        count = max(1, round(self.severity * len(units)))
        drawn = rng.sample(units, len(units))[:count]
        return apply_edits(text, [edit for unit in drawn for edit in unit])
