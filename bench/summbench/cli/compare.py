"""`summbench compare`: the regression gate."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from summbench.core.errors import SummbenchError
from summbench.runs import files

if TYPE_CHECKING:
    from summbench.gate.records import GateReport
    from summbench.runs.run import RunData

_MOST_CHANGES = 200

Baseline = Annotated[
    Path, typer.Argument(metavar="BASELINE", help="A baseline, or the results of a run.")
]
Candidate = Annotated[Path, typer.Argument(metavar="CANDIDATE", help="The results to be judged.")]
Margin = Annotated[
    list[str] | None,
    typer.Option(
        metavar="METRIC=VALUE",
        help="How much a metric may lose, as a fraction (0.01 is a point); may be repeated. By "
        "default what the baseline says: 0.01 of its primary metric if nothing else.",
    ),
]
Strict = Annotated[bool, typer.Option("--strict", help="Inconclusive fails too, with code 4.")]
Junit = Annotated[Path | None, typer.Option(metavar="FILE", help="Write JUnit XML.")]
Summary = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Append the Markdown; by default to what $GITHUB_STEP_SUMMARY names, if it is set.",
    ),
]
Html = Annotated[
    Path | None,
    typer.Option(
        "--html",
        metavar="FILE_OR_FOLDER",
        help="Write one page: the verdicts, and what changed word by word, the worst first.",
    ),
]
Json = Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Write it all as JSON.")]


def compare(
    baseline: Baseline,
    candidate: Candidate,
    margin: Margin = None,
    strict: Strict = False,
    junit: Junit = None,
    summary: Summary = None,
    json: Json = None,
    html: Html = None,
) -> int:
    """Judge whether CANDIDATE is worse than BASELINE.

    Worse is: on the same articles, by more than a margin.
    Exit codes: 0 pass, improved or inconclusive; 1 an error; 2 not comparable; 3 regressed; 4
    inconclusive, with --strict.

    \b
    Example:
      summbench compare results/baseline results/new --margin rouge.rouge2_f=0.01
    """
    from summbench.cli.gate import summary_file, tell
    from summbench.gate.verdict import run_gate
    from summbench.report.junit import render_junit
    from summbench.report.verdicts import to_json
    from summbench.runs.run import RunData

    standard, judged = RunData.open(baseline), RunData.open(candidate)
    gate = run_gate(standard, judged, _parsed(margin or []))
    files = {junit: render_junit(gate, strict), json: to_json(gate, strict)}
    wanted = {path: text for path, text in files.items() if path is not None}
    if html is not None:
        wanted[_page(html)] = _compared(standard, judged, gate, strict)
    return tell(gate, summary_file(summary), wanted, strict)


def _page(place: Path) -> Path:
    return place if place.suffix in {".html", ".htm"} else place / files.INDEX_PAGE


def _compared(standard: RunData, judged: RunData, gate: GateReport, strict: bool) -> str:
    from summbench.gate.changes import find_changes
    from summbench.report.html.comparison import render_comparison_page

    found = find_changes(
        standard, judged, list(dict.fromkeys(j.metric for j in gate.metric_verdicts))
    )
    return render_comparison_page(gate, found[:_MOST_CHANGES], len(found), strict)


def _parsed(margins: Sequence[str]) -> dict[str, float]:
    found = {}
    for margin in margins:
        metric, _, value = margin.partition("=")
        try:
            found[metric] = float(value)
        except ValueError as error:
            raise SummbenchError(
                f"--margin {margin!r} is not METRIC=VALUE with a number, as in rouge.rouge2_f=0.01."
            ) from error
    return found
