"""The true difference that the tests of a table would find, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from statistics import median

from summbench.leaderboard.board import ALPHA, Comparison, Leaderboard
from summbench.report.coverage import format_coverages
from summbench.report.summary.words import format_effect, join_names, name_unit
from summbench.stats.power import minimum_detectable_effect

_ONE = "With {n} articles, a true difference of {effect}{unit} has an 80 % chance of being found."
_CORRECTED = f"{_ONE} This is for a typical (median) pair, after correction for {{pairs}} pairs."
_NO_SPREAD = (
    "No smallest detectable difference can be given: the models differ by the same amount of "
    "{metric} on every article, or not at all."
)


def describe_detectable_effect(board: Leaderboard, dataset: str) -> list[str]:
    """The smallest difference by the primary metric that these articles and tests can detect."""
    pairs = _list_pairs(board, dataset)
    effect = _compute_detectable_effect(pairs)
    if isnan(effect):
        return [_NO_SPREAD.format(metric=board.primary)] if pairs else []
    n = format_coverages((c.difference.n for c in pairs), board.datasets[dataset].articles)
    sentence = _ONE if len(pairs) == 1 else _CORRECTED
    scale = board.get_scale(board.primary)
    text = format_effect(effect, 1, scale)
    return [sentence.format(n=n, pairs=len(pairs), effect=text, unit=name_unit(scale))]


def describe_distant_ties(
    board: Leaderboard, dataset: str, best: str, tied: Sequence[str]
) -> list[str]:
    """Which tied models are further below the best than what is usually found, and why if known."""
    pairs = _list_pairs(board, dataset)
    effect = _compute_detectable_effect(pairs)
    of_best = {c.b if c.a == best else c.a: c for c in pairs if best in (c.a, c.b)}
    distant = [m for m in tied if abs(of_best[m].difference.mean) > effect]
    if not distant:
        return []
    typical = median(c.mde for c in pairs if not isnan(c.mde))
    is_spread = all(of_best[m].mde > typical for m in distant)
    is_one = len(distant) == 1
    verb, subject = ("is", "its difference") if is_one else ("are", "their differences")
    reason = (
        f": {subject} from {best} {'varies' if is_one else 'vary'} more from article to article"
        if is_spread
        else ""
    )
    return [f"{join_names(distant)} {verb} further away and still tied{reason}."]


def _list_pairs(board: Leaderboard, dataset: str) -> list[Comparison]:
    return [c for c in board.comparisons if (c.dataset, c.metric) == (dataset, board.primary)]


def _compute_detectable_effect(pairs: Sequence[Comparison]) -> float:
    """That of the median pair at the level of Holm's first step; NaN if no pair has a spread."""
    effects = [c.mde for c in pairs if not isnan(c.mde)]
    if not effects:
        return float("nan")
    alone, corrected = (minimum_detectable_effect(1.0, 1, a) for a in (ALPHA, ALPHA / len(pairs)))
    return median(effects) * corrected / alone
