"""Sentences as a recogniser of speech writes them."""

from __future__ import annotations

import re
from random import Random

from bench.perturb.edits import Edit
from bench.perturb.places import sentences

_MARKS = re.compile(r"(?:(?<!\w)[^\w\s]|[^\w\s](?!\w))+")


class Speech:
    """No capitals and no punctuation but inside of words and numbers; a unit is a sentence."""

    keeps_meaning = True

    def units(self, text: str, chance: Random) -> list[list[Edit]]:
        """An edit for each sentence."""
        return [
            [Edit(sentence.start, sentence.text, _MARKS.sub("", sentence.text).lower())]
            for sentence in sentences(text)
        ]
