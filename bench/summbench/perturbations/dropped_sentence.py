"""Sentences left out."""

from __future__ import annotations

import re
from random import Random

from summbench.perturbations.edits import Edit
from summbench.perturbations.spans import find_sentences

_SPACES = re.compile(" *")


class DroppedSentence:
    """Leaves out sentences; a unit is one. The only sentence of an article always stays."""

    keeps_meaning = False

    def propose_edits(self, text: str, rng: Random) -> list[list[Edit]]:
        """Propose to delete each sentence, with the spaces after it."""
        spans = find_sentences(text)
        if len(spans) < 2:
            return []
        ends = [match.end() for s in spans if (match := _SPACES.match(text, s.end))]
        return [
            [Edit(s.start, text[s.start : end], "")] for s, end in zip(spans, ends, strict=True)
        ]
