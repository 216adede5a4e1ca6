"""What the folder of a run holds, read whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from summbench.leaderboard.board import Leaderboard

Place = tuple[str, str]
"""Dataset and model."""


@dataclass(frozen=True, slots=True)
class PredictionDigest:
    """One summary; a baseline may keep its hash alone, and `error` means there is no summary."""

    summary: str | None
    summary_sha256: str
    empty: bool
    error: str | None


@dataclass(frozen=True, slots=True)
class RunData:
    """A results folder or a baseline, read whole and checked.

    `metadata` is what run.json says of the run itself, `articles` dataset -> article id -> hash of
    text and references (empty where the dataset has too many for run.json). `quality_scores` holds
    the quality metrics: (dataset, model, metric) -> id -> value, NaN where it is undefined.
    """

    folder: Path
    is_baseline: bool
    metadata: Mapping[str, Any]
    leaderboard: Leaderboard
    margins: Mapping[str, float]
    articles: Mapping[str, Mapping[str, str]]
    quality_scores: Mapping[tuple[str, str, str], Mapping[str, float]]
    prediction_digests: Mapping[Place, Mapping[str, PredictionDigest]]
