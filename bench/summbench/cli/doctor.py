"""`summbench doctor`: what is here, what is missing, and the command that adds it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from summbench.cli.console import say

if TYPE_CHECKING:
    from summbench.evaluation.installation import PackageStatus

Results = Annotated[Path, typer.Option(help="The folder that runs will write to.")]


def doctor(results: Results = Path("results")) -> int:
    """Check packages, weights, devices and the results folder.

    Exit codes: 0 fine, 1 runs could not write to the results folder.

    \b
    Example:
      summbench doctor
    """
    from summbench.evaluation.catalogue import list_catalogue
    from summbench.evaluation.installation import check_installation

    installation = check_installation(results)
    say(
        f"summbench {installation.summbench}, Python {installation.python}, {installation.platform}"
    )
    for package in installation.packages:
        say(f"  {_format_package(package)}")
    if installation.devices is None:
        say("device: torch is not installed, so only models without weights run")
    else:
        say(f"device: {', '.join(installation.devices)}, {installation.threads} threads")
    for entry in list_catalogue("model"):
        if entry.is_heavy:
            say(f"  model {entry.name}: {'; '.join(entry.needs) or 'ready'}")
    say(f"results: {installation.results_error or f'{results} is writable'}")
    return int(installation.results_error is not None)


def _format_package(package: PackageStatus) -> str:
    extra = f" (extra {package.extra})" if package.extra else ""
    if package.version is None:
        return f"{package.name}: not installed{extra}; {package.install_command}"
    return f"{package.name} {package.version}{extra}"
