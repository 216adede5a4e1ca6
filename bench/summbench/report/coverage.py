"""A mean as people read it: its value, half of its interval, and how many articles it is over."""

from collections.abc import Collection, Iterable
from math import isnan

from summbench.core.records import Estimate
from summbench.leaderboard.board import Leaderboard

NO_VALUE = "n/a"


def format_coverage(n: int, total: int) -> str:
    """The articles that a number is over, "47 of 235"; empty if these are all."""
    return "" if n == total else f"{n:,} of {total:,}"


def add_coverage(text: str, n: int, total: int) -> str:
    """The text of a number and what it is over: "0.98 (47 of 235)"; alone if over all."""
    coverage = format_coverage(n, total)
    return f"{text} ({coverage})" if coverage else text


def format_coverages(counts: Iterable[int], total: int) -> str:
    """What several numbers are over: "12 to 47 of 235", "235"."""
    ordered = sorted(counts)
    low, high = ordered[0], ordered[-1]
    if low == high:
        return format_coverage(low, total) or f"{total:,}"
    return f"{low:,} to {high:,} of {total:,}"


def format_estimate(estimate: Estimate, scale: float, total: int) -> str:
    """The mean and half of the interval's width, of `total` articles: "18.24 ± 1.05 (47 of 50)"."""
    if isnan(estimate.mean):
        return NO_VALUE
    text = f"{scale * estimate.mean:.2f}"
    if not isnan(estimate.low):
        text += f" ± {scale * (estimate.high - estimate.low) / 2:.2f}"
    return add_coverage(text, estimate.n, total)


def has_intervals(board: Leaderboard, dataset: str) -> bool:
    """Whether a mean of the primary metric has an interval: not over too few articles."""
    return any(
        not isnan(entry.estimate.low)
        for entry in board.entries
        if (entry.dataset, entry.metric) == (dataset, board.primary)
    )


def list_partial_means(board: Leaderboard, dataset: str, metrics: Collection[str]) -> list[str]:
    """A sentence for each of the metrics that some model has no score of on some articles.

    A model that failed on everything has no mean, which is said elsewhere.
    """
    total = board.datasets[dataset].articles
    has_failed = {h.model for h in board.health if h.dataset == dataset and h.failed == h.articles}
    sentences = []
    for metric in metrics:
        counts = {
            e.model: e.estimate.n
            for e in board.entries
            if (e.dataset, e.metric) == (dataset, metric) and e.model not in has_failed
        }
        undefined_if = board.metrics[metric].undefined_if
        reason = f"; it is undefined if {undefined_if}" if undefined_if else ""
        without = [model for model, n in counts.items() if not n]
        if counts and len(without) == len(counts):
            sentences.append(f"{metric} is undefined on every one of {total:,} articles{reason}.")
        elif counts and min(counts.values()) < total:
            none = f" ({', '.join(without)}: none)" if without else ""
            coverage = format_coverages(counts.values(), total)
            sentences.append(f"{metric} has a value on {coverage} articles{none}{reason}.")
    return sentences


def format_pair_coverage(board: Leaderboard, dataset: str) -> str:
    """What the pairs of the primary metric were compared on; empty if every pair was on all."""
    total = board.datasets[dataset].articles
    counts = [
        c.difference.n
        for c in board.comparisons
        if (c.dataset, c.metric) == (dataset, board.primary)
    ]
    return format_coverages(counts, total) if counts and min(counts) < total else ""


def list_partial_comparisons(board: Leaderboard, dataset: str) -> list[str]:
    """A sentence if pairs were compared by the primary metric on a part of the articles."""
    coverage = format_pair_coverage(board, dataset)
    return [f"Pairs are compared by {board.primary} on {coverage} articles."] if coverage else []
