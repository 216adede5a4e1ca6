"""A line of a history: the commit, time and scores of one run, small enough to commit."""

from __future__ import annotations

from datetime import UTC, datetime
from math import isfinite

import msgspec

from summbench.core.control_characters import show_controls
from summbench.core.records import Direction
from summbench.runs.records import ProjectState, Record

SCHEMA_VERSION = 1
HASH_DIGITS = 16
"""Of an article's hash: two of 50,000 articles share them with a chance of 1 in 10^10."""

Scores = list[float | None]
"""A score an article, in the order of the dataset's articles; None is undefined."""


class MetricLine(Record, frozen=True):
    """Which way is better, and what the scores were computed with."""

    direction: Direction
    signature: str


class HistoryLine(Record, frozen=True):
    """A run: its commit, its shown quality metrics, and the scores of its systems.

    `datasets` has the hashes of each dataset's articles in canonical order, shortened; `scores` is
    dataset -> system -> metric -> a score for each of them, rounded to six digits that count.
    """

    schema_version: int
    project: ProjectState | None
    finished: str
    name: str
    metrics: dict[str, MetricLine]
    datasets: dict[str, list[str]]
    scores: dict[str, dict[str, dict[str, Scores]]]

    @property
    def time(self) -> datetime:
        """When its commit was made, or without one when the run finished."""
        return parse_time(self.project.committed if self.project else self.finished)


def parse_time(text: str) -> datetime:
    """Return the time; one without a zone is UTC.

    Raises: ValueError if it is none.
    """
    time = datetime.fromisoformat(text)
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def encode_line(line: HistoryLine) -> bytes:
    """Return the line with its end: the same bytes for the same run."""
    return show_controls(msgspec.json.encode(line).decode()).encode() + b"\n"


def decode_line(data: bytes) -> HistoryLine:
    """Return the content of a line.

    Raises: ValueError with the end of a sentence that begins with the line's number.
    """
    try:
        version = msgspec.json.decode(data, type=_Header).schema_version
        if version != SCHEMA_VERSION:
            raise ValueError(
                f"is of schema version {version!r}, and this summbench reads version "
                f"{SCHEMA_VERSION}"
            )
        line = msgspec.json.decode(data, type=HistoryLine)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise ValueError(f"is damaged ({error})") from error
    try:
        _ = line.time, parse_time(line.finished)
    except ValueError as error:
        raise ValueError(f"is damaged ({error})") from error
    for dataset, models in line.scores.items():
        if dataset not in line.datasets:
            raise ValueError(f"is damaged (it has no articles of {dataset!r})")
        if line.datasets[dataset] != sorted(line.datasets[dataset]):
            raise ValueError(f"is damaged (the articles of {dataset!r} are not in order)")
        for model, metrics in models.items():
            for metric, scores in metrics.items():
                _check_scores(line, scores, dataset, f"{metric!r} of {model!r}", metric)
    return line


def _check_scores(
    line: HistoryLine, scores: Scores, dataset: str, content: str, metric: str
) -> None:
    n = len(line.datasets[dataset])
    if len(scores) != n:
        raise ValueError(f"is damaged ({content} has {len(scores)} scores of {n} articles)")
    if metric not in line.metrics:
        raise ValueError(f"is damaged (it has no signature of {metric!r})")
    if not all(value is None or isfinite(value) for value in scores):
        raise ValueError(f"is damaged ({content} has a score that is no number)")


class _Header(msgspec.Struct):
    schema_version: object = None
