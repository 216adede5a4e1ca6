"""`summbench run`: the main job."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

AllowCode = Annotated[
    list[str] | None,
    typer.Option(metavar="PACKAGE", help="Let configs name code of this package; may be repeated."),
]
ConfigDir = Annotated[
    Path | None,
    typer.Option("--config-dir", "-cd", metavar="DIR", help="A folder with YAML of your own."),
]


def run(context: typer.Context, allow_code: AllowCode = None) -> int:
    """Predict, score and write the leaderboard to results/NAME.

    Takes Hydra's overrides and flags (-m, --cfg job, --config-dir DIR; all: --hydra-help). What is
    in the store is not computed again. Without overrides: experiment=quickstart; with
    'dataset=[texts]', for articles without references: experiment=article.

    \b
    Example:
      summbench run 'model=[lead3,textrank]' limit=10 name=first_try
    """
    from summbench.cli.hydra import run_with_hydra

    return run_with_hydra(context.args, allow_code or [])
