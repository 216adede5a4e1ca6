"""What `summbench list` prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from summbench.cli.console import say, say_wrapped

if TYPE_CHECKING:
    from summbench.evaluation.catalogue import CatalogueEntry


def say_entries(heading: str, entries: Sequence[CatalogueEntry]) -> None:
    """Say each entry with its description and what it needs, aligned."""
    width = max(len(entry.name) for entry in entries)
    say(heading)
    for entry in entries:
        indent = " " * (width + 4)
        say_wrapped(entry.description, f"  {entry.name:{width}}  ", indent)
        if entry.needs:
            say_wrapped(f"[{'; '.join(entry.needs)}]", indent, indent)
    say("")
