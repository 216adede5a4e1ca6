"""What every gate prints, writes and returns."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from summbench.cli.console import say, say_page
from summbench.core.control_characters import show_controls
from summbench.core.errors import SummbenchError

if TYPE_CHECKING:
    from summbench.gate.records import GateReport
    from summbench.runs.run import RunData

_MAX_CHANGES = 200


def report_gate(
    gate: GateReport,
    summary: Path | None = None,
    texts: Mapping[Path, str] | None = None,
    strict: bool = False,
) -> int:
    """Print the gate, append it to the summary file, write the texts; the exit code.

    The summary file is by default the one that GitHub Actions names, if it does.
    """
    from summbench.gate.records import get_exit_code
    from summbench.report.gate import render_gate
    from summbench.report.junit import list_workflow_commands

    text = render_gate(gate, strict)
    say_page(text, ("model", "metric", "verdict", "dataset", "difference"))
    if os.environ.get("GITHUB_ACTIONS") == "true":
        say("\n".join(list_workflow_commands(gate, strict)))
    summary = summary or _get_step_summary()
    try:
        for path, content in (texts or {}).items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(show_controls(content), encoding="utf-8")
        if summary:
            with summary.open("a", encoding="utf-8") as out:
                out.write(f"{show_controls(text)}\n")
    except OSError as error:
        raise SummbenchError(f"{error.filename} can't be written ({error.strerror}).") from error
    return get_exit_code(gate.verdict, strict)


def _get_step_summary() -> Path | None:
    name = os.environ.get("GITHUB_STEP_SUMMARY")
    return Path(name) if name else None


def parse_margins(margins: Sequence[str]) -> dict[str, float]:
    """Read METRIC=VALUE."""
    losses = {}
    for margin in margins:
        metric, _, value = margin.partition("=")
        try:
            losses[metric] = float(value)
        except ValueError as error:
            raise SummbenchError(
                f"--margin {margin!r} is not METRIC=VALUE with a number, as in rouge.rouge2_f=0.01."
            ) from error
    return losses


def render_page(baseline: RunData, candidate: RunData, report: GateReport, strict: bool) -> str:
    """Render the verdicts and the summaries that changed, the worst first."""
    from summbench.gate.changes import find_changes
    from summbench.report.html.comparison import render_comparison_page

    metrics = list(dict.fromkeys(verdict.metric for verdict in report.metric_verdicts))
    changes = find_changes(baseline, candidate, metrics)
    return render_comparison_page(report, changes[:_MAX_CHANGES], len(changes), strict)
