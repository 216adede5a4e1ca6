"""What a tracker is, and sending a finished run to each of them."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Protocol

from summbench.core.redaction import redact_secrets
from summbench.runs.run import RunData

_LOG = logging.getLogger("summbench")
_LONGEST_ERROR = 300


class Tracker(Protocol):
    """A service that stores runs."""

    def track(self, run: RunData) -> None:
        """Send a run whose folder is complete."""
        ...


def send_to_trackers(
    trackers: Mapping[str, Tracker],
    run: RunData,
    environment: Mapping[str, str],
) -> None:
    """Send the run to every tracker; a failure is a warning, as the results are already written.

    The values of secret variables of `environment` are removed from the warning.
    """
    for name, tracker in trackers.items():
        try:
            tracker.track(run)
        except Exception as error:
            reason = " ".join(redact_secrets(str(error), environment).split())[:_LONGEST_ERROR]
            _LOG.warning(
                "tracking.%s: the run was not sent (%s: %s). The results are in %s. The same "
                "command sends them again and computes nothing twice.",
                name, type(error).__name__, reason, run.path,
            )  # fmt: skip
