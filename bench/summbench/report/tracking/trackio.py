"""Trackio: a group of runs, one for the leaderboard and one for each model and dataset."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stdout

import trackio

from summbench.report.tracking.fields import ARTIFACTS, TrackedRun, build_tracked_runs
from summbench.runs.run import RunData


class Trackio:
    """Sends means, intervals, counts, settings and tables, but no article or summary.

    Without `space` (a Space of Hugging Face) and `server` they stay on this machine, in the folder
    that TRACKIO_DIR names or in the user's cache: `trackio show`.
    """

    def __init__(
        self, project: str = "summbench", space: str | None = None, server: str | None = None
    ) -> None:
        self._project = project
        self._space = space
        self._server = server

    def track(self, run: RunData) -> None:
        """Send the run.

        A named exception to "a library call touches no process state": trackio prints where it
        writes to, and has no argument that stops it.
        """
        with redirect_stdout(io.StringIO()):
            for tracked in build_tracked_runs(run):
                self._send(run, tracked)

    def _send(self, run: RunData, tracked: TrackedRun) -> None:
        sent = trackio.init(
            project=self._project,
            name=tracked.name,
            group=run.leaderboard.name,
            space_id=self._space,
            server_url=self._server,
            config={**tracked.tags, **tracked.params},
            embed=False,
            auto_log_gpu=False,
            auto_log_cpu=False,
        )
        try:
            if tracked.metrics:
                sent.log(dict(tracked.metrics))
            if tracked.model is None:
                sent.log_artifact(_build_artifact(run))
        finally:
            trackio.finish()  # not of the run alone, which would print once more at the exit


def _build_artifact(run: RunData) -> trackio.Artifact:
    name = re.sub(r"[^\w.-]", "-", run.leaderboard.name, flags=re.ASCII)
    artifact = trackio.Artifact(name, type="leaderboard")
    for file in ARTIFACTS:
        artifact.add_file(str(run.path / file))
    return artifact
