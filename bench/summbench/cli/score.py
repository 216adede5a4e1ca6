"""`summbench score`: summaries made elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from summbench.cli.run import AllowCode, ConfigDir

File = Annotated[Path, typer.Argument(help="JSONL, CSV, TSV or Parquet with the summaries.")]
Out = Annotated[
    Path | None, typer.Option(help="Results folder; by default results/ and the file's name.")
]


def score(
    context: typer.Context,
    file: File,
    out: Out = None,
    config_dir: ConfigDir = None,
    allow_code: AllowCode = None,
) -> int:
    """Score summaries that were made elsewhere, as a run does.

    FILE has a row an article: id, references, optionally document, and systems (name -> summary) or
    prediction. Hydra overrides may follow.

    \b
    Example:
      summbench score summaries.jsonl --out results/mine
    """
    from summbench.cli.evaluation import get_results_folder, run_config
    from summbench.cli.hydra import compose_for_file

    config = compose_for_file(file, context.args, config_dir)
    return run_config(config, out or get_results_folder(config, file.stem), allow_code or [])
