"""`summbench compare`: the regression gate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Baseline = Annotated[Path, typer.Argument(metavar="BASELINE", help="A baseline or results folder.")]
Candidate = Annotated[Path, typer.Argument(metavar="CANDIDATE", help="The results to judge.")]
Margin = Annotated[
    list[str] | None, typer.Option(metavar="METRIC=VALUE", help="Allowed loss; may be repeated.")
]
Strict = Annotated[bool, typer.Option("--strict", help="Inconclusive fails too, with code 4.")]
Junit = Annotated[Path | None, typer.Option(metavar="FILE", help="Write JUnit XML.")]
Summary = Annotated[Path | None, typer.Option(metavar="FILE", help="Append the Markdown there.")]
Html = Annotated[
    Path | None,
    typer.Option(metavar="FILE_OR_FOLDER", help="Write one page: verdicts, and changes by word."),
]
Json = Annotated[Path | None, typer.Option(metavar="FILE", help="Write everything as JSON.")]


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

    Worse is: on the same articles, by more than a margin. Margins are fractions (0.01 is a point);
    by default those of the baseline, or 0.01 of its primary metric. The Markdown is appended to
    the file that $GITHUB_STEP_SUMMARY names, if it is set. Exit codes: 0 pass, improved or
    inconclusive; 1 an error; 2 not comparable; 3 regressed; 4 inconclusive, with --strict.

    \b
    Example:
      summbench compare results/baseline results/new --margin rouge.rouge2_f=0.01
    """
    from summbench.cli.gate import parse_margins, render_page, report_gate
    from summbench.gate.verdict import run_gate
    from summbench.report.gate import to_json
    from summbench.report.junit import render_junit
    from summbench.runs import files
    from summbench.runs.run import RunData

    runs = RunData.open(baseline), RunData.open(candidate)
    report = run_gate(*runs, parse_margins(margin or ()))
    texts = {junit: render_junit(report, strict), json: to_json(report, strict)}
    if html is not None:
        page = html if html.suffix in {".html", ".htm"} else html / files.INDEX_PAGE
        texts[page] = render_page(*runs, report, strict)
    named = {path: text for path, text in texts.items() if path is not None}
    return report_gate(report, summary, named, strict)
