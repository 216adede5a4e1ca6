"""Text normalization: what models read and metrics score may have plain quotes, or no markup."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from unicodedata import is_normalized, normalize

from summbench.core import markup
from summbench.core.errors import SummbenchError
from summbench.core.records import Example

Step = Callable[[str], tuple[str, int]]
"""Returns the normalized text and the number of changes; a second application changes nothing."""

_ZERO_WIDTH = re.compile("[\u200b\u2060\ufeff]+")  # not U+200C and U+200D, which words need
_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f]")
_DOUBLE, _SINGLE = re.compile("[\u201c-\u201f]"), re.compile("[\u2018-\u201b]")
_BEFORE_STOP = re.compile(r"(?<! ) +\.(?![\w.])")
_REPEATED = re.compile(" {2,}")


def remove_zero_width(text: str) -> tuple[str, int]:
    """Remove zero-width spaces, word joiners and byte order marks."""
    return _ZERO_WIDTH.subn("", text)


def compose_unicode(text: str) -> tuple[str, int]:
    """Compose characters as Unicode's form NFC does; the count is of words."""
    if is_normalized("NFC", text):
        return text, 0
    composed = normalize("NFC", text)
    return composed, sum(a != b for a, b in zip(text.split(), composed.split(), strict=True))


def straighten_quotes(text: str) -> tuple[str, int]:
    """Replace curly quotation marks and apostrophes with straight ones."""
    text, doubles = _DOUBLE.subn('"', text)
    text, singles = _SINGLE.subn("'", text)
    return text, doubles + singles


def replace_special_spaces(text: str) -> tuple[str, int]:
    """Replace no-break and thin spaces with plain ones."""
    return _SPACES.subn(" ", text)


def join_full_stops(text: str) -> tuple[str, int]:
    """Remove spaces before a full stop, unless a number or name begins with it."""
    return _BEFORE_STOP.subn(".", text)


def collapse_spaces(text: str) -> tuple[str, int]:
    """Replace several spaces with one; line breaks stay, as they separate sentences."""
    return _REPEATED.subn(" ", text)


# In an order in which no step undoes or repeats the work of an earlier one.
_TYPOGRAPHY: Mapping[str, Step] = {
    "zero-width-1": remove_zero_width,
    "nfc-1": compose_unicode,
    "quotes-1": straighten_quotes,
    "spaces-1": replace_special_spaces,
    "stops-1": join_full_stops,
    "repeated-spaces-1": collapse_spaces,
}
_STEPS = {**_TYPOGRAPHY, **markup.STEPS}


@dataclass(frozen=True, slots=True)
class TextNormalizer:
    """Applies named steps in their order.

    `signature` names the normalization and its version; it is empty if texts stay as they are.
    """

    name: str
    signature: str = ""
    steps: tuple[str, ...] = ()

    def normalize(self, text: str) -> str:
        """Return the text after all steps."""
        for step in self.steps:
            text, _ = _STEPS[step](text)
        return text

    def normalize_example(self, example: Example) -> Example:
        """Return the example with article and references normalized."""
        if not self.steps:
            return example
        article = replace(example.article, text=self.normalize(example.article.text))
        return Example(article, tuple(map(self.normalize, example.references)))

    def count_changes(self, texts: Iterable[str]) -> Counter[str]:
        """Count how often each step changes something in the texts."""
        counts = Counter(dict.fromkeys(self.steps, 0))
        for text in texts if self.steps else ():
            for step in self.steps:
                text, changes = _STEPS[step](text)
                counts[step] += changes
        return counts


RAW = TextNormalizer("raw")
_NORMALIZERS = {
    normalizer.name: normalizer
    for normalizer in (
        RAW,
        TextNormalizer("clean", "clean-1", tuple(_TYPOGRAPHY)),
        TextNormalizer("score", "score-1", tuple(_TYPOGRAPHY)),
        TextNormalizer("unmark", "unmark-1", (*markup.STEPS, "repeated-spaces-1")),
    )
}


def get_normalizer(name: str) -> TextNormalizer:
    """Return the normalizer `raw`, `clean`, `score` or `unmark`.

    Raises: SummbenchError, if there is none of that name.
    """
    if name not in _NORMALIZERS:
        raise SummbenchError(
            f"There is no normalization {name!r}; choose one of {', '.join(_NORMALIZERS)}."
        )
    return _NORMALIZERS[name]
