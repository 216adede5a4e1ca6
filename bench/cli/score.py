"""`summbench score`: summaries made elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from hydra import compose, initialize_config_dir
from hydra.errors import HydraException
from omegaconf.errors import OmegaConfBaseException

from bench.cli.run import Trust, explained
from bench.config import register, resolved, shipped
from bench.errors import BenchError


def score(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="JSONL, CSV, TSV or Parquet with the summaries.")],
    out: Annotated[
        Path | None, typer.Option(help="Results folder; results/FILE's name by default.")
    ] = None,
    trust: Trust = None,
) -> int:
    """Score summaries that were made elsewhere, with the same outputs as a run.

    FILE has a row an article: id, references, optionally document, and systems (name -> summary) or
    prediction. Hydra overrides may follow.

    \b
    Example:
      summbench score summaries.jsonl --out results/mine primary=rouge_stem.rouge2_f
    """
    from bench.cli.job import execute, results_folder  # noqa: PLC0415 - not needed for the help

    path = str(file.resolve())
    overrides = [
        "dataset=[table]",
        _quoted("dataset.table.path", path),
        "++dataset.table.document_required=false",
        "model=[replay]",
        _quoted("model.replay.path", path),
        *context.args,
    ]
    register()
    try:
        with initialize_config_dir(str(shipped("configs")), version_base="1.3"):
            job = resolved(compose("bench", overrides))
    except (HydraException, OmegaConfBaseException) as error:
        raise BenchError(explained(error)) from error
    job.dataset = {
        file.stem if name == "table" else name: node for name, node in job.dataset.items()
    }
    return execute(job, out or results_folder(job, file.stem), tuple(trust or ()))


def _quoted(key: str, value: str) -> str:
    """An override whose value Hydra's grammar takes as it stands, whatever is in it."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"{key}='{escaped}'"
