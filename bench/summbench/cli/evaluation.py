"""What `run` and `score` do with a config: evaluate it, print the result, choose the exit code."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from summbench.cli.console import get_width, progress, say, say_wrapped
from summbench.core.errors import SummbenchError
from summbench.evaluation.accumulator import record_config
from summbench.evaluation.config import RunConfig
from summbench.report.terminal.pages import format_page
from summbench.report.terminal.run import format_end, format_run
from summbench.runs import files
from summbench.runs.folders import choose_folder
from summbench.runs.run import RunData

if TYPE_CHECKING:
    from summbench.evaluation.sharding import ShardReport

_LONGEST_NAME = 120


def run_config(
    config: RunConfig, folder: Path, allow_code: Sequence[str] = (), notes: Sequence[str] = ()
) -> int:
    """Evaluate the config into the folder; the gate's code, or 1 if a model failed on anything.

    `notes` say how files were read.
    """
    from summbench.api.evaluation import evaluate_config, evaluate_part
    from summbench.cli.gate import report_gate

    store = Path(config.store)
    with progress() as update:
        if config.shard is not None:
            shard = evaluate_part(
                config, folder, store=store, allow_code=allow_code, progress=update
            )
            return _print_shard(shard)
        run = evaluate_config(
            config, folder, store=store, allow_code=allow_code, progress=update, notes=notes
        )
    metadata = run.data.run_metadata
    print_run(run.data)
    code = report_gate(run.gate) if run.gate is not None else 0
    if config.history is not None:
        file = shlex.quote(config.history)
        say(f"{config.history} has this run. The trend: summbench history {file}")
    return code or int(bool(metadata.failures))


def print_run(run: RunData) -> None:
    """Print what a run found, fitted to the terminal."""
    width, is_article = get_width(), run.run_metadata.kind == "article"
    pages = [files.ARTICLE_PAGE] if is_article else [files.ROBUSTNESS_MARKDOWN]
    texts = [
        format_page(run.read_bytes(name).decode(), width) for name in pages if run.has_file(name)
    ]
    if is_article:
        result = format_end(run.leaderboard, run.path, width)
    else:
        result = format_run(run.leaderboard, run.path, width)
    say("\n\n".join([*texts, result]))


def get_results_folder(config: RunConfig, name: str | None, is_sweep: bool = False) -> Path:
    """`results`/`name`; the config's name goes first, and must be one plain path component.

    A run without a name of its own, and a job of a sweep, gets a number if the folder holds a run
    of another config.

    Raises: SummbenchError.
    """
    name = config.name or name or "run"
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
    folder = Path(config.results) / name
    if folder.resolve() == Path(config.store).resolve():
        raise SummbenchError(f"name={name!r} is the store's folder; choose another name.")
    if config.overwrite or (config.name and not is_sweep):
        return folder
    return choose_folder(folder, record_config(config))


def _print_shard(report: ShardReport) -> int:
    shard = report.shard
    say_wrapped(
        f"Shard {shard.number} of {shard.of}: {report.articles:,} of {report.of_articles:,} "
        f"articles are done and in the store; {report.failures:,} predictions failed. Written to "
        f"{report.path}. When all shards are done, merge_shards={shard.of} in place of shard= "
        "makes the leaderboard.",
        rest="",
    )
    return int(bool(report.failures))
