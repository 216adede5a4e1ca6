"""One run from its config to its folder; `run` and `score` are two ways to a config."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from summbench.analysis.single_article import SingleArticleCollector
from summbench.cli import gate
from summbench.cli.console import progress, say
from summbench.cli.pages import write_html_report
from summbench.cli.preparing import Job, prepared
from summbench.cli.shards import do_shard
from summbench.core.errors import SummbenchError
from summbench.core.records import TaskResult
from summbench.datasets.description import ArticleHashes
from summbench.evaluation.chunks import Chunk
from summbench.evaluation.config import RunConfig
from summbench.evaluation.inputs import check_chunk_size
from summbench.evaluation.perturbations import list_failures
from summbench.leaderboard.health import OutcomeAccumulator
from summbench.runs import files
from summbench.runs.example_writer import ExampleWriter, parse_n_examples
from summbench.runs.writer import RunWriter

_LONGEST_NAME = 120
_MOST_FAILURES = 10_000


def execute(run: RunConfig, folder: Path, allowed_packages: Iterable[str] = ()) -> int:
    """Predict, score, write, print; the gate's code, or 1 if a model failed on anything."""
    job = prepared(run, folder, allowed_packages)
    work = job.work
    if job.shard is not None:
        return do_shard(job.shard, work, run.chunk_size, folder)

    check_chunk_size(work.metrics, work.statistics, run.chunk_size, len(work.perturbations))
    with (
        progress() as told,
        RunWriter(folder) as recording,
        ExampleWriter(
            folder,
            parse_n_examples(run.n_examples),
            run.primary,
            [model.name for model in work.models if model.kind != "bound"],
        ) as keeping,
    ):
        seen = RunAccumulator(job)
        for chunk in work.iterate_chunks(run.chunk_size, told):
            recording.add(chunk.results, chunk.evidence)
            keeping.add(chunk.examples, chunk.results)
            seen.add(chunk)
        from summbench.cli.finishing import finished  # the first article waits for none of it

        board, metadata, texts = finished(job, seen)
        keeping.finish()
        recording.finish(texts, metadata)
    write_html_report(folder, board)
    is_complete = seen.single_articles.is_complete
    _tell(
        texts,
        [files.ARTICLE_PAGE]
        if is_complete
        else [files.LEADERBOARD_MARKDOWN, files.ROBUSTNESS_MARKDOWN],
        folder,
    )
    code = (gate.close(job.baseline, folder) if job.baseline else 0) or int(bool(seen.failures))
    if job.trackers:
        from summbench.report.tracking.tracker import send_to_trackers
        from summbench.runs.run import RunData

        send_to_trackers(job.trackers, RunData.open(folder), os.environ)
    return code


class RunAccumulator:
    """What is kept of the windows until the leaderboard is made of it; the first failures."""

    def __init__(self, job: Job) -> None:
        statistics, kinds = job.work.statistics, {e.name: e.kind for e in job.work.models}
        self.trials = None
        if job.run.perturbation:
            from summbench.analysis.robustness.results import start_trials

            self.trials = start_trials(job.run, job.metrics)
        self.single_articles = SingleArticleCollector(statistics, kinds)
        self.gathering, self.hashes = OutcomeAccumulator(job.folder), ArticleHashes(statistics)
        self.failures: list[dict[str, Any]] = []

    def add(self, chunk: Chunk) -> None:
        """All that it has for one of them."""
        self.gathering.add(chunk.results, chunk.examples)
        self.hashes.add(chunk.examples)
        self.single_articles.add(chunk)
        if self.trials:
            self.trials.add(chunk)
        if len(self.failures) < _MOST_FAILURES:
            self.failures += [*_failures(chunk.results), *list_failures(chunk)]


def _failures(cells: Sequence[TaskResult]) -> list[dict[str, Any]]:
    return [
        {"dataset": cell.dataset, "model": cell.model, "article_id": p.article_id, "error": p.error}
        for cell in cells
        for p in cell.predictions
        if p.error is not None
    ]


def results_folder(run: RunConfig, experiment: str | None) -> Path:
    """`results`/`name`; the name must be one plain path component."""
    name = run.name or experiment or "run"
    if (
        name != Path(name).name
        or name in {".", ".."}
        or "\0" in name
        or len(name.encode()) > _LONGEST_NAME
    ):
        raise SummbenchError(
            f"name={name!r} can't be the name of a results folder: no slashes, and at most "
            f"{_LONGEST_NAME} bytes."
        )
    if (Path(run.results) / name).resolve() == Path(run.store).resolve():
        raise SummbenchError(f"name={name!r} is where the store lies; choose another name.")
    return Path(run.results) / name


def _tell(texts: Mapping[str, str], shown: Sequence[str], folder: Path) -> None:
    say("\n".join(texts[name] for name in shown if name in texts))
    written = dict.fromkeys([*texts, *files.REQUIRED, files.RUN, files.REPORT_INDEX])
    say(f"Written to {folder}: {', '.join(written)}")
