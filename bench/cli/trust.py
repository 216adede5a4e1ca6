"""`summbench trust`: metrics held against human scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bench.cli.console import progress, say
from bench.cli.run import Trust

if TYPE_CHECKING:
    from bench.config import RunConfig
    from bench.leaderboard.board import MetricInfo
    from bench.records import Cell

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
    from bench.cli.composing import job_of_file
    from bench.report.trusts import markdown, to_json
    from bench.storage.store import check_writable, write_text
    from bench.trust.agreement import trust as held_against
    from bench.trust.human import human_scores

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
) -> tuple[Sequence[Cell], Mapping[str, MetricInfo]]:
    """Every system of the file by every metric of the job, on its first dataset."""
    from bench.cli.parts import columns, competitors, loaded, measure
    from bench.config import build
    from bench.storage.store import Store
    from bench.windows import Computation

    measures = [measure(name, node, trusted) for name, node in job.metric.items()]
    name, node = next(iter(job.dataset.items()))
    examples, survey = loaded(name, node, job.limit, trusted)
    store = Store(Path(job.store))
    store.begin()
    work = Computation(
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
