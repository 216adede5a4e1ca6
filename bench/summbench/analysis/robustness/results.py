"""The robustness of a run's models: trials in the order of its leaderboard."""

from __future__ import annotations

from summbench.analysis.robustness.accumulator import TrialAccumulator
from summbench.analysis.robustness.trials import Robustness, Trial
from summbench.evaluation.session import is_rerunnable
from summbench.evaluation.setup import Setup
from summbench.leaderboard.board import Leaderboard


def start_trials(setup: Setup) -> TrialAccumulator:
    """Return an accumulator for the run's `robustness_metrics`."""
    return TrialAccumulator(
        {name: setup.metrics[name].direction for name in setup.robustness_metrics}
    )


def summarize_robustness(
    setup: Setup, board: Leaderboard, accumulator: TrialAccumulator
) -> Robustness:
    """Compute all trials; for each operator and severity, models are in the board's order."""
    evaluation = setup.evaluation
    model_ranks = {(h.dataset, h.model): i for i, h in enumerate(board.health)}
    perturbation_ranks = {(p.name, p.severity): i for i, p in enumerate(evaluation.perturbations)}

    def sort_key(trial: Trial) -> tuple[int, int, int]:
        return (
            list(board.datasets).index(trial.dataset),
            perturbation_ranks[trial.operator, trial.severity],
            model_ranks[trial.dataset, trial.model],
        )

    orders = {name: about.order for name, about in evaluation.statistics.items()}
    metrics = [name for name in setup.robustness_metrics if name in board.metrics]
    return Robustness(
        name=board.name,
        seed=setup.config.seed,
        metrics=metrics,
        datasets=board.datasets,
        signatures=accumulator.signatures
        | {name: board.metrics[name].signature for name in metrics},
        skipped_models=sorted(e.name for e in evaluation.models if not is_rerunnable(e)),
        trials=sorted(accumulator.build_trials(orders), key=sort_key),
    )
