"""Everything that a run collects chunk by chunk, and the texts made of it at the end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from summbench.analysis.single_article import SingleArticleCollector
from summbench.core.records import Progress
from summbench.evaluation.accumulator import RunAccumulator
from summbench.evaluation.chunks import Chunk
from summbench.evaluation.setup import Setup
from summbench.leaderboard.board import Leaderboard
from summbench.runs.schema import RunMetadata


class RunCollector:
    """Outcomes, trials under perturbation, and the reports of datasets of one article."""

    def __init__(self, setup: Setup, folder: Path) -> None:
        evaluation = setup.evaluation
        self._outcomes = RunAccumulator(setup, folder)
        self._trials = None
        if setup.config.perturbation:
            from summbench.analysis.robustness.results import (  # noqa: PLC0415 - imports scipy
                start_trials,
            )

            self._trials = start_trials(setup)
        self._single_articles = SingleArticleCollector(evaluation.statistics, evaluation.kinds)

    def add(self, chunk: Chunk) -> None:
        """Everything of one chunk."""
        self._outcomes.add(chunk)
        self._single_articles.add(chunk)
        if self._trials is not None:
            self._trials.add(chunk)

    def finish(
        self,
        setup: Setup,
        name: str,
        annotate: Callable[[Leaderboard], Leaderboard],
        progress: Progress,
    ) -> tuple[Leaderboard, dict[str, str]]:
        """The leaderboard, and the text files of the run by name."""
        from summbench.report.render import render_run  # noqa: PLC0415 - after the articles

        board = annotate(self._outcomes.build_leaderboard(setup, name, progress))
        robustness = None
        if self._trials is not None:
            from summbench.analysis.robustness.results import summarize_robustness  # noqa: PLC0415

            robustness = summarize_robustness(setup, board, self._trials)
        return board, render_run(board, robustness, self._single_articles.reports)

    def build_metadata(self, setup: Setup, board: Leaderboard) -> RunMetadata:
        """The content of run.json."""
        return self._outcomes.build_metadata(setup, board)
