"""`summbench store prune`: remove what is no longer needed."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from summbench.cli.console import say
from summbench.cli.store.entries import DEFAULT_STORE, Folder, format_entries, format_size

OlderThan = Annotated[
    str | None, typer.Option(metavar="AGE", help="Only what no run has used for 12h, 30d, 2w.")
]
Model = Annotated[str | None, typer.Option(metavar="NAME", help="Only predictions of this model.")]
Unreferenced = Annotated[
    list[Path] | None,
    typer.Option(
        metavar="RESULTS_FOLDER",
        help="Only what no run.json below this folder names; may be repeated.",
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="List what would be removed; remove none.")]


def prune_store(
    store: Folder = DEFAULT_STORE,
    older_than: OlderThan = None,
    model: Model = None,
    unreferenced: Unreferenced = None,
    dry_run: DryRun = False,
) -> int:
    """Remove the parts that no rule keeps.

    A later run that needs them computes them again.

    \b
    Example:
      summbench store prune --older-than 30d --unreferenced results --dry-run
    """
    from summbench.runs.fingerprints import collect_fingerprints
    from summbench.store.maintenance import list_entries, remove_entry, select_entries

    entries = list_entries(store)
    referenced = collect_fingerprints(unreferenced) if unreferenced else None
    selected = select_entries(entries, time.time(), older_than, model, referenced)
    if not selected:
        say("Nothing in the store fits; nothing was removed.")
        return 0
    say(format_entries(selected))
    if dry_run:
        say(f"Would remove {format_size(selected)}; nothing was removed.")
        return 0
    for entry in selected:
        remove_entry(entry)
    say(f"Removed {format_size(selected)}.")
    return 0
