"""What people said of the metrics, as notes under the table of a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from summbench.core.errors import SummbenchError
from summbench.leaderboard.board import Leaderboard

Notes = Callable[[Leaderboard], Mapping[str, Sequence[str]]]
"""A leaderboard's notes by dataset."""


def load_metric_agreement(file: Path) -> Notes:
    """Of what `summbench metaeval --json` wrote."""
    from summbench.analysis.metaeval.notes import notes
    from summbench.report.metaeval import (
        from_json,  # scipy.stats is a second that other runs need not
    )

    try:
        return partial(notes, from_json(file.read_text(encoding="utf-8"), str(file)))
    except (OSError, UnicodeDecodeError) as error:
        raise SummbenchError(
            f"metaeval={file} can't be read ({error}); make it with summbench metaeval FILE "
            f"--json {file}"
        ) from error
