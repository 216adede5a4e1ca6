"""`summbench doctor`: what is here, what is missing, and the command that mends it."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from summbench.cli.console import say
from summbench.core.errors import SummbenchError


def doctor(
    results: Annotated[Path, typer.Option(help="The folder that runs will write to.")] = Path(
        "results"
    ),
) -> int:
    """Versions, extras, weights, devices and a writable results folder; 1 if runs would fail here.

    \b
    Example:
      summbench doctor
    """
    from summbench.cli.inventory import weighty
    from summbench.store.atomic_files import check_writable

    python = f"Python {platform.python_version()}"
    say(f"summbench {version('summbench')}, {python}, {platform.platform()}")
    for requirement in sorted(requires("summbench") or ()):
        _package(requirement)
    _devices()
    for name, missing in weighty():
        say(f"  model {name}: {'; '.join(missing) or 'ready'}")
    try:
        check_writable(results)
    except SummbenchError as error:
        say(f"results: {error}")
        return 1
    say(f"results: {results} is writable")
    return 0


def _package(requirement: str) -> None:
    wanted, _, marker = requirement.partition(";")
    name = wanted.split("[")[0].rstrip("<>=!~0123456789., ")
    extra = marker.partition("extra ==")[2].strip(" '\"")
    where = f" (extra {extra})" if extra else ""
    try:
        say(f"  {name} {version(name)}{where}")
    except PackageNotFoundError:
        fix = f"pip install 'summbench[{extra}]'" if extra else f"pip install '{wanted.strip()}'"
        say(f"  {name}: not installed{where}; {fix}")


def _devices() -> None:
    if find_spec("torch") is None:
        say("device: torch is not installed, so only models without weights run")
        return
    import torch

    gpus = [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]
    say(f"device: {', '.join(gpus) or 'CPU'}, {torch.get_num_threads()} threads")
