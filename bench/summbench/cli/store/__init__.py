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
    """List, prune or compact the store.

    It keeps the predictions and scores of runs, so that they are not computed again.

    \b
    Example:
      summbench store list
    """
    if context.invoked_subcommand is None:
        say(context.get_help())
