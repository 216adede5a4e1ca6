"""A text as it is handed on: raw, cleaned for models, or in the view that metrics score."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from unicodedata import is_normalized, normalize

from summbench.core.errors import SummbenchError
from summbench.core.records import Example, Prediction

Step = Callable[[str], tuple[str, int]]
"""The text after it, and how often it did something; done again, it does nothing."""

_ZERO_WIDTH = re.compile("[\u200b\u2060\ufeff]+")  # not U+200C and U+200D, which words need
_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f]")
_DOUBLE, _SINGLE = re.compile("[\u201c-\u201f]"), re.compile("[\u2018-\u201b]")
_BEFORE_STOP = re.compile(r" +\.(?![\w.])")
_REPEATED = re.compile(" {2,}")


def without_zero_width(text: str) -> tuple[str, int]:
    """Without zero-width spaces, word joiners and byte order marks."""
    return _ZERO_WIDTH.subn("", text)


def composed(text: str) -> tuple[str, int]:
    """In Unicode's form NFC; the count is of words."""
    if is_normalized("NFC", text):
        return text, 0
    after = normalize("NFC", text)
    return after, sum(a != b for a, b in zip(text.split(), after.split(), strict=True))


def straight_quotes(text: str) -> tuple[str, int]:
    """With the typewriter's quotation marks and apostrophes for curly ones."""
    text, doubles = _DOUBLE.subn('"', text)
    text, singles = _SINGLE.subn("'", text)
    return text, doubles + singles


def plain_spaces(text: str) -> tuple[str, int]:
    """With plain spaces for no-break and thin ones."""
    return _SPACES.subn(" ", text)


def joined_stops(text: str) -> tuple[str, int]:
    """Without spaces before a full stop, unless a number or name begins with it."""
    return _BEFORE_STOP.subn(".", text)


def single_spaces(text: str) -> tuple[str, int]:
    """With one space for several; line breaks stay, as they part sentences."""
    return _REPEATED.subn(" ", text)


# In an order that leaves no step anything to do that a later one brought about.
_SAFE: Mapping[str, Step] = {
    "zero-width-1": without_zero_width,
    "nfc-1": composed,
    "quotes-1": straight_quotes,
    "spaces-1": plain_spaces,
    "stops-1": joined_stops,
    "repeated-spaces-1": single_spaces,
}


@dataclass(frozen=True, slots=True)
class TextNormalizer:
    """Steps by name; `signature` has the view's version and is empty for the raw text."""

    name: str
    signature: str = ""
    steps: tuple[str, ...] = ()

    @staticmethod
    def named(name: str) -> TextNormalizer:
        """One of raw, clean, score, or SummbenchError."""
        if name not in _VIEWS:
            raise SummbenchError(
                f"There is no view {name!r} of a text; there are {', '.join(_VIEWS)}."
            )
        return _VIEWS[name]

    def text(self, text: str) -> str:
        """The text in this view."""
        for step in self.steps:
            text, _ = _SAFE[step](text)
        return text

    def example(self, example: Example) -> Example:
        """Article and references in this view."""
        if not self.steps:
            return example
        article = replace(example.article, text=self.text(example.article.text))
        return Example(article, tuple(map(self.text, example.references)))

    def prediction(self, prediction: Prediction) -> Prediction:
        """The prediction with its summary in this view."""
        if not self.steps:
            return prediction
        return replace(prediction, summary=self.text(prediction.summary))

    def counts(self, texts: Iterable[str]) -> Counter[str]:
        """How often each step does something to the texts."""
        found = Counter(dict.fromkeys(self.steps, 0))
        for text in texts if self.steps else ():
            for step in self.steps:
                text, count = _SAFE[step](text)
                found[step] += count
        return found


RAW = TextNormalizer("raw")
_VIEWS = {
    view.name: view
    for view in (
        RAW,
        TextNormalizer("clean", "clean-1", tuple(_SAFE)),
        TextNormalizer("score", "score-1", tuple(_SAFE)),
    )
}
