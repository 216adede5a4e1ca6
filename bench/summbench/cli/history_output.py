"""What `summbench history` prints, writes and returns."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from summbench.cli.console import get_width, say
from summbench.cli.gate import write_outputs

if TYPE_CHECKING:
    from summbench.gate.history.records import HistoryReport


def report_history(
    report: HistoryReport,
    targets: Mapping[str, Path | None],
    summary: Path | None = None,
    strict: bool = False,
) -> int:
    """Print the history, write the files, append the Markdown; the exit code."""
    from summbench.gate.records import get_exit_code
    from summbench.report.history_json import history_to_json
    from summbench.report.history_markdown import render_history
    from summbench.report.html.history import render_history_page
    from summbench.report.terminal.history import format_history

    renderers = {"html": render_history_page, "json": history_to_json}
    texts = {
        path: renderers[form](report, strict) for form, path in targets.items() if path is not None
    }
    say(format_history(report, get_width(), strict))
    write_outputs(texts, render_history(report, strict), summary)
    return get_exit_code(report.verdict, strict)
