"""`summbench doctor`: what can be run here, and what is missing for the rest."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from summbench.cli.console import say, say_wrapped
from summbench.cli.run import ConfigDir

if TYPE_CHECKING:
    from summbench.evaluation.catalogue import CatalogueEntry

Results = Annotated[Path, typer.Option(help="The folder that runs will write to.")]
_GROUPS = ("model", "dataset", "metric", "executor")


def doctor(results: Results = Path("results"), config_dir: ConfigDir = None) -> int:
    """Say what can be run here, and what is missing for the rest.

    Exit codes: 0 fine, 1 a package that is always needed is missing, or runs could not write.

    \b
    Example:
      summbench doctor
    """
    from summbench.cli.own_configs import list_own_configs
    from summbench.evaluation.catalogue import list_catalogue
    from summbench.evaluation.installation import check_installation
    from summbench.evaluation.requirements import list_problems

    own = list_own_configs(_GROUPS, config_dir)
    here = check_installation(results)
    say(f"summbench {here.summbench}, Python {here.python}, {here.platform}")
    if here.devices is None:
        say("device: torch is not installed, so only models without weights run")
    else:
        say(f"device: {', '.join(here.devices)}, {here.threads} threads")
    say(f"results: {here.results_error or f'{results} is writable'}")
    for group in _GROUPS:
        _say_group(group, [*own[group], *list_catalogue(group)])
    problems = list_problems()
    say("\n  ".join(["\nMissing packages:", *problems]) if problems else "\nAll packages are here.")
    is_broken = any(package.problem and not package.extra for package in here.packages)
    return int(here.results_error is not None or is_broken)


def _say_group(group: str, entries: list[CatalogueEntry]) -> None:
    """What there is of a group and is ready, and what the others need, alike ones together."""
    needs: dict[str, list[str]] = defaultdict(list)
    for entry in entries:
        kinds = dict.fromkeys(need.partition(": ")[0] for need in entry.needs)
        needs["; ".join(kinds)].append(entry.name)
    say("")
    say_wrapped(f"{group}s that are ready: {', '.join(needs.pop('', [])) or 'none'}")
    for need, names in needs.items():
        say_wrapped(f"{need}: {', '.join(names)}", "  ", "    ")
