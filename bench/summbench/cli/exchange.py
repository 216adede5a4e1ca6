"""A results folder in the formats of others, for `summbench report --export`."""

from __future__ import annotations

import json
import os
from pathlib import Path

from summbench.cli.console import say
from summbench.core.errors import SummbenchError
from summbench.core.redaction import private
from summbench.leaderboard.board import Leaderboard
from summbench.runs import files


def write_exports(folder: Path, board: Leaderboard, formats: str, out: Path) -> None:
    """Write each format to a folder of its name in `out`, without paths of this machine."""
    from summbench.report.exchange.formats import export_run
    from summbench.report.exchange.origin import RunOrigin
    from summbench.store.atomic_files import write_text

    names = [name.strip() for name in formats.split(",")]
    run = RunOrigin(board, private(_read_run_json(folder), os.environ))
    for name, texts in export_run(run, names).items():
        for path, text in texts.items():
            write_text(text, out / name / path)
        say(f"Written to {out / name}: {', '.join(texts) or 'nothing'}")


def _read_run_json(folder: Path) -> dict[str, object]:
    path = folder / files.RUN
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        content["finished"], content["versions"]["summbench"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SummbenchError(f"{path} does not say what made the run ({error!r}).") from error
    return dict(content)
