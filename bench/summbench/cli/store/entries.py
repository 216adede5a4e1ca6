"""Entries of the store as a table, and the option that says where the store is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from summbench.store.maintenance import CacheEntry

Folder = Annotated[Path, typer.Option("--store", metavar="FOLDER", help="The store.")]
DEFAULT_STORE = Path("results/store")

_HEADINGS = ("kind", "name", "fingerprint", "parts", "rows", "size", "last used")
_NUMBERS = {"parts", "rows", "size"}


def format_entries(entries: Sequence[CacheEntry]) -> str:
    """Write one line an entry; columns are as wide as their longest cell."""
    rows = [_HEADINGS, *map(_format_entry, entries)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if heading in _NUMBERS else cell.ljust(width)
            for cell, width, heading in zip(row, widths, _HEADINGS, strict=True)
        ).rstrip()
        for row in rows
    )


def format_size(entries: Sequence[CacheEntry]) -> str:
    """Write the size of all entries together."""
    size = sum(entry.size for entry in entries)
    return f"{size / 1e6:,.1f} MB" if size >= 100_000 else f"{size / 1e3:,.1f} kB"


def _format_entry(entry: CacheEntry) -> tuple[str, ...]:
    last_used = datetime.fromtimestamp(entry.last_used_at, UTC).strftime("%Y-%m-%d")
    counts = (str(entry.parts), str(entry.rows))
    return (
        entry.kind, entry.name, entry.fingerprint, *counts, format_size([entry]), last_used,
    )  # fmt: skip
