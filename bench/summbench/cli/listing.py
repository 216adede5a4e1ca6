"""`summbench list`: what ships, and what each thing needs."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from summbench.cli.console import say
from summbench.cli.listing_output import say_entries
from summbench.cli.run import ConfigDir


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


def listing(
    group: Which = None, signatures: Signatures = False, config_dir: ConfigDir = None
) -> int:
    """List the models, datasets and metrics that ship.

    With --config-dir, those in a folder of your own come first.

    \b
    Example:
      summbench list models
    """
    from summbench.cli.own_configs import list_own_configs
    from summbench.evaluation.catalogue import list_catalogue, list_signatures

    kinds = [Group.metrics] if signatures else [group] if group else list(Group)
    names = [kind.value.removesuffix("s") for kind in kinds]
    own_entries = list_own_configs(names, config_dir)
    for kind, name in zip(kinds, names, strict=True):
        own = own_entries[name]
        shipped = list_catalogue(name)
        if signatures:
            for metric, signature in list_signatures([*own, *shipped]).items():
                say(f"{metric}: {signature}")
        else:
            if own:
                say_entries(f"{kind.value} in {config_dir}:", own)
            say_entries(f"{kind.value}{' that ship' if own else ''}:", shipped)
    return 0
