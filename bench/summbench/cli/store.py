"""`summbench store`: what is kept of earlier runs, and what of it may go."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from summbench.cli.console import say

if TYPE_CHECKING:
    from summbench.store.maintenance import CacheEntry

app = typer.Typer(rich_markup_mode=None)

Folder = Annotated[Path, typer.Option("--store", metavar="FOLDER", help="The store.")]
OlderThan = Annotated[
    str | None, typer.Option(metavar="AGE", help="Only what no run has used for 12h, 30d, 2w.")
]
OfModel = Annotated[
    str | None, typer.Option("--model", metavar="NAME", help="Only predictions of this model.")
]
Unreferenced = Annotated[
    list[Path] | None,
    typer.Option(
        metavar="RESULTS_FOLDER",
        help="Only what no run.json below this folder names; may be repeated.",
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would go, and remove nothing.")]

_STORE = Path("results/store")


@app.callback(invoke_without_command=True)
def store(context: typer.Context) -> None:
    """Look after the store: the predictions and scores that runs find again.

    \b
    Example:
      summbench store list
    """
    if context.invoked_subcommand is None:
        say(context.get_help())


@app.command("list")
def listing(store: Folder = _STORE) -> int:
    """Say what is in the store.

    A line for each model and metric: fingerprint, parts, rows, size, and when it was last used.

    \b
    Example:
      summbench store list
    """
    from summbench.store.maintenance import list_entries

    found = list_entries(store)
    if not found:
        say(f"There is nothing in {store} yet: the first run fills it.")
        return 0
    say(_table(found))
    say(f"In all: {_bytes(found)}.")
    return 0


@app.command("prune")
def prune(
    store: Folder = _STORE,
    older_than: OlderThan = None,
    model: OfModel = None,
    unreferenced: Unreferenced = None,
    dry_run: DryRun = False,
) -> int:
    """Remove what every given rule lets go.

    A later run that needs it computes it again.

    \b
    Example:
      summbench store prune --older-than 30d --unreferenced results --dry-run
    """
    from summbench.store.maintenance import list_entries, remove_entry, select_entries

    going = select_entries(list_entries(store), time.time(), older_than, model, unreferenced or ())
    if not going:
        say("Nothing in the store fits; nothing was removed.")
        return 0
    say(_table(going))
    if dry_run:
        say(f"Would remove {_bytes(going)}; nothing was removed.")
        return 0
    for shelf in going:
        remove_entry(shelf)
    say(f"Removed {_bytes(going)}.")
    return 0


@app.command("compact")
def compact(store: Folder = _STORE) -> int:
    """Make one part of many small ones.

    The rows of each model and metric stay as they are.

    \b
    Example:
      summbench store compact
    """
    from summbench.store.maintenance import compact as compacted
    from summbench.store.maintenance import list_entries

    for shelf in list_entries(store):
        left = compacted(shelf) if shelf.parts > 1 else shelf.parts
        if left < shelf.parts:
            say(f"{shelf.kind} {shelf.name} {shelf.fingerprint}: {shelf.parts} parts -> {left}")
    say("Every model and metric has as few parts as it can.")
    return 0


def _table(found: Sequence[CacheEntry]) -> str:
    """Columns as wide as their longest cell, numbers to the right."""
    head = ("kind", "name", "fingerprint", "parts", "rows", "size", "last used")
    rows = [head] + [
        (
            s.kind,
            s.name,
            s.fingerprint,
            str(s.parts),
            str(s.rows),
            _bytes([s]),
            _day(s.last_used_at),
        )
        for s in found
    ]
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    numbers = {"parts", "rows", "size"}
    return "\n".join(
        "  ".join(
            cell.rjust(width) if title in numbers else cell.ljust(width)
            for cell, width, title in zip(row, widths, head, strict=True)
        ).rstrip()
        for row in rows
    )


def _day(used: float) -> str:
    return datetime.fromtimestamp(used, UTC).strftime("%Y-%m-%d")


def _bytes(found: Sequence[CacheEntry]) -> str:
    size = sum(shelf.size for shelf in found)
    return f"{size / 1e6:,.1f} MB" if size >= 100_000 else f"{size / 1e3:,.1f} kB"
