"""`summbench run`: a config composed by Hydra, and the main job."""

from __future__ import annotations

import difflib
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import fields
from typing import Annotated

import typer
from hydra import main as hydra_main
from hydra.core.hydra_config import HydraConfig
from hydra.errors import HydraException
from hydra.types import RunMode
from omegaconf import DictConfig
from omegaconf.errors import OmegaConfBaseException

from bench.config import RunConfig, register, resolved, shipped
from bench.errors import BenchError

Trust = Annotated[
    list[str] | None,
    typer.Option(metavar="PACKAGE", help="Let configs name code of this package; may be repeated."),
]


def run(context: typer.Context, trust: Trust = None) -> int:
    """Predict, score and write the leaderboard to results/NAME.

    Takes Hydra's overrides and flags (-m, --cfg job, --config-dir DIR; all: --hydra-help). What is
    in the store is not computed again. Without overrides: experiment=quickstart.

    \b
    Example:
      summbench run 'model=[lead3,textrank]' dataset=newsdesk limit=10 name=first_try
    """
    overrides = context.args
    if not any("=" in argument for argument in overrides):
        overrides = [*overrides, "experiment=quickstart"]
    codes: list[int] = []
    mistakes: list[BenchError] = []
    trusted = tuple(trust or ())

    def task(config: DictConfig) -> None:
        from bench.cli.job import execute, results_folder  # noqa: PLC0415 - a help or --cfg needs none of it

        settings = HydraConfig.get()
        try:
            job = resolved(config)
            folder = results_folder(job, settings.runtime.choices.get("experiment"))
            code = execute(job, folder, trusted)
        except BenchError as error:
            if settings.mode == RunMode.MULTIRUN:
                raise
            mistakes.append(error)  # raised below, where Hydra adds nothing to it
            return
        codes.append(code)
        if code and settings.mode == RunMode.MULTIRUN:
            raise BenchError("a job of the sweep failed; see above")

    register()
    os.environ["HYDRA_FULL_ERROR"] = "1"  # Hydra then hands its errors on instead of printing them
    sys.argv = ["summbench run", *overrides]
    try:
        hydra_main(str(shipped("configs")), "bench", version_base="1.3")(task)()
    except (HydraException, OmegaConfBaseException) as error:
        raise BenchError(explained(error)) from error
    if mistakes:
        raise mistakes[0]
    return max(codes, default=0)


def explained(error: Exception) -> str:
    """Hydra's message with the nearest names that would have been right."""
    said = str(error).strip()
    cause = str(error.__cause__ or "").strip().partition("\n")[0]
    if match := re.search(r"Could not (?:load|find) '(\w+)/([^']+)'", said):
        group, wanted = match.groups()
        known = [file.stem for file in (shipped("configs") / group).glob("*.yaml")]
        near = _near(wanted, known)
        return f"There is no {group} {wanted!r}.{near} 'summbench list' shows all of them."
    if match := re.search(r"Could not override '([^']+)'", said):
        return f"The config has no key {match[1]!r}.{_near(match[1], _keys(error))} {cause}".strip()
    return f"{said} {cause}".strip()


def _keys(error: Exception) -> list[str]:
    """The keys that stand where the override looked for one, with their path."""
    cause = error.__cause__
    parent = getattr(cause, "parent_node", None)
    if parent is None or not getattr(cause, "full_key", None):
        return [field.name for field in fields(RunConfig)]
    path = str(cause.full_key).rpartition(".")[0]  # type: ignore[union-attr]
    return [f"{path}.{key}" if path else str(key) for key in parent]


def _near(wanted: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(wanted, known, n=3, cutoff=0.5)
    return f" Did you mean {' or '.join(map(repr, close))}?" if close else ""
