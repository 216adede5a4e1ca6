"""What every tracker is sent: a run for the leaderboard, and one for each model and dataset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from summbench.leaderboard.board import Entry, Health
from summbench.report.exchange.origin import flatten, get_model_record
from summbench.runs import files
from summbench.runs.run import RunData

ARTIFACTS = (
    files.LEADERBOARD_MARKDOWN,
    files.LEADERBOARD_CSV,
    files.LEADERBOARD_LATEX,
    files.LEADERBOARD,
    files.RUN,
)
"""The files of the results folder that are sent with the leaderboard: no article, no summary."""


@dataclass(frozen=True, slots=True)
class TrackedRun:
    """One run of a tracker.

    `metrics` are fractions and counts, `params` are settings, `tags` say what the numbers are of.
    The leaderboard's has no `model` and no `dataset`.
    """

    name: str
    model: str | None
    dataset: str | None
    metrics: Mapping[str, float]
    params: Mapping[str, str]
    tags: Mapping[str, str]
    has_failed: bool


def build_tracked_runs(run: RunData) -> list[TrackedRun]:
    """The leaderboard first, then each model on each dataset."""
    board, tags = run.leaderboard, _get_tags(run)
    params = {f"dataset.{name}": info.fingerprint for name, info in board.datasets.items()}
    params["primary"] = board.primary
    top = TrackedRun(board.name, None, None, {}, params, tags, bool(board.failures))
    return [top, *(_build_tracked_run(run, health, tags) for health in board.health)]


def _build_tracked_run(run: RunData, health: Health, tags: Mapping[str, str]) -> TrackedRun:
    place = health.dataset, health.model
    entries = [e for e in run.leaderboard.entries if (e.dataset, e.model) == place]
    return TrackedRun(
        f"{health.model} on {health.dataset}",
        health.model,
        health.dataset,
        _get_metrics(run, entries, health),
        _get_params(run, health),
        {**tags, "model": health.model, "dataset": health.dataset},
        bool(health.failed),
    )


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
    node = flatten(run.metadata.get_node("model", health.model))
    # Trackio refuses names that begin with "_", and W&B has such of its own.
    settings = {name.strip("_"): value for name, value in node.items()}
    return settings | {k: str(v) for k, v in named.items() if v}


def _get_tags(run: RunData) -> dict[str, str]:
    """Each metric's signature, the commits, and summbench's version."""
    signatures = {
        m.partition(".")[0]: info.signature for m, info in run.leaderboard.metrics.items()
    }
    git, project = run.metadata.git, run.metadata.project
    return {
        "summbench.version": run.metadata.versions["summbench"],
        "summbench.leaderboard": run.leaderboard.name,
        **{f"signature.{name}": signature for name, signature in signatures.items()},
        **({"summbench.commit": git.commit} if git else {}),
        **({"summbench.git.dirty": str(git.dirty).lower()} if git else {}),
        **({"project.commit": project.commit} if project else {}),
        **({"project.dirty": str(project.dirty).lower()} if project else {}),
    }
