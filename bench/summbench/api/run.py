"""The run that people hold: the data of a results folder with its tables, in words and as HTML."""

from __future__ import annotations

import shutil
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path

from summbench.api.arguments import to_path
from summbench.api.tables import (
    Table,
    tabulate_board,
    tabulate_board_comparisons,
    tabulate_comparisons,
    tabulate_judges,
    tabulate_leaderboard,
    tabulate_slice_comparisons,
    tabulate_slices,
)
from summbench.core.control_characters import show_controls
from summbench.core.errors import SummbenchError
from summbench.gate.records import GateReport
from summbench.report.macro import describe_macro
from summbench.report.notebook import render_notebook
from summbench.report.summary.summary import list_all_warnings, summarize
from summbench.runs.run import RunData


class Run:
    """A finished run.

    `data` is what its folder holds, `gate` the comparison with the baseline that its config named.
    A run that was saved nowhere is in a temporary folder, which goes with the object.
    """

    def __init__(self, data: RunData, *, gate: GateReport | None = None) -> None:
        self.data, self.gate = data, gate

    def _own_folder(self, folder: Path) -> None:
        """Remove the folder when this object goes."""
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)

    @property
    def name(self) -> str:
        """The name of the run, as its tables have it."""
        return self.data.leaderboard.name

    @property
    def leaderboard(self) -> Table:
        """One row a model and dataset, the best first."""
        return tabulate_leaderboard(self.data.leaderboard)

    @property
    def board(self) -> Table:
        """One row a model over all datasets by the primary metric; empty of a single dataset."""
        return tabulate_board(self.data.leaderboard)

    @property
    def board_comparisons(self) -> Table:
        """One row a pair of models over all datasets; empty of a single dataset."""
        return tabulate_board_comparisons(self.data.leaderboard)

    @property
    def slices(self) -> Table:
        """One row a group of articles and model; empty of data without a column of groups."""
        return tabulate_slices(self.data.leaderboard)

    @property
    def slice_comparisons(self) -> Table:
        """One row a group of articles and pair of models, corrected as one family; exploratory."""
        return tabulate_slice_comparisons(self.data.leaderboard)

    @property
    def scores(self) -> Table:
        """One row a number: dataset, model, metric, article_id, value."""
        return Table(self.data.scores)

    @property
    def predictions(self) -> Table:
        """One row a summary, with tokens, seconds, finish reason and error."""
        return Table(self.data.predictions)

    @property
    def comparisons(self) -> Table:
        """One row a pair of models, compared on the primary metric."""
        return self.compare(self.data.leaderboard.primary)

    def compare(self, metric: str) -> Table:
        """One row a pair of models, compared on the metric; computed when it is not the primary.

        Raises: SummbenchError if the run has no such metric.
        """
        pairs = self.data.compare_models(metric)
        return tabulate_comparisons(self.data.leaderboard, pairs)

    @property
    def judges(self) -> Table:
        """One row a dataset and column of a judge: what was read, order flips, repeats, kappa."""
        return tabulate_judges(self.data.leaderboard)

    @property
    def verdict(self) -> str:
        """Which model is best, by how much, and how sure that is: over all datasets, then each."""
        board = self.data.leaderboard
        sentences = describe_macro(board.macro) if board.macro is not None else []
        verdicts = (summary.verdict for summary in summarize(board))
        return show_controls("\n".join([*sentences, *verdicts]))

    @property
    def warnings(self) -> Sequence[str]:
        """Sentences about numbers that could mislead."""
        return list(map(show_controls, list_all_warnings(self.data.leaderboard)))

    @property
    def failures(self) -> Mapping[str, str]:
        """Model -> how many of its articles failed, and the first reason."""
        return self.data.leaderboard.failures

    def save(self, folder: str | Path) -> Path:
        """Copy the run's files to a new or empty folder, as the command would have written them.

        Raises: SummbenchError, if the folder holds something, or a file of the run is damaged.
        """
        target = to_path("folder", folder)
        self.data.check()
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise SummbenchError(
                f"{target} is not empty. Save to a new folder, or remove what is there."
            )
        self.data.copy_to(target)
        return target

    def __repr__(self) -> str:
        board = self.data.leaderboard
        articles = sum(info.articles for info in board.datasets.values())
        counts = {
            "model": len(board.models),
            "dataset": len(board.datasets),
            "article": articles,
        }
        amounts = [f"{count:,} {noun}{'s' * (count != 1)}" for noun, count in counts.items()]
        return show_controls(f"<Run {self.name!r}: {', '.join(amounts)}>\n{self.verdict}")

    def _repr_html_(self) -> str:
        return render_notebook(self.data.leaderboard)
