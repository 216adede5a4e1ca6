"""`summbench report`: render results again, or explain them."""

from __future__ import annotations

from summbench.cli.report.options import (
    Baseline,
    Examples,
    Explain,
    Export,
    HashesOnly,
    Out,
    Plots,
    Runs,
)  # fmt: skip
from summbench.core.errors import SummbenchError


def report(
    runs: Runs,
    explain: Explain = False,
    baseline: Baseline = None,
    hashes_only: HashesOnly = False,
    examples: Examples = None,
    plots: Plots = None,
    export: Export = None,
    out: Out = None,
) -> int:
    """Render results folders again, explain them, or write a baseline.

    A baseline has the quality scores and summaries that summbench compare needs, no articles and
    no references. Use --hashes-only if the corpus must not be passed on.

    \b
    Example:
      summbench report results/quickstart --explain
      summbench report results/quickstart --plots pdf,png
      summbench report results/quickstart --export model-index --out public
      summbench report results/quickstart --baseline results/baseline
    """
    from summbench.cli.report.rendering import (
        explain_folders,
        render_folders,
        save_baseline,
    )

    if out is not None and (export is None or len(runs) != 1):
        raise SummbenchError("--out is the folder of --export of one RUN; give both.")
    if explain:
        return explain_folders(runs)
    if baseline or hashes_only:
        return save_baseline(runs, baseline, hashes_only)
    return render_folders(runs, examples, plots, export, out)
