"""How much models differ from themselves: over the repeats of their predictions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from summbench.core.records import TaskResult
from summbench.leaderboard.board import LeaderboardMetric, RepeatVariance
from summbench.stats.repeats import RepeatSums


class RepeatCounter:
    """Sums over the repeats of each model, chunk by chunk."""

    def __init__(self) -> None:
        self._sums: dict[tuple[str, str, str], RepeatSums] = {}
        self._counts: dict[tuple[str, str], tuple[int, int]] = {}

    def add(self, repeats: Mapping[tuple[str, str], Sequence[TaskResult]]) -> None:
        """Add the results of one chunk: dataset and model -> those of each repeat."""
        for (dataset, model), results in repeats.items():
            failed = sum(p.error is not None for result in results for p in result.predictions)
            _, before = self._counts.get((dataset, model), (0, 0))
            self._counts[dataset, model] = len(results), before + failed
            for metric in results[0].scores:
                key = dataset, model, metric
                sums = self._sums.setdefault(key, RepeatSums(len(results)))
                sums.add(np.array([result.scores[metric] for result in results], dtype=float))

    def summarize(self, metrics: Mapping[str, LeaderboardMetric]) -> list[RepeatVariance]:
        """One row a dataset, model and quality metric."""
        rows = []
        for (dataset, model, metric), sums in self._sums.items():
            if metrics[metric].role != "quality":
                continue
            repeats, failed = self._counts[dataset, model]
            components = sums.get_components()
            rows.append(
                RepeatVariance(
                    dataset, model, metric, repeats, failed, sums.get_spread(),
                    components.within, components.between,
                )
            )  # fmt: skip
        return rows
