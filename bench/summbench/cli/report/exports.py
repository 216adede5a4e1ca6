"""A results folder in the formats of others, for `summbench report --export`."""

from __future__ import annotations

import os
from pathlib import Path

from summbench.cli.console import say_wrapped
from summbench.report.exchange.formats import export_run
from summbench.runs.run import RunData
from summbench.store.atomic_files import write_text


def write_exports(run: RunData, formats: str, out: Path) -> None:
    """Write each format to a folder of its name in `out`, without paths of this machine."""
    names = [name.strip() for name in formats.split(",")]
    for name, texts in export_run(run.redact(os.environ), names).items():
        for path, text in texts.items():
            write_text(text, out / name / path)
        say_wrapped(f"Written to {out / name}: {', '.join(texts) or 'nothing'}")
