"""MLflow: a run for the leaderboard, and below it one for each model and dataset."""

from __future__ import annotations

import os

# A named exception to "a library call changes no environment variable": MLflow reads both at its
# import and has no argument for either. Values that the user has set stay.
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")  # 7 is four minutes of waiting

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import Any

from mlflow import MlflowClient
from mlflow.entities import Metric, Param

from summbench.leaderboard.board import Entry, Health
from summbench.report.exchange.origin import flatten, get_model_record
from summbench.runs import files
from summbench.runs.run import RunData

_ARTIFACTS = (
    files.LEADERBOARD_MARKDOWN,
    files.LEADERBOARD_CSV,
    files.LEADERBOARD_LATEX,
    files.LEADERBOARD,
    files.RUN,
)
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
        tags = _get_tags(run)
        top = client.create_run(experiment, run_name=run.leaderboard.name, tags=tags).info.run_id
        params = {
            f"dataset.{name}": info.fingerprint for name, info in run.leaderboard.datasets.items()
        }
        _log_values(client, top, {}, params | {"primary": run.leaderboard.primary})
        for health in run.leaderboard.health:
            self._send_child(client, experiment, top, run, health, tags)
        for name in _ARTIFACTS:
            client.log_artifact(top, str(run.path / name))
        client.set_terminated(top, "FAILED" if run.leaderboard.failures else "FINISHED")

    def _send_child(
        self,
        client: MlflowClient,
        experiment: str,
        top: str,
        run: RunData,
        health: Health,
        tags: Mapping[str, str],
    ) -> None:
        own_tags = {"mlflow.parentRunId": top, "model": health.model, "dataset": health.dataset}
        name = f"{health.model} on {health.dataset}"
        child = client.create_run(
            experiment, run_name=name, tags={**tags, **_truncate_tags(own_tags)}
        )
        entries = [
            entry
            for entry in run.leaderboard.entries
            if (entry.dataset, entry.model) == (health.dataset, health.model)
        ]
        _log_values(
            client, child.info.run_id, _get_metrics(run, entries, health), _get_params(run, health)
        )
        client.set_terminated(child.info.run_id, "FAILED" if health.failed else "FINISHED")


def _get_metrics(run: RunData, entries: Sequence[Entry], health: Health) -> dict[str, float]:
    """Fractions: `rouge.rouge2_f`, its `.low`, `.high` and `.n`, ranks of the primary, counts."""
    metrics: dict[str, float | None] = {}
    for entry in entries:
        estimate = entry.estimate
        metrics[entry.metric] = estimate.mean
        metrics |= {
            f"{entry.metric}.{part}": getattr(estimate, part) for part in ("low", "high", "n")
        }
        if entry.metric == run.leaderboard.primary:
            metrics |= {name: getattr(entry, name) for name in ("rank_low", "rank_high", "cluster")}
    counts = [
        name
        for name in health.__slots__
        if name not in {"dataset", "model", "style", "markup_counts"}
    ]
    metrics |= {f"health.{name}": getattr(health, name) for name in counts}
    metrics["health.markup"] = health.markup
    metrics["health.tokenised"] = health.style.tokenised
    metrics["health.lower_cased"] = health.style.lower_cased
    return {k: float(v) for k, v in metrics.items() if v is not None and isfinite(v)}


def _get_params(run: RunData, health: Health) -> dict[str, str]:
    record = get_model_record(run, health.model)
    kind, fingerprint = run.leaderboard.models[health.model], record and record.fingerprint
    named = {"kind": kind, "fingerprint": fingerprint}
    return flatten(run.metadata.get_node("model", health.model)) | {
        k: str(v) for k, v in named.items() if v
    }


def _get_tags(run: RunData) -> dict[str, str]:
    """Each metric's signature, the commit, and summbench's version."""
    signatures = {
        m.partition(".")[0]: info.signature for m, info in run.leaderboard.metrics.items()
    }
    git = run.metadata.git
    return _truncate_tags(
        {
            "summbench.version": run.metadata.versions["summbench"],
            "summbench.leaderboard": run.leaderboard.name,
            **{f"signature.{name}": signature for name, signature in signatures.items()},
            **({"mlflow.source.git.commit": git.commit} if git else {}),
            **({"summbench.git.dirty": str(git.dirty).lower()} if git else {}),
        }
    )


def _truncate_tags(tags: Mapping[str, str]) -> dict[str, str]:
    return {_format_key(name): value[:_MAX_TAG_LENGTH] for name, value in tags.items()}


def _log_values(
    client: MlflowClient, run_id: str, metrics: Mapping[str, float], params: Mapping[str, str]
) -> None:
    now = int(1000 * time.time())
    numbers = [Metric(_format_key(name), value, now, 0) for name, value in metrics.items()]
    for batch in _split_batches(numbers):
        client.log_batch(run_id, metrics=batch)
    settings = [
        Param(_format_key(name), value[:_MAX_PARAM_LENGTH]) for name, value in params.items()
    ]
    for batch in _split_batches(settings):
        client.log_batch(run_id, params=batch)


def _split_batches(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), _BATCH_SIZE):
        yield items[start : start + _BATCH_SIZE]


def _format_key(name: str) -> str:
    """The name with only those characters that MLflow allows."""
    return re.sub(r"[^\w.\- /:]", "_", name, flags=re.ASCII)[:_MAX_KEY_LENGTH]
