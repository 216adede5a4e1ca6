"""`summbench metaeval`: metrics held against human scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from summbench.cli.console import progress, say
from summbench.cli.run import AllowCode

if TYPE_CHECKING:
    from summbench.core.records import TaskResult
    from summbench.evaluation.config import RunConfig
    from summbench.leaderboard.board import LeaderboardMetric

File = Annotated[
    Path, typer.Argument(help="JSONL or Parquet with summaries and their human scores.")
]
Json = Annotated[
    Path | None,
    typer.Option(
        "--json", metavar="OUT", help="Write every number there, for metaeval=OUT in a run."
    ),
]
Resamples = Annotated[int, typer.Option(min=100, help="Resamples that an interval is made of.")]
Resample = Annotated[
    Literal["level", "both"],
    typer.Option(help="Systems at the system level and articles elsewhere, or both (wider)."),
]
Seed = Annotated[int, typer.Option(help="Of the resamples.")]


def metaeval(
    context: typer.Context,
    file: File,
    json: Json = None,
    resamples: Resamples = 1_000,
    seed: Seed = 0,
    resample: Resample = "level",
    allow_code: AllowCode = None,
) -> int:
    """How well each metric goes with human scores, and what a gap between two systems means.

    FILE has a row an article, as for summbench score, and human (system -> dimension -> score).
    Hydra overrides choose the metrics.

    \b
    Example:
      summbench metaeval rated.jsonl 'metric=[rouge,chrf]' --json rated.metaeval.json
    """
    from summbench.analysis.metaeval.agreement import evaluate_metrics
    from summbench.analysis.metaeval.human import human_scores
    from summbench.cli.hydra import job_of_file
    from summbench.report.metaeval import render_metric_agreement, to_json
    from summbench.store.atomic_files import check_writable, write_text

    job = job_of_file(file, context.args)
    human = human_scores(file)
    if json is not None:
        check_writable(json.resolve().parent)
    cells, metrics = _scored(job, allow_code or [])
    found = evaluate_metrics(
        file.stem, cells, human, metrics, job.columns, resamples, seed, resample
    )
    say(render_metric_agreement(found))
    if json is not None:
        write_text(to_json(found), json)
        say(f"Written to {json}")
    return 0


def _scored(
    job: RunConfig, allowed_packages: Sequence[str]
) -> tuple[Sequence[TaskResult], Mapping[str, LeaderboardMetric]]:
    """Every system of the file by every metric of the job, on its first dataset."""
    from summbench.evaluation.chunks import Evaluation
    from summbench.evaluation.components import (
        build_metric,
        build_models,
        list_metric_columns,
        load_dataset,
    )
    from summbench.evaluation.nodes import build
    from summbench.store.store import Store

    measures = [build_metric(name, node, allowed_packages) for name, node in job.metric.items()]
    name, node = next(iter(job.dataset.items()))
    examples, statistics = load_dataset(name, node, job.limit, allowed_packages)
    store = Store(Path(job.store))
    store.open()
    work = Evaluation(
        build_models(job.model, allowed_packages),
        {name: examples},
        {name: statistics},
        measures,
        store,
        build("executor", job.executor, allowed_packages),
        job.recompute,
    )
    with progress() as told:
        [chunk] = work.iterate_chunks(len(examples), told)
    return chunk.results, list_metric_columns(measures)
