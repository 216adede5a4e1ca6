"""`summbench store`: what the store has, and removing or joining it."""

from __future__ import annotations

import typer

from summbench.cli.console import say
from summbench.cli.store import compact, listing, prune

app = typer.Typer(rich_markup_mode=None)
app.command("list")(listing.list_store)
app.command("prune")(prune.prune_store)
app.command("compact")(compact.compact_store)


@app.callback(invoke_without_command=True)
def store(context: typer.Context) -> None:
    """List, prune and compact the stored predictions and scores of runs.

    \b
    Example:
      summbench store list
    """
    if context.invoked_subcommand is None:
        say(context.get_help())
