"""`python -m tests.performance.boards`: leaderboards of many systems, synthetic scores."""

from __future__ import annotations

import resource
import subprocess
import sys
from time import perf_counter

import numpy as np

from summbench.core.records import Article, Example, Kind, Prediction, TaskResult
from summbench.leaderboard.board import DatasetInfo, LeaderboardMetric
from summbench.leaderboard.compute import Ranking, compute_leaderboard
from summbench.leaderboard.outcomes import collect_outcomes
from summbench.leaderboard.serialization import to_json

_SHAPES = ((46, 95, 45), (100, 95, 45), (200, 95, 45), (400, 95, 45), (10, 11_490, 20))


def _cells(systems: int, articles: int, metrics: list[str]) -> list[TaskResult]:
    """Systems whose scores share three fifths of what the article makes of them."""
    rng = np.random.default_rng(0)
    answers = [Prediction(str(i), "a b c.") for i in range(articles)]
    shared = rng.beta(2, 8, size=(len(metrics), articles))
    return [
        TaskResult("d", f"s{k}", answers, {
            m: (0.6 * of + 0.4 * rng.beta(2, 8, size=articles) + 0.001 * k).tolist()
            for m, of in zip(metrics, shared, strict=True)
        })
        for k in range(systems)
    ]  # fmt: skip


def _measure(systems: int, articles: int, columns: int) -> None:
    metrics = {f"q.m{i}": LeaderboardMetric("higher", "quality", "x") for i in range(columns)}
    examples = {"d": [Example(Article(str(i), "a b"), ("a",)) for i in range(articles)]}
    cells = _cells(systems, articles, list(metrics))
    kinds: dict[str, Kind] = {cell.model: "system" for cell in cells}
    begun = perf_counter()
    found = collect_outcomes(cells, examples)
    info = {"d": DatasetInfo(articles, "f")}
    board = compute_leaderboard("b", info, kinds, metrics, found, Ranking("q.m0", []))
    size = len(to_json(board)) / 1e6
    seconds = perf_counter() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    pairs = len(board.comparisons)
    print(
        f"| {systems} x {articles:,} x {columns} | {pairs:,} | {seconds:.1f} | {memory:.2f} "
        f"| {size:.1f} |"
    )


def main() -> None:
    """A table with a row for each shape; every shape in a process of its own, for its memory."""
    if len(sys.argv) > 1:
        _measure(*map(int, sys.argv[1:]))
        return
    print("Leaderboard with every pair, from scores to JSON\n", flush=True)
    print("| systems x articles x metrics | comparisons | seconds | GB at most | MB of JSON |")
    print("| --- | --: | --: | --: | --: |", flush=True)
    for shape in _SHAPES:
        command = [sys.executable, "-m", "tests.performance.boards", *map(str, shape)]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
