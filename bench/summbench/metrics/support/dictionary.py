"""Which words are in Hunspell's dictionary of English in lower case: cod and shares, not Paris."""

from __future__ import annotations

import gc
import warnings
from functools import cache, lru_cache

from spylls.hunspell import Dictionary


@cache
def _english() -> Dictionary:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # it leaves its files to be closed
        found = Dictionary.from_files("en_US")
    gc.collect()
    gc.freeze()  # its objects stay; to walk them in every collection costs milliseconds an article
    return found


@lru_cache(65_536)
def is_common(word: str) -> bool:
    """Whether the word, in lower case, is one that need not be a name."""
    return word.isalpha() and bool(_english().lookup(word))
