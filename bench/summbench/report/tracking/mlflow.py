"""MLflow: a run for the leaderboard, and below it one for each model and dataset."""

from __future__ import annotations

import os

# A named exception to "a library call changes no environment variable": MLflow reads both at its
# import and has no argument for either. Values that the user has set stay.
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")  # 7 is four minutes of waiting

import re
import time
from collections.abc import Iterator, Sequence
from typing import Any

from mlflow import MlflowClient
from mlflow.entities import Metric, Param

from summbench.report.tracking.fields import ARTIFACTS, TrackedRun, build_tracked_runs
from summbench.runs.run import RunData

_MAX_KEY_LENGTH = 250
_MAX_PARAM_LENGTH = 6000
_MAX_TAG_LENGTH = 8000
_BATCH_SIZE = 100
"""MLflow's own limits: characters, and items of one request."""


class Mlflow:
    """Sends means, intervals, counts, settings and tables to `uri`, but no article or summary."""

    def __init__(self, uri: str, experiment: str = "summbench") -> None:
        self._uri = uri
        self._experiment = experiment

    def track(self, run: RunData) -> None:
        """Send the run; in MLflow a run that stays RUNNING was not sent completely."""
        client = MlflowClient(self._uri)
        stored = client.get_experiment_by_name(self._experiment)
        experiment = stored.experiment_id if stored else client.create_experiment(self._experiment)
        top, *children = build_tracked_runs(run)
        own_tags = _get_tags(top)
        run_id = client.create_run(experiment, run_name=top.name, tags=own_tags).info.run_id
        _log_values(client, run_id, top)
        for child in children:
            tags = {**_get_tags(child), "mlflow.parentRunId": run_id}
            child_id = client.create_run(experiment, run_name=child.name, tags=tags).info.run_id
            _log_values(client, child_id, child)
            client.set_terminated(child_id, "FAILED" if child.has_failed else "FINISHED")
        for name in ARTIFACTS:
            client.log_artifact(run_id, str(run.path / name))
        client.set_terminated(run_id, "FAILED" if top.has_failed else "FINISHED")


def _get_tags(tracked: TrackedRun) -> dict[str, str]:
    """The tags, and the commit of the project once more where MLflow looks for it."""
    tags = dict(tracked.tags)
    if commit := tags.get("project.commit", tags.get("summbench.commit")):
        tags["mlflow.source.git.commit"] = commit
    return {_format_key(name): value[:_MAX_TAG_LENGTH] for name, value in tags.items()}


def _log_values(client: MlflowClient, run_id: str, tracked: TrackedRun) -> None:
    now = int(1000 * time.time())
    numbers = [Metric(_format_key(name), value, now, 0) for name, value in tracked.metrics.items()]
    for batch in _split_batches(numbers):
        client.log_batch(run_id, metrics=batch)
    settings = [
        Param(_format_key(name), value[:_MAX_PARAM_LENGTH])
        for name, value in tracked.params.items()
    ]
    for batch in _split_batches(settings):
        client.log_batch(run_id, params=batch)


def _split_batches(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), _BATCH_SIZE):
        yield items[start : start + _BATCH_SIZE]


def _format_key(name: str) -> str:
    """The name with only those characters that MLflow allows."""
    return re.sub(r"[^\w.\- /:]", "_", name, flags=re.ASCII)[:_MAX_KEY_LENGTH]
