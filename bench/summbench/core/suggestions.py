"""The names that somebody may have meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def suggest(name: str, names: Iterable[str]) -> str:
    """ " Did you mean 'lead3'?" for a mistyped name, or nothing if none is near."""
    close = difflib.get_close_matches(name, set(names) - {name}, n=3, cutoff=0.5)
    return f" Did you mean {' or '.join(map(repr, close))}?" if close else ""
