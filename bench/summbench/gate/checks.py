"""Checks that cost nothing, made before a run computes anything: its margins and its baseline."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import isfinite
from pathlib import Path

from summbench.core.errors import SummbenchError
from summbench.core.suggestions import suggest
from summbench.leaderboard.board import MIN_LABELS, Leaderboard, LeaderboardMetric
from summbench.runs.run import RunData

DEFAULT_MARGIN = 0.01
"""One point of a metric from 0 to 1."""
_ROUNDING = 1e-5  # of a sum in float32: a cosine of 1.0000002 is 1


def check_margins(
    margins: Mapping[str, float],
    metrics: Mapping[str, LeaderboardMetric],
    labels: Mapping[str, int] | None = None,
    other_scales: Collection[str] = (),
) -> dict[str, float]:
    """Returns the margins: metric -> the loss of its mean that is allowed, in the metric's unit.

    `labels` has for each column of a judge the human labels that it was held against. Metrics in
    `other_scales` may have scores outside of 0 to 1, and so a margin of 1 or more.

    Raises:
        SummbenchError: a margin is of no quality metric and no judge with 50 labels, or is not
            between 0 and 1, or below 0.
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
        if not (isfinite(margin) and margin > 0):
            raise SummbenchError(
                f"The margin {margin!r} of {metric} is not a number above 0. It is the loss that "
                "is allowed, in the unit of the scores: of 0 to 1, one point is 0.01."
            )
        if margin >= 1 and metric not in other_scales:
            points = f"; {margin:g} {'point is' if margin == 1 else 'points are'} {margin / 100:g}"
            raise SummbenchError(
                f"The margin {margin:g} of {metric} is too large: scores of {metric} are 0 to 1"
                f"{points if margin < 100 else ', and a margin is too'}."
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
    baseline: RunData,
    overrides: Mapping[str, float] | None = None,
    candidate: RunData | None = None,
) -> dict[str, float]:
    """One point for each shown quality metric between 0 and 1; those of the baseline on top.

    `overrides` come last. A judge, and a metric on another scale, has no margin by default.

    Raises:
        SummbenchError: as `check_margins`, or if there is no margin at all.
    """
    board = baseline.leaderboard
    labels: dict[str, int] = {}
    for row in board.judges:
        labels[row.metric] = max(row.kappa.n, labels.get(row.metric, 0))
    other_scales = list_other_scales(*(run for run in (baseline, candidate) if run is not None))
    named = {**baseline.margins, **(overrides or {})}
    defaults = {
        metric: DEFAULT_MARGIN
        for metric in list_shown_quality(board)
        if metric not in other_scales and metric not in labels
    }
    calibrated = {row.metric for row in board.judges if row.is_calibrated}
    for metric in named.keys() & labels.keys() - calibrated:
        raise _build_refusal(metric, labels[metric])
    margins = check_margins({**defaults, **named}, board.metrics, labels, other_scales)
    if not margins:
        raise SummbenchError(
            "No shown metric has a margin: a judge and a metric on another scale than 0 to 1 have "
            f"none by default. {_suggest_margin(baseline)}"
        )
    return margins


def _suggest_margin(run: RunData) -> str:
    """Say how a run or a comparison is given one; the example is 1 % of the scores."""
    metric = run.leaderboard.primary
    means = [entry.estimate.mean for entry in run.leaderboard.entries if entry.metric == metric]
    largest = max(1.0, *(abs(mean) for mean in means if isfinite(mean)), 0.0)
    example = f"{float(f'{largest / 100:.0e}'):g}"
    return (
        f"Say which loss of the mean you would accept, in the unit of {metric}. The run takes it "
        f"as margins.{metric}={example}, and its baseline keeps it; summbench compare takes "
        f"--margin {metric}={example}."
    )


def list_shown_quality(board: Leaderboard) -> list[str]:
    """The primary metric and the others that people see, if they say what is better."""
    shown = dict.fromkeys((board.primary, *board.display_metrics))
    return [
        name
        for name in shown
        if name in board.metrics
        and board.metrics[name].role == "quality"
        and board.metrics[name].direction != "neither"
    ]


def list_other_scales(*runs: RunData) -> set[str]:
    """The metrics that have a score below 0 or above 1, but for rounding."""
    return {
        key[2]
        for run in runs
        for key, scores in run.quality_scores.items()
        if any(value < -_ROUNDING or value > 1 + _ROUNDING for value in scores.values())
    }


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
