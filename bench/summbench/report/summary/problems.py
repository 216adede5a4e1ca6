"""What to be wary of in the numbers of one dataset, in sentences."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from summbench.leaderboard.board import Leaderboard
from summbench.report.coverage import list_partial_comparisons, list_partial_means
from summbench.report.judges import list_judge_warnings
from summbench.report.markup import advise_on_markup, list_markup_notes
from summbench.report.repeats import list_repeat_notes
from summbench.report.slices import list_hidden_differences
from summbench.report.summary.equal_systems import list_equal_systems
from summbench.report.text_styles import list_style_warnings

_MOST_LINES = 3
_MOST_NAMES = 5
_PROBLEMS = {
    "failed": "outputs failed and count as 0",
    "empty": "outputs are empty",
    "input_truncated": "inputs were truncated",
    "hit_token_limit": "outputs stopped at the token limit",
}


def list_warnings(
    board: Leaderboard, dataset: str, metrics: Collection[str] | None = None
) -> list[str]:
    """Sentences about failed, empty and truncated outputs, partial means, markup and judges.

    Of `metrics`: those that are shown where the sentences are; by default all of the table.
    """
    health = [h for h in board.health if h.dataset == dataset and board.models[h.model] != "bound"]
    lost = [h for h in health if h.failed == h.articles]
    warnings = [f"{h.model}: all {h.articles:,} outputs failed, so it has no score." for h in lost]
    has_other_worst = any(
        info.role == "quality" and info.direction == "lower" for info in board.metrics.values()
    )
    for name, problem in _PROBLEMS.items():
        if has_other_worst:
            problem = problem.replace("count as 0", "count as the worst score")
        counts = {h.model: getattr(h, name) for h in health if h not in lost and getattr(h, name)}
        warnings += _describe(counts, board.datasets[dataset].articles, problem)
    return [
        *warnings,
        *list_equal_systems(board, dataset),
        *list_partial_means(board, dataset, board.display_metrics if metrics is None else metrics),
        *list_partial_comparisons(board, dataset),
        *list_markup_notes(board, dataset),
        *list_judge_warnings(board, dataset),
        *list_repeat_notes(board, dataset),
        *list_hidden_differences(board, dataset),
    ]


def list_general_warnings(board: Leaderboard) -> list[str]:
    """What is said once for all datasets."""
    return [*list_style_warnings(board), *advise_on_markup(board)]


def _describe(counts: Mapping[str, int], articles: int, problem: str) -> list[str]:
    """A line a model; of more than three models one line, which names the worst."""
    if len(counts) <= _MOST_LINES:
        return [f"{model}: {n:,} of {articles:,} {problem}." for model, n in counts.items()]
    worst = sorted(counts, key=lambda model: -counts[model])
    names = ", ".join(f"{model} {counts[model]:,}" for model in worst[:_MOST_NAMES])
    more = len(worst) - _MOST_NAMES
    others = f", and {more} more {'models' if more > 1 else 'model'}" if more > 0 else ""
    return [f"{len(counts)} models: {problem}. Of {articles:,} each: {names}{others}."]
