"""How time grows with systems, articles and datasets: the exponent of a power of each."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from math import log
from pathlib import Path

from tests.commands import environment
from tests.performance.jobs import ROUGE_ONLY, prepare_folder
from tests.performance.processes import Cost, FailedError, measure, measure_summbench

_ARTICLES_OF_SYSTEMS, _ARTICLES_OF_DATASET = 95, 100
_EVALUATE = """
import sys, summbench
datasets = {f"news{i}": "news.jsonl" for i in range(int(sys.argv[1]))}
summbench.evaluate(["lead3", "random3", "textrank"], datasets, out="results/many")
"""
Run = Callable[[Path, int, float], Cost]


def score_systems(folder: Path, count: int, limit: float) -> Cost:
    """`score` of so many systems on 95 articles."""
    prepare_folder(folder, _ARTICLES_OF_SYSTEMS, count)
    return measure_summbench(folder, "score", "news.jsonl", *ROUGE_ONLY, limit=limit)


def score_articles(folder: Path, count: int, limit: float) -> Cost:
    """`score` of two systems on so many articles, with the default metrics."""
    prepare_folder(folder, count, 2)
    return measure_summbench(folder, "score", "news.jsonl", limit=limit)


def evaluate_datasets(folder: Path, count: int, limit: float) -> Cost:
    """Three systems on so many datasets of 100 articles."""
    prepare_folder(folder, _ARTICLES_OF_DATASET)
    return measure([sys.executable, "-c", _EVALUATE, str(count)], folder, environment(), limit)


GROWTH: Mapping[str, tuple[Run, Sequence[int]]] = {
    "systems x 95 articles, ROUGE alone": (score_systems, (50, 100, 200, 400)),
    "articles x 2 systems": (score_articles, (1_000, 4_000, 16_000)),
    "datasets of 100 articles x 3 systems": (evaluate_datasets, (2, 8, 32)),
}


def measure_growth(name: str, share: float, limit: float) -> list[tuple[int, Cost | str]]:
    """Size and cost, in rising order; after the first that is not done in time there is no more."""
    run, sizes = GROWTH[name]
    found: list[tuple[int, Cost | str]] = []
    for size in dict.fromkeys(max(2, int(size * share)) for size in sizes):
        with tempfile.TemporaryDirectory() as place:
            try:
                found.append((size, run(Path(place), size, limit)))
            except FailedError as error:
                found.append((size, str(error)))
                break
    return found


def fit_exponent(sizes: Sequence[int], busy: Sequence[float]) -> float:
    """The exponent k of time = start + c * size ** k, through the first, a middle and the last.

    The start, which every size pays, is what makes the slopes of both halves equal.
    """
    x, y, z = sizes[0], sizes[len(sizes) // 2], sizes[-1]
    a, b, c = busy[0], busy[len(sizes) // 2], busy[-1]
    low, high = 0.01, 6.0
    for _ in range(60):
        k = (low + high) / 2
        is_steeper = (c - b) / (b - a) > (z**k - y**k) / (y**k - x**k) if b > a else c > b
        low, high = (k, high) if is_steeper else (low, k)
    return (low + high) / 2


def get_slope(sizes: Sequence[int], busy: Sequence[float]) -> float:
    """The exponent between the last two sizes, the start included."""
    return log(busy[-1] / busy[-2]) / log(sizes[-1] / sizes[-2])
