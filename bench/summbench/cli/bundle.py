"""`summbench bundle`: a run as one sealed file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from summbench.cli.console import say
from summbench.cli.run import AllowCode

Run = Annotated[Path, typer.Argument(metavar="RUN", help="A results folder.")]
Out = Annotated[
    Path | None, typer.Option(help="The file to write; RUN.bundle.zip by default.", metavar="FILE")
]
WithArticles = Annotated[
    bool, typer.Option("--with-articles", help="Include the article texts, not only their hashes.")
]


def bundle(
    run: Run, out: Out = None, with_articles: WithArticles = False, allow_code: AllowCode = None
) -> int:
    """Seal a run and its references in one file.

    Start it in the folder in which the run was started: the datasets are loaded again. References
    are always included, as scoring again needs them. Folders and secrets of this machine are
    removed.

    \b
    Example:
      summbench bundle results/quickstart --out quickstart.bundle.zip
    """
    from summbench.api.commands import bundle as seal
    from summbench.report.bundle import render_bundle

    report = seal(run, out, with_articles=with_articles, allow_code=allow_code or ())
    say(render_bundle(report))
    return 0
