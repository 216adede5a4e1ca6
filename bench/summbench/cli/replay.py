"""`summbench replay`: score a bundle again and compare."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from summbench.cli.console import progress, say_page
from summbench.cli.run import AllowCode

Bundle = Annotated[
    Path, typer.Argument(metavar="BUNDLE", help="A file written by summbench bundle.")
]

_NOT_REPRODUCED = 2


def replay(bundle: Bundle, allow_code: AllowCode = None) -> int:
    """Score a bundle again and compare, bit for bit.

    The checksums of its files are checked first. No model runs and nothing is downloaded.
    Exit codes: 0 everything that could be scored again is equal, 1 the bundle is damaged,
    2 numbers differ.

    \b
    Example:
      summbench replay quickstart.bundle.zip
    """
    from summbench.api.commands import replay as replay_bundle
    from summbench.report.replay import render_replay

    with progress() as update:
        report = replay_bundle(bundle, allow_code=allow_code or (), progress=update)
    say_page(render_replay(report))
    return 0 if report.is_reproduced else _NOT_REPRODUCED
