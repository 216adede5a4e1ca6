"""What every gate prints, writes and returns."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from summbench.cli.console import get_width, say
from summbench.core.control_characters import show_controls
from summbench.core.errors import SummbenchError

if TYPE_CHECKING:
    from summbench.gate.records import GateReport
    from summbench.runs.run import RunData

_MAX_CHANGES = 200


@dataclass(frozen=True, slots=True)
class GateView:
    """How a gate is shown: what fails, where its report is, and its name among several."""

    strict: bool = False
    report_url: str | None = None
    name: str | None = None


Alignment = tuple[Mapping[str, str], bool]
"""The map of systems, and whether only common articles are judged."""


def report_gate(
    gate: GateReport,
    view: GateView | None = None,
    summary: Path | None = None,
    texts: Mapping[Path, str] | None = None,
) -> int:
    """Print the gate, append it to the summary file, write the texts; the exit code.

    The summary file is by default the one that GitHub Actions names, if it does.
    """
    from summbench.gate.records import get_exit_code
    from summbench.report.gate_markdown import render_gate
    from summbench.report.junit import list_workflow_commands
    from summbench.report.terminal.gate import format_gate

    view = view or GateView()
    strict = view.strict
    text = render_gate(gate, strict, view.report_url, view.name)
    say(format_gate(gate, get_width(), strict))
    if os.environ.get("GITHUB_ACTIONS") == "true":
        say("\n".join(list_workflow_commands(gate, strict)))
    write_outputs(texts or {}, text, summary)
    return get_exit_code(gate.verdict, strict)


def report_gates(
    runs: Sequence[RunData],
    reports: Sequence[GateReport],
    view: GateView,
    options: Alignment,
    targets: Mapping[str, Path | None],
    summary: Path | None = None,
) -> int:
    """Report each candidate, all verdicts first; `runs` are the baseline and the candidates.

    Of several candidates each has files and a comment of its own name.
    """
    from summbench.gate.records import combine_verdicts, get_exit_code
    from summbench.report.sanitize import sanitize
    from summbench.report.terminal.gate import format_verdicts

    baseline, *candidates = runs
    if len(reports) > 1:
        say(format_verdicts(reports, get_width()))
    for number, (candidate, report) in enumerate(zip(candidates, reports, strict=True), start=1):
        files_of_report, own_view = dict(targets), view
        if len(reports) > 1:
            say("")
            own = f"{number}-{sanitize(candidate.metadata.name)}"
            own_view = replace(view, name=f"{view.name or ''} {own}".strip())
            files_of_report = {
                form: path and path.with_stem(f"{path.stem}-{own}")
                for form, path in targets.items()
            }
        texts = render_files(files_of_report, (baseline, candidate), report, own_view, options)
        report_gate(report, own_view, summary, texts)
    return get_exit_code(combine_verdicts([r.verdict for r in reports]), view.strict)


def write_outputs(texts: Mapping[Path, str], markdown: str, summary: Path | None) -> None:
    """Write the texts, and append the Markdown to the summary, by default that of GitHub Actions.

    Raises: SummbenchError if one can't be written.
    """
    summary = summary or _get_step_summary()
    try:
        for path, content in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(show_controls(content), encoding="utf-8")
        if summary:
            with summary.open("a", encoding="utf-8") as out:
                out.write(f"{show_controls(markdown)}\n")
    except OSError as error:
        raise SummbenchError(f"{error.filename} can't be written ({error.strerror}).") from error


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


def parse_map(pairs: Sequence[str]) -> dict[str, str]:
    """Read OLD=NEW."""
    names: dict[str, str] = {}
    for pair in pairs:
        old, sign, new = pair.partition("=")
        if not (old and sign and new):
            raise SummbenchError(f"--map {pair!r} is not OLD=NEW, as in textrank=textrank_v2.")
        if names.setdefault(old, new) != new:
            raise SummbenchError(f"--map names {old!r} twice: as {names[old]!r} and as {new!r}.")
    return names


def render_files(
    targets: Mapping[str, Path | None],
    runs: tuple[RunData, RunData],
    report: GateReport,
    view: GateView,
    options: Alignment,
) -> dict[Path, str]:
    """Render what is asked for: `targets` is a form -> its file, or None."""
    from summbench.report.gate_json import render_code_quality, to_json
    from summbench.report.gate_markdown import render_comment
    from summbench.report.junit import render_junit
    from summbench.runs import files

    renderers: dict[str, Callable[[], str]] = {
        "html": lambda: _render_page(runs, report, view.strict, options),
        "json": lambda: to_json(report, view.strict, view.name),
        "junit": lambda: render_junit(report, view.strict),
        "comment": lambda: render_comment(report, view.strict, view.report_url, view.name),
        "code_quality": lambda: render_code_quality(report, view.strict, view.name),
    }
    texts = {}
    for form, path in targets.items():
        if path is not None:
            is_folder = form == "html" and path.suffix not in {".html", ".htm"}
            texts[path / files.INDEX_PAGE if is_folder else path] = renderers[form]()
    return texts


def _render_page(
    runs: tuple[RunData, RunData], report: GateReport, strict: bool, options: Alignment
) -> str:
    """Render the verdicts and the summaries that changed, the worst first."""
    from summbench.gate.alignment import align_runs
    from summbench.gate.changes import find_changes
    from summbench.report.html.comparison import render_comparison_page

    keys = [(row.dataset, row.model, row.metric) for row in report.metric_verdicts]
    changes = find_changes(align_runs(*runs, *options), keys)
    return render_comparison_page(report, changes[:_MAX_CHANGES], len(changes), strict)
