"""`summbench store list`: what the store has."""

from __future__ import annotations

from summbench.cli.console import say
from summbench.cli.store.entries import DEFAULT_STORE, Folder, format_entries, format_size


def list_store(store: Folder = DEFAULT_STORE) -> int:
    """List what is in the store, a line for each model and metric.

    \b
    Example:
      summbench store list
    """
    from summbench.store.maintenance import list_entries

    entries = list_entries(store)
    if not entries:
        say(f"There is nothing in {store} yet: the first run fills it.")
        return 0
    say(format_entries(entries))
    say(f"In all: {format_size(entries)}.")
    return 0
