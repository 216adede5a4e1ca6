"""A leaderboard in words: which model is best, how sure that is, and what to be wary of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

from summbench.leaderboard.board import ALPHA, Health, Leaderboard
from summbench.report.coverage import list_partial_comparisons, list_partial_means
from summbench.report.judges import list_judge_warnings
from summbench.report.markup import list_markup_notes
from summbench.report.text_styles import list_style_notes


@dataclass(frozen=True, slots=True)
class Summary:
    """What one dataset shows; `warnings` are sentences about numbers that could mislead."""

    dataset: str
    verdict: str
    warnings: Sequence[str]


def summarize(board: Leaderboard) -> list[Summary]:
    """One summary a dataset, in the leaderboard's order."""
    return [
        Summary(dataset, _write_verdict(board, dataset), _list_warnings(board, dataset))
        for dataset in board.datasets
    ]


def _write_verdict(board: Leaderboard, dataset: str) -> str:
    """The best model by the primary metric, and whether each other one is told apart from it."""
    means = {
        entry.model: entry.estimate.mean
        for entry in board.entries
        if (entry.dataset, entry.metric) == (dataset, board.primary)
        and board.models[entry.model] != "bound"
        and not isnan(entry.estimate.mean)
    }
    if not means:
        return f"On {dataset} no model has a score by {board.primary}."
    if board.datasets[dataset].articles == 1:
        return f"On {dataset} one article cannot show which model is better."
    if len(means) == 1:
        return f"On {dataset} there is no other model to compare {next(iter(means))} with."
    best = next(h.model for h in board.health if h.dataset == dataset and h.model in means)
    significant = {
        other: comparison.p_adjusted <= ALPHA
        for comparison in board.comparisons
        if (comparison.dataset, comparison.metric) == (dataset, board.primary)
        for model, other in (
            (comparison.a, comparison.b),
            (comparison.b, comparison.a),
        )
        if model == best
    }
    worse = [model for model in means if significant.get(model)]
    tied = [model for model in means if significant.get(model) is False]
    parts = [f"better than {_join(worse)}"] if worse else []
    parts += [f"not told apart from {_join(tied)}"] if tied else []
    highest = "is best" if worse else "has the best mean"
    reasons = f": {'; '.join(parts)}" if parts else ""
    return f"On {dataset}, {best} {highest} by {board.primary}{reasons}."


def _list_warnings(board: Leaderboard, dataset: str) -> list[str]:
    warnings = [
        sentence
        for health in board.health
        if health.dataset == dataset and board.models[health.model] != "bound"
        for sentence in _list_problems(health)
    ]
    return [
        *warnings,
        *list_partial_means(board, dataset),
        *list_partial_comparisons(board, dataset),
        *list_markup_notes(board, dataset),
        *list_style_notes(board, dataset),
        *list_judge_warnings(board, dataset),
    ]


def _list_problems(health: Health) -> list[str]:
    if health.failed == health.articles:
        return [f"{health.model}: all {health.articles} outputs failed, so it has no score."]
    counts = {
        "outputs failed and count as 0": health.failed,
        "outputs are empty": health.empty,
        "inputs were truncated": health.input_truncated,
        "outputs stopped at the token limit": health.hit_token_limit,
    }
    return [
        f"{health.model}: {count} of {health.articles} {problem}."
        for problem, count in counts.items()
        if count
    ]


def _join(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
