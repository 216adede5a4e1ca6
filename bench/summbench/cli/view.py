"""`summbench view`: the HTML report in the browser."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from summbench.cli.console import say
from summbench.core.errors import SummbenchError
from summbench.runs import files

Run = Annotated[Path, typer.Argument(metavar="RUN", help="A results folder.")]
Serve = Annotated[
    bool, typer.Option("--serve", help="Serve it on this machine until Ctrl-C, at a free port.")
]


def view(run: Run, serve: Serve = False) -> int:
    """Open the HTML report of a run in the browser.

    It needs no server and no network.

    \b
    Example:
      summbench view results/quickstart
    """
    page = (run / files.REPORT_INDEX).resolve()
    if not page.is_file():
        raise SummbenchError(
            f"{run} has no {files.REPORT_INDEX}; write it with summbench report {run}, "
            "or repeat the run."
        )
    if serve:
        return _serve(page.parent)
    if not webbrowser.open(page.as_uri()):
        say("There is no browser to open it with here; --serve gives it an address.")
    say(page.as_uri())
    return 0


def _serve(folder: Path) -> int:
    from summbench.cli.serving import build_server

    with build_server(folder) as server:
        host, port = server.server_address[:2]
        say(f"http://{host!s}:{port} (Ctrl-C ends it)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            say("Ended.")
    return 0
