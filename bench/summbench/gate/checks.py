"""Checks that cost nothing, made before a run computes anything: its margins and its baseline."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from summbench.core.errors import SummbenchError
from summbench.leaderboard.board import LeaderboardMetric
from summbench.runs.run import RunData

DEFAULT_MARGIN = 0.01
"""One point of a metric from 0 to 1."""


def check_margins(
    margins: Mapping[str, float], metrics: Mapping[str, LeaderboardMetric]
) -> dict[str, float]:
    """Returns the margins: metric -> the loss of its mean that is allowed, a fraction.

    Raises:
        SummbenchError: a margin is of no quality metric, or is not between 0 and 1.
    """
    for metric, margin in margins.items():
        info = metrics.get(metric)
        if info is None or info.role != "quality" or info.direction == "neither":
            quality = [name for name, i in metrics.items() if i.role == "quality"]
            problem = "not among the metrics" if info is None else "a diagnostic without a better"
            raise SummbenchError(
                f"A margin needs a quality metric, and {metric!r} is {problem}. "
                f"Quality metrics here: {', '.join(quality) or 'none'}."
            )
        if not 0 < margin < 1:
            raise SummbenchError(
                f"The margin {margin!r} of {metric} is not between 0 and 1: margins are fractions, "
                "and one point is 0.01."
            )
    return dict(margins)


def resolve_margins(
    baseline: RunData, overrides: Mapping[str, float] | None = None
) -> dict[str, float]:
    """The baseline's margins, or one point of its primary metric; overrides replace or add to them.

    Raises:
        SummbenchError: as `check_margins`.
    """
    defaults = baseline.margins or {baseline.leaderboard.primary: DEFAULT_MARGIN}
    return check_margins({**defaults, **(overrides or {})}, baseline.leaderboard.metrics)


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
