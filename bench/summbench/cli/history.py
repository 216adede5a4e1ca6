"""`summbench history`: since which commit is a system worse?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Sources = Annotated[
    list[Path],
    typer.Argument(metavar="RUN...", help="Results folders, bundles, and history.jsonl files."),
]
Release = Annotated[
    str | None, typer.Option(metavar="COMMIT", help="Or a folder; the first version without it.")
]
Branch = Annotated[str | None, typer.Option(metavar="NAME", help="Only versions of this branch.")]
Metric = Annotated[
    list[str] | None, typer.Option(metavar="METRIC", help="Only this one; may be repeated.")
]
Strict = Annotated[bool, typer.Option("--strict", help="Inconclusive fails too, with code 4.")]
Html = Annotated[Path | None, typer.Option(metavar="FILE", help="Write a page with a plot a row.")]
Json = Annotated[Path | None, typer.Option(metavar="FILE", help="Write everything as JSON.")]
Summary = Annotated[Path | None, typer.Option(metavar="FILE", help="Append the Markdown there.")]


def history(
    sources: Sources,
    release: Release = None,
    branch: Branch = None,
    metric: Metric = None,
    strict: Strict = False,
    html: Html = None,
    json: Json = None,
    summary: Summary = None,
) -> int:
    """Compare every version of a project with its release.

    It is compared on the same articles. summbench run ... history=history.jsonl adds a line a run
    to the file. Runs of one commit are one version. Exit codes are on the newest version: 0 not
    surely lower; 1 an error; 2 not comparable; 3 regressed, surely lower than at the release; 4
    inconclusive, with --strict.

    \b
    Example:
      summbench history history.jsonl --html trend.html
      summbench history results/v1 results/v2 results/v3 --release results/v1
    """
    from summbench.api.history import history as compare_versions
    from summbench.cli.history_output import report_history

    result = compare_versions(sources, release=release, branch=branch, metrics=metric)
    return report_history(result.report, {"html": html, "json": json}, summary, strict)
