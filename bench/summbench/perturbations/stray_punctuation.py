"""Full stops where no sentence ends."""

from __future__ import annotations

import re
from random import Random

from summbench.perturbations.edits import Edit

_GAP = re.compile(r"(?<=\w)(?= \w)")


class StrayPunctuation:
    """Inserts full stops as words of their own, as machine translation does; a unit is one."""

    keeps_meaning = True

    def propose_edits(self, text: str, rng: Random) -> list[list[Edit]]:
        """Propose an insertion at each space between two words."""
        return [[Edit(gap.start(), "", " .")] for gap in _GAP.finditer(text)]
