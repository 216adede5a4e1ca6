"""`summbench weights`: files of a checkpoint."""

from __future__ import annotations

import typer

from summbench.cli.console import say
from summbench.cli.weights import convert

app = typer.Typer(rich_markup_mode=None)
app.command("convert")(convert.convert)


@app.callback(invoke_without_command=True)
def weights(context: typer.Context) -> None:
    """Convert weights that are pickles to safetensors.

    A pickle can run code when it is read, so that no model or metric here reads one unasked.

    \b
    Example:
      summbench weights convert lytang/MiniCheck-Flan-T5-Large
    """
    if context.invoked_subcommand is None:
        say(context.get_help())
