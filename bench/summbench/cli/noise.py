"""The perturbations of a run, from its config to their tables."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from summbench.core.errors import SummbenchError
from summbench.evaluation import nodes as configs
from summbench.evaluation.chunks import Chunk, Evaluation, can_be_asked_again
from summbench.evaluation.config import RunConfig
from summbench.evaluation.fingerprint import fingerprint, versions
from summbench.evaluation.predict import ModelSpec
from summbench.evaluation.score import MetricSpec
from summbench.leaderboard.board import Leaderboard, LeaderboardMetric
from summbench.perturbations.perturbation import PerturbationSpec

if TYPE_CHECKING:
    from summbench.analysis.robustness.gathering import Trials
    from summbench.analysis.robustness.table import Robustness, Trial


def noises(
    run: RunConfig, entrants: Iterable[ModelSpec], allowed_packages: Iterable[str]
) -> list[PerturbationSpec]:
    """Each perturbation at each severity, from the lowest on."""
    severities = sorted(set(run.severity))
    if run.perturbation and not severities:
        raise SummbenchError("The perturbations have no severity; give 'severity=[0.05]'.")
    if run.perturbation and not any(map(can_be_asked_again, entrants)):
        raise SummbenchError(
            "Perturbations need a model that can be asked again, and there are only recorded "
            "summaries or bounds; leave 'perturbation=[...]' out, or add a model."
        )
    operators = {
        n: configs.build(n, node, allowed_packages) for n, node in run.perturbation.items()
    }
    return [
        PerturbationSpec(n, operator, s, run.seed)
        for n, operator in operators.items()
        for s in severities
    ]


def robust_measures(
    run: RunConfig, measures: Sequence[MetricSpec], metrics: Collection[str]
) -> list[MetricSpec]:
    """The measures of the metrics whose loss is wanted."""
    if unknown := [metric for metric in run.robustness_metrics if metric not in metrics]:
        raise SummbenchError(
            f"robustness_metrics names {unknown[0]!r}, which is no metric among those selected: "
            f"{', '.join(metrics)}."
        )
    wanted = {metric.partition(".")[0] for metric in run.robustness_metrics}
    return [measure for measure in measures if measure.name in wanted]


def failures(window: Chunk) -> list[dict[str, Any]]:
    """The articles that a model failed on only once they were garbled."""
    before = {
        (cell.dataset, cell.model, p.article_id)
        for cell in window.cells
        for p in cell.predictions
        if p.error is not None
    }
    return [
        {
            "dataset": cell.dataset,
            "model": cell.model,
            "article_id": p.article_id,
            "error": p.error,
            "perturbation": copies.noise.name,
            "severity": copies.noise.severity,
        }
        for copies in window.copies
        for cell in copies.cells
        for p in cell.predictions
        if p.error is not None and (cell.dataset, cell.model, p.article_id) not in before
    ]


def trials(run: RunConfig, metrics: Mapping[str, LeaderboardMetric]) -> Trials | None:
    """Where the trials are gathered, if there are to be any."""
    if not run.perturbation:
        return None
    from summbench.analysis.robustness.gathering import Trials

    return Trials({metric: metrics[metric].direction for metric in run.robustness_metrics})


def robustness(run: RunConfig, board: Leaderboard, trials: Trials, work: Evaluation) -> Robustness:
    """The finished trials; models in the leaderboard's order for each operator and severity."""
    from summbench.analysis.robustness.table import Robustness

    place = {(h.dataset, h.model): i for i, h in enumerate(board.health)}
    noise = {(n.name, n.severity): i for i, n in enumerate(work.noises)}

    def order(trial: Trial) -> tuple[int, int, int]:
        return (
            list(board.datasets).index(trial.dataset),
            noise[trial.operator, trial.severity],
            place[trial.dataset, trial.model],
        )

    signatures = {
        m: board.metrics[m].signature for m in run.robustness_metrics if m in board.metrics
    }
    return Robustness(
        name=board.name,
        seed=run.seed,
        metrics=[metric for metric in run.robustness_metrics if metric in board.metrics],
        datasets=board.datasets,
        signatures=trials.signatures | signatures,
        left_out=[e.name for e in work.entrants if not can_be_asked_again(e)],
        trials=sorted(trials.finished(), key=order),
    )


def tables(found: Robustness) -> dict[str, str]:
    """File name -> content."""
    from summbench.report.robustness import TABLES

    return {name: render(found) for name, render in TABLES.items()}


def described(
    run: RunConfig, noises: Sequence[PerturbationSpec], allowed_packages: Iterable[str]
) -> dict[str, Any]:
    """What run.json says of them; severities and seed are in the config there."""
    return {
        name: {
            "keeps_meaning": keeps_meaning,
            "fingerprint": fingerprint(name, run.perturbation[name], allowed_packages),
            "versions": versions(run.perturbation[name]),
        }
        for name, keeps_meaning in {n.name: n.operator.keeps_meaning for n in noises}.items()
    }
