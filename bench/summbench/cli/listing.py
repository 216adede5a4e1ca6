"""`summbench list`: what is shipped, and what each thing needs."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from summbench.cli.console import say


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
    bool, typer.Option("--signatures", help="Of metrics: what exactly each number is.")
]


def listing(group: Which = None, signatures: Signatures = False) -> int:
    """Everything that a config can name, one line each, with what it needs.

    \b
    Example:
      summbench list models
    """
    from summbench.cli.inventory import entries, metric_signatures

    if signatures:
        for name, signature in metric_signatures():
            say(f"{name}: {signature}")
        return 0
    for chosen in [group] if group else list(Group):
        rows = entries(chosen.value.removesuffix("s"))
        width = max(len(name) for name, *_ in rows)
        say(f"{chosen.value}:")
        for name, about, needed in rows:
            say(f"  {name:{width}}  {about}{f'  [{needed}]' if needed else ''}")
        say("")
    return 0
