"""The trackers of a run: made before anything is computed, told when everything is written."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from summbench.core.redaction import without_secrets
from summbench.evaluation import nodes as configs

if TYPE_CHECKING:
    from summbench.report.exchange.origin import RunOrigin

_LOG = logging.getLogger("summbench")
_LONGEST = 300


class Tracker(Protocol):
    """Somewhere that keeps runs."""

    def track(self, run: RunOrigin, folder: Path) -> None:
        """Send a run whose folder is whole."""
        ...


def trackers(
    nodes: Mapping[str, configs.Node], allowed_packages: Iterable[str]
) -> dict[str, Tracker]:
    """By name; SummbenchError if a package is missing."""
    return {n: cast(Tracker, configs.build(n, node, allowed_packages)) for n, node in nodes.items()}


def track(found: Mapping[str, Tracker], run: RunOrigin, folder: Path) -> None:
    """Tell all of them; one that fails is a warning, since the results are already written."""
    for name, tracker in found.items():
        try:
            tracker.track(run, folder)
        except Exception as error:
            said = " ".join(without_secrets(str(error), os.environ).split())[:_LONGEST]
            _LOG.warning(
                "tracking.%s: the run was not sent (%s: %s). The results are in %s, and the same "
                "command sends them again; it computes nothing twice.",
                name, type(error).__name__, said, folder,
            )  # fmt: skip
