"""The groups of a run's articles, gathered chunk by chunk, and results by them."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace

from summbench.core.article_order import Order
from summbench.core.grouping import MOST_GROUPS, name_groups
from summbench.core.records import Example
from summbench.leaderboard.board import Leaderboard
from summbench.leaderboard.outcomes import Outcome
from summbench.leaderboard.slices import SlicedDataset, slice_dataset

_LOG = logging.getLogger("summbench")


class GroupCollector:
    """The cells of the columns of groups, in the order of the rows."""

    def __init__(self) -> None:
        self._cells: dict[str, dict[str, list[object]]] = {}
        self._counts: dict[str, int] = {}

    def add(self, examples: Mapping[str, Sequence[Example]]) -> None:
        """Add one chunk; an article without a cell has a blank one."""
        for dataset, rows in examples.items():
            columns = self._cells.setdefault(dataset, {})
            for count, example in enumerate(rows, start=self._counts.get(dataset, 0)):
                for name, cell in example.groups:
                    cells = columns.setdefault(name, [])
                    cells += [None] * (count - len(cells))
                    cells.append(cell)
            self._counts[dataset] = self._counts.get(dataset, 0) + len(rows)

    def slice(
        self, board: Leaderboard, outcomes: Sequence[Outcome], orders: Mapping[str, Order]
    ) -> Leaderboard:
        """The board with the results by group of its primary metric."""
        entries, comparisons = [], []
        for dataset in board.datasets:
            groups = self._name_groups(dataset, orders[dataset])
            scores = {
                health.model: outcome.scores[board.primary]
                for health in board.health
                for outcome in outcomes
                if (outcome.dataset, outcome.model) == (dataset, health.model)
                and health.dataset == dataset
                and board.primary in outcome.scores
                and not outcome.all_failed
            }
            if not groups or not scores:
                continue
            sliced = SlicedDataset(
                dataset,
                board.primary,
                board.metrics[board.primary],
                scores,
                [model for model in scores if board.models[model] != "bound"],
                [c for c in board.comparisons if c.dataset == dataset],
                groups,
            )
            of_dataset, pairs = slice_dataset(sliced)
            entries += of_dataset
            comparisons += pairs
        return replace(board, slices=entries, slice_comparisons=comparisons)

    def _name_groups(self, dataset: str, order: Order) -> dict[str, list[str]]:
        groups = {}
        for column, cells in self._cells.get(dataset, {}).items():
            cells += [None] * (self._counts[dataset] - len(cells))
            names = name_groups(cells)
            if names is None:
                _LOG.warning(
                    "%s: results are not shown by %r, which has %s different texts. Groups are at "
                    "most %d, of two articles or more.",
                    dataset, column, f"{len(set(cells)):,}", MOST_GROUPS,
                )  # fmt: skip
                continue
            groups[column] = [names[row] for row in order]
        return groups
