"""Options of the commands that show the systems of a run to people or to a judge."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Run = Annotated[Path, typer.Argument(metavar="RUN", help="A results folder.")]
Systems = Annotated[str | None, typer.Option(help="Names with commas; by default all but bounds.")]
Dataset = Annotated[str | None, typer.Option(help="Of a run with several.")]


def split_names(names: str | None) -> list[str] | None:
    """Return the names that an option has with commas; None if it was not given."""
    return None if names is None else names.split(",")
