"""What repeats say of a model, in sentences."""

from __future__ import annotations

from math import isnan

from summbench.leaderboard.board import Leaderboard, RepeatVariance
from summbench.report.summary.words import format_effect, name_unit


def list_repeat_notes(board: Leaderboard, dataset: str) -> list[str]:
    """A sentence for each model with several outputs an article, by the primary metric."""
    return [
        sentence
        for row in board.repeats
        if (row.dataset, row.metric) == (dataset, board.primary)
        for sentence in _describe(
            row, board.datasets[dataset].articles, board.get_scale(row.metric)
        )
    ]


def _describe(row: RepeatVariance, articles: int, scale: float) -> list[str]:
    text = (
        f"{row.model}: each score is the mean of {row.repeats} outputs. From one repeat to the "
        f"next its {row.metric} varies by {format_effect(row.spread, 2, scale)}{name_unit(scale)} "
        "(standard deviation)"
    )
    if not isnan(row.share):
        share = f"{100 * row.share:.0f} %"
        text += f". Of the variance of single outputs, {share} is chance and the rest the article"
    sentences = [f"{text}."]
    if row.failed:
        sentences.append(
            f"{row.model}: {row.failed:,} of {row.repeats * articles:,} repeated outputs failed "
            "and count as 0."
        )
    return sentences
