"""Checks that cost nothing, made before a run computes anything: its margins and its baseline."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from summbench.core.errors import SummbenchError
from summbench.core.suggestions import suggest
from summbench.leaderboard.board import MIN_LABELS, LeaderboardMetric
from summbench.runs.run import RunData

DEFAULT_MARGIN = 0.01
"""One point of a metric from 0 to 1."""


def check_margins(
    margins: Mapping[str, float],
    metrics: Mapping[str, LeaderboardMetric],
    labels: Mapping[str, int] | None = None,
) -> dict[str, float]:
    """Returns the margins: metric -> the loss of its mean that is allowed, a fraction.

    `labels` has for each column of a judge the human labels that it was held against.

    Raises:
        SummbenchError: a margin is of no quality metric and no judge with 50 labels, or is not
            between 0 and 1.
    """
    labels = labels or {}
    for metric, margin in margins.items():
        info = metrics.get(metric)
        if info is not None and metric in labels:
            if labels[metric] < MIN_LABELS:
                raise _build_refusal(metric, labels[metric])
        elif info is None or info.role != "quality" or info.direction == "neither":
            quality = [name for name, i in metrics.items() if i.role == "quality"]
            problem = "not among the metrics" if info is None else "a diagnostic without a better"
            raise SummbenchError(
                f"A margin needs a quality metric, and {metric!r} is {problem}."
                f"{suggest(metric, quality)} Quality metrics here: {', '.join(quality) or 'none'}."
            )
        if not 0 < margin < 1:
            raise SummbenchError(
                f"The margin {margin!r} of {metric} is not between 0 and 1: margins are fractions, "
                "and one point is 0.01."
            )
    return dict(margins)


def _build_refusal(metric: str, n_labels: int) -> SummbenchError:
    return SummbenchError(
        f"{metric} has a margin, and is {describe_uncalibrated(n_labels)}. It can't be gated: "
        "leave its margin out, or give the judge human labels (metric.<name>.labels=FILE)."
    )


def describe_uncalibrated(n_labels: int) -> str:
    """Why no gate uses a judge: too few labels, or so many of which all are the same."""
    noun = "label" if n_labels == 1 else "labels"
    reason = f"{MIN_LABELS} are needed" if n_labels < MIN_LABELS else "kappa is undefined"
    return f"a judge without calibration ({n_labels} human {noun}; {reason})"


def resolve_margins(
    baseline: RunData, overrides: Mapping[str, float] | None = None
) -> dict[str, float]:
    """The baseline's margins, or one point of its primary metric; overrides replace or add to them.

    A judge has no margin by default.

    Raises:
        SummbenchError: as `check_margins`, or if a judge is the primary metric and has no margin.
    """
    board = baseline.leaderboard
    labels: dict[str, int] = {}
    for row in board.judges:
        labels[row.metric] = max(row.kappa.n, labels.get(row.metric, 0))
    margins = {**baseline.margins, **(overrides or {})}
    if not baseline.margins and board.primary not in labels:
        margins = {board.primary: DEFAULT_MARGIN, **margins}
    if not margins:
        raise SummbenchError(
            f"{board.primary} is a judge, which has no margin by default; name one, as in "
            f"--margin {board.primary}=0.05."
        )
    calibrated = {row.metric for row in board.judges if row.is_calibrated}
    for metric in margins.keys() & labels.keys() - calibrated:
        raise _build_refusal(metric, labels[metric])
    return check_margins(margins, board.metrics, labels)


def load_baseline(baseline: Path, results_folder: Path) -> RunData:
    """Reads the baseline of a run that will write to `results_folder`.

    Raises:
        SummbenchError: the two are one folder, the baseline is damaged, or a margin of it is wrong.
    """
    if baseline.resolve() == results_folder.resolve():
        raise SummbenchError(
            f"baseline={baseline} is the folder that this run writes to. Choose another name=..., "
            f"or keep a baseline: summbench report {baseline} --baseline results/baseline"
        )
    run = RunData.open(baseline)
    run.check()
    resolve_margins(run)
    return run
