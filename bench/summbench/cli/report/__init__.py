"""`summbench report`: render results again, explain them, print tables for a paper."""

from __future__ import annotations

from summbench.cli.report import options as opt
from summbench.core.errors import SummbenchError


def report(
    runs: opt.Runs,
    explain: opt.Explain = False,
    paper: opt.Paper = False,
    columns: opt.Columns = None,
    models: opt.Models = None,
    baseline: opt.Baseline = None,
    hashes_only: opt.HashesOnly = False,
    examples: opt.Examples = None,
    plots: opt.Plots = None,
    export: opt.Export = None,
    out: opt.Out = None,
) -> int:
    """Render results folders again, explain them, or write a baseline.

    A baseline has the quality scores and summaries that summbench compare needs, no articles and
    no references. Use --hashes-only if the corpus must not be passed on.

    \b
    Example:
      summbench report results/quickstart --explain
      summbench report results/quickstart --paper --columns chrf.chrf2
      summbench report results/quickstart --plots pdf,png
      summbench report results/quickstart --export model-index --out public
      summbench report results/quickstart --baseline results/baseline
    """
    from summbench.cli.report import rendering

    if (columns or models) and not paper:
        raise SummbenchError("--columns and --models choose what --paper prints; give it as well.")
    if out is not None and (export is None or len(runs) != 1):
        raise SummbenchError("--out is the folder of --export of one RUN; give both.")
    if paper:
        return rendering.print_paper_tables(runs, columns, models)
    if explain:
        return rendering.explain_folders(runs)
    if baseline or hashes_only:
        return rendering.save_baseline(runs, baseline, hashes_only)
    return rendering.render_folders(runs, examples, plots, export, out)
