"""The sentences, paragraphs and words of an article, with their positions."""

import re
from typing import NamedTuple

from summbench.core.text import find_in_order, split_sentences

_WORD = re.compile(r"[^\W_]+")
_PARAGRAPH = re.compile(r"[^\r\n]*\S[^\r\n]*")
_SAYING_LITTLE = """a about above after again against all also although am among an and another
any are around as at be because been before being below between both but by can cannot could did do
does doing down during each either else even ever every few for from further had has have having he
her here hers herself him himself his how however i if in into is it its itself just may me might
mine more most must my myself neither no nor not now of off on once one only onto or other our ours
out over own per quite rather same shall she should since so some still such than that the their
theirs them themselves then there these they this those though through till to too toward towards
under unless until up upon us very was we were what when where whether which while who whom whose
why will with within without would yet you your yours"""

FUNCTION_WORDS = frozenset(_SAYING_LITTLE.split())
"""English words that say little by themselves."""


class TextSpan(NamedTuple):
    """A piece of a text and the position of its first character."""

    start: int
    text: str

    @property
    def end(self) -> int:
        """The position after its last character."""
        return self.start + len(self.text)


def find_words(text: str) -> list[TextSpan]:
    """Find the runs of letters and digits."""
    return [TextSpan(match.start(), match[0]) for match in _WORD.finditer(text)]


def find_paragraphs(text: str) -> list[TextSpan]:
    """Find the lines that are not blank."""
    return [TextSpan(match.start(), match[0]) for match in _PARAGRAPH.finditer(text)]


def find_sentences(text: str) -> list[TextSpan]:
    """Find the sentences as models split them.

    A sentence that the splitter changed, so that the text does not contain it, is left out.
    """
    places = find_in_order(text, split_sentences(text))
    return [TextSpan(start, text[start:end]) for start, end in places]
