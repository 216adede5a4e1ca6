"""`summbench trust`: metrics held against human scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from summbench.cli.console import progress, say
from summbench.cli.run import Trust

if TYPE_CHECKING:
    from summbench.core.records import TaskResult
    from summbench.evaluation.config import RunConfig
    from summbench.leaderboard.board import LeaderboardMetric

File = Annotated[
    Path, typer.Argument(help="JSONL or Parquet with summaries and their human scores.")
]
Json = Annotated[
    Path | None,
    typer.Option("--json", metavar="OUT", help="Write every number there, for trust=OUT in a run."),
]
Resamples = Annotated[int, typer.Option(min=100, help="Resamples that an interval is made of.")]
Resample = Annotated[
    Literal["level", "both"],
    typer.Option(help="Systems at the system level and articles elsewhere, or both (wider)."),
]
Seed = Annotated[int, typer.Option(help="Of the resamples.")]


def trust(
    context: typer.Context,
    file: File,
    json: Json = None,
    resamples: Resamples = 1_000,
    seed: Seed = 0,
    resample: Resample = "level",
    trust: Trust = None,
) -> int:
    """How well each metric goes with human scores, and what a gap between two systems means.

    FILE has a row an article, as for summbench score, and human (system -> dimension -> score).
    Hydra overrides choose the metrics.

    \b
    Example:
      summbench trust rated.jsonl 'metric=[rouge,chrf]' --json rated.trust.json
    """
    from summbench.analysis.metaeval.agreement import trust as held_against
    from summbench.analysis.metaeval.human import human_scores
    from summbench.cli.hydra import job_of_file
    from summbench.report.metaeval import markdown, to_json
    from summbench.store.store import check_writable, write_text

    job = job_of_file(file, context.args)
    human = human_scores(file)
    if json is not None:
        check_writable(json.resolve().parent)
    cells, metrics = _scored(job, trust or [])
    found = held_against(file.stem, cells, human, metrics, job.columns, resamples, seed, resample)
    say(markdown(found))
    if json is not None:
        write_text(to_json(found), json)
        say(f"Written to {json}")
    return 0


def _scored(
    job: RunConfig, trusted: Sequence[str]
) -> tuple[Sequence[TaskResult], Mapping[str, LeaderboardMetric]]:
    """Every system of the file by every metric of the job, on its first dataset."""
    from summbench.evaluation.chunks import Evaluation
    from summbench.evaluation.components import columns, competitors, loaded, measure
    from summbench.evaluation.config import build
    from summbench.store.store import Store

    measures = [measure(name, node, trusted) for name, node in job.metric.items()]
    name, node = next(iter(job.dataset.items()))
    examples, survey = loaded(name, node, job.limit, trusted)
    store = Store(Path(job.store))
    store.begin()
    work = Evaluation(
        competitors(job.model, trusted),
        {name: examples},
        {name: survey},
        measures,
        store,
        build("executor", job.executor, trusted),
        job.fresh,
    )
    with progress() as told:
        [window] = work.windows(len(examples), told)
    return window.cells, columns(measures)
