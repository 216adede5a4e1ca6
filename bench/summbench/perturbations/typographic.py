"""Typographic variants of quotes, dashes and spaces."""

from __future__ import annotations

import re
from random import Random

from summbench.perturbations.edits import Edit

_STRAIGHT = re.compile(r"\"[^\"\n]*\"")
_CURLY = re.compile(r"\u201c[^\u201c\u201d\n]*\u201d")
_MARK = re.compile(r"(?<=\w)['\u2019](?=\w)|[\u2013\u2014]|(?<= )--?(?= )|(?<=\S) (?=\S)")
_VARIANTS = {
    "'": ("\u2019",),
    "\u2019": ("'",),
    "\u2013": ("\u2014",),
    "\u2014": ("\u2013",),
    "-": ("\u2013",),
    "--": ("\u2014",),
    " ": ("  ", "\u00a0", "\u2009"),
}


class Typographic:
    """Swaps curly and straight quotes, and replaces dashes and spaces by other kinds.

    A unit is a mark, or the two quotes of a quotation. The summary is expected not to change.
    """

    keeps_meaning = True

    def propose_edits(self, text: str, rng: Random) -> list[list[Edit]]:
        """Propose to replace each pair of quotes, apostrophe, dash and single space."""
        return [
            *(_replace_pair(match, '"', "\u201c\u201d") for match in _STRAIGHT.finditer(text)),
            *(_replace_pair(match, "\u201c\u201d", '"') for match in _CURLY.finditer(text)),
            *(
                [Edit(match.start(), match[0], rng.choice(_VARIANTS[match[0]]))]
                for match in _MARK.finditer(text)
            ),
        ]


def _replace_pair(match: re.Match[str], before: str, after: str) -> list[Edit]:
    return [
        Edit(match.start(), before[0], after[0]),
        Edit(match.end() - 1, before[-1], after[-1]),
    ]
