"""A results folder in the formats of others, for `summbench report --export`."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from summbench.cli.console import say
from summbench.core.errors import SummbenchError
from summbench.core.redaction import private
from summbench.leaderboard.board import Leaderboard
from summbench.runs import files


def export(folder: Path, board: Leaderboard, formats: str, out: Path) -> None:
    """Write each format to a folder of its name in `out`; nothing of the machine goes along."""
    from summbench.report.exchange.eval_ever import eval_ever
    from summbench.report.exchange.model_index import model_index
    from summbench.report.exchange.origin import RunOrigin
    from summbench.store.atomic_files import write_text

    known: Mapping[str, Callable[[RunOrigin], dict[str, str]]] = {
        "eval-ever": eval_ever,
        "model-index": model_index,
    }
    wanted = [kind.strip() for kind in formats.split(",")]
    if unknown := [kind for kind in wanted if kind not in known]:
        raise SummbenchError(f"--export knows no format {unknown[0]!r}; it has {', '.join(known)}.")
    run = RunOrigin(board, private(_run_json(folder), os.environ))
    for kind in wanted:
        files = known[kind](run)
        for name, text in files.items():
            write_text(text, out / kind / name)
        say(f"Written to {out / kind}: {', '.join(files) or 'nothing'}")


def _run_json(folder: Path) -> dict[str, object]:
    path = folder / files.RUN
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        found["finished"], found["versions"]["summbench"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SummbenchError(f"{path} does not say what made the run ({error!r}).") from error
    return dict(found)
