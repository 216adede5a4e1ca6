"""Full stops that stand alone where no sentence ends."""

from __future__ import annotations

import re
from random import Random

from summbench.perturbations.edits import Edit

_GAP = re.compile(r"(?<=\w)(?= \w)")


class StrayPunctuation:
    """A full stop as a word of its own, as pipelines and translation leave them; a unit is one."""

    keeps_meaning = True

    def units(self, text: str, chance: Random) -> list[list[Edit]]:
        """An edit for each space between two words."""
        return [[Edit(found.start(), "", " .")] for found in _GAP.finditer(text)]
