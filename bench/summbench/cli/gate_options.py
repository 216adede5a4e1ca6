"""The options of `summbench compare`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Baseline = Annotated[Path, typer.Argument(metavar="BASELINE", help="A baseline or results folder.")]
Candidates = Annotated[
    list[Path], typer.Argument(metavar="CANDIDATE...", help="The results to judge, each.")
]
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
Comment = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Write the Markdown for a comment, with a marker line."),
]
CodeQuality = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write GitLab's code quality JSON.")
]
Map = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="OLD=NEW", help="A system's new name; may be repeated."),
]
Common = Annotated[bool, typer.Option("--common", help="Judge the articles that both have.")]
Name = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Of several gates: in the title, its comment is its own."),
]
ReportUrl = Annotated[
    str | None, typer.Option(metavar="URL", help="Where the report is, for the Markdown.")
]
