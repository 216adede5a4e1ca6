"""`summbench metaeval`: metrics held against human scores."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from summbench.cli.console import progress, say, say_page
from summbench.cli.run import AllowCode, ConfigDir

File = Annotated[Path, typer.Argument(help="JSONL or Parquet: summaries and their human scores.")]
_JSON = "Write all numbers there, for metaeval=OUT."
Json = Annotated[Path | None, typer.Option("--json", metavar="OUT", help=_JSON)]
Resamples = Annotated[int, typer.Option(min=100, help="Resamples for each interval.")]
_RESAMPLE = "Systems at the system level and articles elsewhere, or both (wider)."
Resample = Annotated[Literal["level", "both"], typer.Option(help=_RESAMPLE)]
Seed = Annotated[int, typer.Option(help="Seed of the resamples.")]


def metaeval(
    context: typer.Context,
    file: File,
    json: Json = None,
    resamples: Resamples = 1_000,
    seed: Seed = 0,
    resample: Resample = "level",
    config_dir: ConfigDir = None,
    allow_code: AllowCode = None,
) -> int:
    """Compare metrics with human ratings of the same summaries.

    FILE has a row an article, as for summbench score, and human (system -> dimension -> score, or
    with one prediction dimension -> score). Hydra overrides choose the metrics.

    \b
    Example:
      summbench metaeval rated.jsonl 'metric=[rouge,chrf]' --json human.json
    """
    from summbench.analysis.metaeval.rated_file import evaluate_metrics_file
    from summbench.analysis.metaeval.serialization import to_json
    from summbench.cli.hydra import compose_for_inputs
    from summbench.evaluation.score_inputs import ScoreInputs
    from summbench.report.metaeval import render_metric_agreement
    from summbench.store.atomic_files import check_writable, write_text

    config, _ = compose_for_inputs(ScoreInputs([file]), context.args, config_dir)
    if json is not None:
        check_writable(json.resolve().parent)
    settings = (resamples, seed, resample, allow_code or ())
    with progress() as update:
        agreement = evaluate_metrics_file(file, config, *settings, update)
    say_page(render_metric_agreement(agreement))
    if json is not None:
        write_text(to_json(agreement), json)
        say(f"Written to {json}")
    return 0
