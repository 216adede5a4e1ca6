"""`summbench list`: what ships, and what each thing needs."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from summbench.cli.console import say, say_wrapped


class Group(StrEnum):
    """What can be listed."""

    models = "models"
    datasets = "datasets"
    metrics = "metrics"
    perturbations = "perturbations"
    executors = "executors"
    experiments = "experiments"


Which = Annotated[Group | None, typer.Argument(help="Which kind; all by default.")]
Signatures = Annotated[
    bool, typer.Option("--signatures", help="The signature of each metric instead.")
]


def listing(group: Which = None, signatures: Signatures = False) -> int:
    """List the models, datasets and metrics that ship.

    \b
    Example:
      summbench list models
    """
    from summbench.evaluation.catalogue import list_catalogue, list_signatures

    if signatures:
        for name, signature in list_signatures().items():
            say(f"{name}: {signature}")
        return 0
    for kind in [group] if group else list(Group):
        entries = list_catalogue(kind.value.removesuffix("s"))
        width = max(len(entry.name) for entry in entries)
        say(f"{kind.value}:")
        for entry in entries:
            indent = " " * (width + 4)
            say_wrapped(entry.description, f"  {entry.name:{width}}  ", indent)
            if entry.needs:
                say_wrapped(f"[{'; '.join(entry.needs)}]", indent, indent)
        say("")
    return 0
