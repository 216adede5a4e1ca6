"""What people wait for, as whole commands, imports and files included."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.commands import MINE, TABLE, model_config
from tests.performance.processes import Cost, FailedError, measure_summbench
from tests.performance.texts import write_news

_SHIPPED = "model=[oracle,lead3,random3,textrank,lexrank,lsa]"
_TWO = "model=[lead3,random3]"
FREE = (
    "run", *MINE, *TABLE, "model=[free]", "metric=[length]", "primary=length.tokens",
    "allow_diagnostic_primary=true", "columns=[]",
)  # fmt: skip
ROUGE_ONLY = ("metric=[rouge]", "primary=rouge.rouge2_f", "columns=[]")


@dataclass(frozen=True, slots=True)
class Job:
    """Arguments of summbench on a file of so many articles and systems; `again` finds its store."""

    name: str
    arguments: Sequence[str]
    articles: int = 0
    systems: int = 0
    again: bool = False


def build_jobs(share: float) -> list[Job]:
    """All jobs, with this share of the articles."""
    large, free = max(2, int(11_490 * share)), max(2, int(10_000 * share))
    score = ("score", "news.jsonl")
    jobs = [
        Job("`list`", ("list",)),
        Job("`run 'model=[lead3]' limit=1`", ("run", "model=[lead3]", "limit=1")),
        Job("six systems x 50 (newsdesk)", ("run", _SHIPPED), again=True),
        Job(f"`score`, 1 x {large:,}", score, large, 1),
        Job(f"`score`, 10 x {large:,}", score, large, 10),
        Job("`score`, 46 x 95", score, 95, 46, again=True),
        Job(f"free model x {free:,}, one metric", FREE, free),
    ]
    for count in (1_000, 10_000, 100_000):
        some = max(2, int(count * share))
        jobs.append(Job(f"2 x {some:,}, default metrics", ("run", *TABLE, _TWO), some))
    return jobs


def prepare_folder(folder: Path, articles: int, systems: int = 0) -> None:
    """Write news.jsonl and the config of the free model."""
    if articles:
        write_news(folder / "news.jsonl", articles, systems)
    model_config(folder, "free", "tests.performance.free.Free")


def run_job(job: Job, clones: Sequence[Path | None]) -> Iterator[tuple[str, list[Cost | str]]]:
    """Name and cost in each clone, or why there is none; a second time if it is done again."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        prepare_folder(folder, job.articles, job.systems)
        first, second = [], []
        for clone in clones:
            shutil.rmtree(folder / "results", ignore_errors=True)
            first.append(_try(job, folder, clone))
            if job.again:
                second.append(_try(job, folder, clone))
        yield job.name, first
        if job.again:
            yield f"{job.name}, again", second


def _try(job: Job, folder: Path, clone: Path | None) -> Cost | str:
    try:
        return measure_summbench(folder, *job.arguments, clone=clone)
    except FailedError as error:
        return str(error)
