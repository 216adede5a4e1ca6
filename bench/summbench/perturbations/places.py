"""Where the sentences, paragraphs and words of an article stand."""

import re
from typing import NamedTuple

from summbench.core.text import split_sentences

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


class Place(NamedTuple):
    """A piece of a text and where it stands."""

    start: int
    text: str

    @property
    def end(self) -> int:
        """Where the text goes on."""
        return self.start + len(self.text)


def words(text: str) -> list[Place]:
    """Runs of letters and digits."""
    return [Place(found.start(), found[0]) for found in _WORD.finditer(text)]


def paragraphs(text: str) -> list[Place]:
    """The lines that are not blank."""
    return [Place(found.start(), found[0]) for found in _PARAGRAPH.finditer(text)]


def sentences(text: str) -> list[Place]:
    """The sentences as models split them; one that does not stand in the text so is left out."""
    found: list[Place] = []
    done = 0
    for sentence in split_sentences(text):
        start = text.find(sentence, done)
        if start >= 0:
            found.append(Place(start, sentence))
            done = start + len(sentence)
    return found
