"""Other marks for the same thing: quotes, dashes, spaces."""

from __future__ import annotations

import re
from random import Random

from summbench.perturbations.edits import Edit

_STRAIGHT = re.compile(r"\"[^\"\n]*\"")
_CURLY = re.compile(r"\u201c[^\u201c\u201d\n]*\u201d")
_MARK = re.compile(r"(?<=\w)['\u2019](?=\w)|[\u2013\u2014]|(?<= )--?(?= )|(?<=\S) (?=\S)")
_OTHER = {
    "'": ("\u2019",),
    "\u2019": ("'",),
    "\u2013": ("\u2014",),
    "\u2014": ("\u2013",),
    "-": ("\u2013",),
    "--": ("\u2014",),
    " ": ("  ", "\u00a0", "\u2009"),
}


class Typographic:
    """Curly quotes for straight ones and back, other dashes, spaces of another width.

    A unit is a mark, or the two quotes of a quotation. Nothing is said differently: the expected
    change of a summary is none.
    """

    keeps_meaning = True

    def units(self, text: str, chance: Random) -> list[list[Edit]]:
        """The edits of each quotation, apostrophe, dash and single space."""
        return [
            *(_pair(found, '"', "\u201c\u201d") for found in _STRAIGHT.finditer(text)),
            *(_pair(found, "\u201c\u201d", '"') for found in _CURLY.finditer(text)),
            *(
                [Edit(found.start(), found[0], chance.choice(_OTHER[found[0]]))]
                for found in _MARK.finditer(text)
            ),
        ]


def _pair(found: re.Match[str], before: str, after: str) -> list[Edit]:
    return [
        Edit(found.start(), before[0], after[0]),
        Edit(found.end() - 1, before[-1], after[-1]),
    ]
