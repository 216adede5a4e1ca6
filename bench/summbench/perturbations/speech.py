"""Output of speech recognition."""

from __future__ import annotations

import re
from random import Random

from summbench.perturbations.edits import Edit
from summbench.perturbations.spans import find_sentences

_MARK = "[-.,;:!?\"'()\\[\\]{}\u2026\u2013\u2014\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb]"
_UNSPOKEN = re.compile(rf"(?![-.]\d)(?<!\w){_MARK}|{_MARK}(?!\w)")


class Speech:
    """Removes capitals, and punctuation outside of words and numbers; a unit is a sentence.

    Signs that are spoken stay: currency, per cent, minus.
    """

    keeps_meaning = True

    def propose_edits(self, text: str, rng: Random) -> list[list[Edit]]:
        """Propose to rewrite each sentence."""
        return [
            [Edit(sentence.start, sentence.text, _UNSPOKEN.sub("", sentence.text).lower())]
            for sentence in find_sentences(text)
        ]
