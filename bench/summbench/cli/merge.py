"""`summbench merge`: several runs on one board."""

from __future__ import annotations

from pathlib import Path

from summbench.cli import merge_options as opt
from summbench.cli.console import get_width, progress, say, say_page
from summbench.cli.run import AllowCode
from summbench.core.errors import SummbenchError


def merge(
    runs: opt.Runs,
    out: opt.Out,
    primary: opt.Primary = None,
    replay: opt.Replay = False,
    allow_code: AllowCode = None,
) -> int:
    """Put several runs on one board, and compare all models anew.

    Runs with other articles, references or signatures are refused. Models of one name and other
    summaries get the names of their runs. Ratings of summbench collect (.jsonl) become one file of
    ratings; a rater is one person within a study only.

    \b
    Example:
      summbench merge results/mine lab.bundle.zip --out results/all
      summbench merge a.bundle.zip b.bundle.zip --replay --out results/all
      summbench merge monday.jsonl friday.jsonl --out rated.jsonl
    """
    are_ratings = [path.suffix == ".jsonl" for path in runs]
    if all(are_ratings):
        return _merge_ratings(runs, out)
    if any(are_ratings):
        raise SummbenchError("Runs and ratings (.jsonl) are no one board. Merge each kind alone.")
    from summbench.api.merging import merge as merge_runs
    from summbench.report.sources import describe_sources
    from summbench.report.terminal.run import format_run

    with progress() as update:
        run = merge_runs(
            runs, out, primary=primary, replay=replay, allow_code=allow_code or (), progress=update
        )
    sources = describe_sources(run.data.run_metadata)
    say(format_run(run.data.leaderboard, out, get_width(), sources))
    return 0


def _merge_ratings(files: list[Path], out: Path) -> int:
    from summbench.api.people import merge_ratings
    from summbench.people.rated_merge_text import render_merged

    merged = merge_ratings(files, out)
    say_page(render_merged(merged))
    say(f"\n{merged.replaced or f'Written to {out}.'} Next: summbench metaeval {out}")
    return 0
