"""What `summbench report` writes and prints: renderings of folders, or a baseline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from summbench.cli.console import get_width, say, say_wrapped
from summbench.core.errors import SummbenchError
from summbench.gate.baseline import list_failures, write_baseline
from summbench.gate.checks import resolve_margins
from summbench.report.html.report import write_html_report
from summbench.report.latex import render_latex
from summbench.report.markdown import render_paper_markdown
from summbench.report.metric_meanings import get_descriptions
from summbench.report.render import render_leaderboard
from summbench.report.terminal.run import format_explanation, format_run
from summbench.runs import files
from summbench.runs.run import RunData
from summbench.store.atomic_files import check_writable, write_text


def render_folders(
    folders: Sequence[Path],
    max_articles: int | None,
    plots: str | None,
    export: str | None,
    out: Path | None,
) -> int:
    """Write the renderings of each folder again; every folder is read before one is written."""
    runs = [RunData.open(folder) for folder in folders]
    boards = [run.leaderboard for run in runs]
    for run, board in zip(runs, boards, strict=True):
        check_writable(run.path)
        texts = render_leaderboard(board)
        for name, text in texts.items():
            write_text(text, run.path / name)
        size = write_html_report(run.path, board, max_articles)
        say(format_run(board, run.path, get_width()))
        say(f"\nThe report is {size / 1e6:,.1f} MB.")
        if plots is not None:
            from summbench.cli.report.figures import write_figures

            write_figures(run, plots)
        if export is not None:
            from summbench.cli.report.exports import write_exports

            write_exports(run, export, out or run.path / files.EXPORT_FOLDER)
    if len(folders) > 1:
        say_wrapped(
            "Each run is rendered by itself. One board of all: summbench merge "
            f"{' '.join(map(str, folders))} --out results/merged"
        )
    return 0


def explain_folders(folders: Sequence[Path]) -> int:
    """Print what each column and number of each folder's tables means."""
    for folder in folders:
        run = RunData.open(folder)
        say(format_explanation(run.leaderboard, get_width(), get_descriptions(run)))
    return 0


def print_paper_tables(folders: Sequence[Path], columns: str | None, models: str | None) -> int:
    """Print the tables of each folder for a paper, as LaTeX and as Markdown."""
    metrics, names = (
        [name.strip() for name in (text or "").split(",") if name.strip()]
        for text in (columns, models)
    )
    for folder in folders:
        board = RunData.open(folder).leaderboard
        say(render_latex(board, metrics, names))
        say(render_paper_markdown(board, metrics, names))
    return 0


def save_baseline(folders: Sequence[Path], baseline: Path | None, hashes_only: bool) -> int:
    """Write the baseline of one folder, and print its margins and the next command."""
    if baseline is None or len(folders) != 1:
        raise SummbenchError(
            "A baseline is made of one run: summbench report RUN --baseline FOLDER"
        )
    run = RunData.open(folders[0])
    run.check()
    margins = ", ".join(f"{metric}={value}" for metric, value in resolve_margins(run).items())
    names = write_baseline(run, baseline, hashes_only)
    size = sum((baseline / name).stat().st_size for name in names) / 1000
    say_wrapped(f"Written to {baseline}: {', '.join(names)} ({size:,.0f} kB)")
    say_wrapped(f"Margins: {margins}.")
    if failures := list_failures(run):
        say_wrapped(
            f"Warning: outputs failed and are no standard to hold ({'; '.join(failures)}). Mend "
            "the run and make the baseline again."
        )
    say(f"Compare with: summbench compare {baseline} RESULTS")
    return 0
