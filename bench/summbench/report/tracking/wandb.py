"""Weights & Biases: a group of runs, one for the leaderboard and one for each model and dataset."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import wandb

from summbench.report.tracking.fields import ARTIFACTS, TrackedRun, build_tracked_runs
from summbench.runs.run import RunData

_MAX_NAME_LENGTH = 128
"""Of a group and of an artifact, in characters."""


class Wandb:
    """Sends means, intervals, counts, settings and tables, but no article or summary.

    With `mode` "offline" it writes them below `folder`, for `wandb sync`; the key of an account is
    in WANDB_API_KEY or where `wandb login` stored it.
    """

    def __init__(
        self,
        project: str = "summbench",
        entity: str | None = None,
        mode: Literal["online", "offline"] = "online",
        folder: str | None = None,
    ) -> None:
        self._project = project
        self._entity = entity
        self._mode = mode
        self._folder = folder

    def track(self, run: RunData) -> None:
        """Send the run."""
        if self._folder is not None:
            Path(self._folder).mkdir(parents=True, exist_ok=True)
        for tracked in build_tracked_runs(run):
            self._send(run, tracked)

    def _send(self, run: RunData, tracked: TrackedRun) -> None:
        is_top = tracked.model is None
        sent = wandb.init(
            project=self._project,
            entity=self._entity,
            group=run.leaderboard.name[:_MAX_NAME_LENGTH],
            job_type="leaderboard" if is_top else "model",
            name=tracked.name,
            config={**tracked.tags, **tracked.params},
            mode=self._mode,
            dir=self._folder,
            reinit="create_new",
            # Neither what is printed, nor the machine, nor its packages and files are sent.
            settings=wandb.Settings(
                silent=True, console="off", x_disable_stats=True, x_disable_meta=True,
                disable_git=True, disable_code=True, x_save_requirements=False, save_code=False,
            ),
        )  # fmt: skip
        has_ended = False
        try:
            sent.summary.update(dict(tracked.metrics))
            if is_top:
                sent.log_artifact(_build_artifact(run))
            has_ended = True
        finally:
            sent.finish(exit_code=int(tracked.has_failed or not has_ended))


def _build_artifact(run: RunData) -> wandb.Artifact:
    name = re.sub(r"[^\w.-]", "-", run.leaderboard.name, flags=re.ASCII)[:_MAX_NAME_LENGTH]
    artifact = wandb.Artifact(name, type="leaderboard")
    for file in ARTIFACTS:
        artifact.add_file(str(run.path / file))
    return artifact
