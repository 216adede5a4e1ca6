"""What human scores say of the metrics, as notes under the table of a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from summbench.leaderboard.board import Leaderboard

Notes = Callable[[Leaderboard], Mapping[str, Sequence[str]]]
"""A leaderboard's notes by dataset."""


def load_notes(file: Path) -> Notes:
    """Read what `summbench metaeval --json` wrote."""
    from summbench.analysis.metaeval.notes import write_notes
    from summbench.analysis.metaeval.serialization import (
        load_metric_agreement,  # scipy.stats is a second that other runs need not
    )

    return partial(write_notes, load_metric_agreement(file))
