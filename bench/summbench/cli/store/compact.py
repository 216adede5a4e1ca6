"""`summbench store compact`: join many small parts."""

from __future__ import annotations

from summbench.cli.console import say
from summbench.cli.store.entries import DEFAULT_STORE, Folder


def compact_store(store: Folder = DEFAULT_STORE) -> int:
    """Join many small parts into one.

    The rows of each model and metric stay as they are.

    \b
    Example:
      summbench store compact
    """
    from summbench.store.maintenance import compact, list_entries

    for entry in list_entries(store):
        parts = compact(entry) if entry.parts > 1 else entry.parts
        if parts < entry.parts:
            say(f"{entry.kind} {entry.name} {entry.fingerprint}: {entry.parts} parts -> {parts}")
    say("Every model and metric has as few parts as possible.")
    return 0
