"""Which words are in Hunspell's dictionary of English in lower case: cod and shares, not Paris."""

from __future__ import annotations

import warnings
from functools import cache, lru_cache

from spylls.hunspell import Dictionary

_LONGEST = 45
"""Letters of the longest word that a dictionary of English has; a search grows with the square."""


@cache
def _load_english() -> Dictionary:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # it leaves its files to be closed
        return Dictionary.from_files("en_US")


@lru_cache(65_536)
def is_common(word: str) -> bool:
    """Tell whether the word, in lower case, need not be a name."""
    return _may_be_listed(word) and bool(_load_english().lookup(word))


@lru_cache(65_536)
def is_listed_as_name(word: str) -> bool:
    """Tell whether the word may be a name: John, which a dictionary has as john too."""
    return _may_be_listed(word) and bool(_load_english().dic.homonyms(word.capitalize()))


def _may_be_listed(word: str) -> bool:
    return len(word) <= _LONGEST and word.isalpha()
