"""The notes under a table: what each of its columns means, and how sure its numbers are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import isnan

from summbench.leaderboard.board import Leaderboard
from summbench.report.summary.detectable import describe_detectable_effect

_METHODS = {
    "bca": "BCa, a bootstrap that corrects for bias and skew",
    "student-t": "Student's t",
    "student-t (small n)": "Student's t, small n",
    "wilson": "Wilson",
    "constant": "",
    "none": "",
}
_VS = (
    "vs {vs}: mean difference{unit} and half of its 95 % interval. * significant by a paired "
    "sign-flip test (Holm, 5 %)."
)
_NO_ORDER = "There are too few models or articles to test the order."
_BOLD = (
    "Bold: no other system is significantly better by this metric. On other metrics than the "
    "primary this is exploratory (Benjamini and Hochberg). A column without bold: all are tied, or "
    "none was tested."
)
_PART = "A number with (n of N) is over n of the N articles: those on which it is defined."
_COLUMNS = {
    "best": "the model with the best mean. worse = significantly below it, after correction for "
    "many comparisons (paired sign-flip test, Holm, 5 %). tied = may be as good.",
    "rank": "by these tests of all pairs. {example}: its true rank may be anything from {low} to "
    "{high}.",
    "normalized": "the primary metric between the floor (0, the best model marked floor) and the "
    "bound (1).",
    "adjusted": "an estimate of the primary metric if every summary were as long as its reference. "
    "It is from a regression on log length, with effects of model and article.",
    "failed": "articles without a prediction. They score 0 on quality metrics; other metrics leave "
    "them out.",
    "empty": "empty summaries. They count as predictions.",
    "input truncated": "articles that were truncated to fit the model.",
    "output truncated": "summaries that stopped at the token limit.",
    "unfinished": "summaries that end with an unfinished sentence.",
    "copied": "summaries that are one contiguous piece of the article.",
    "duplicate": "summaries that the model wrote for another article, too.",
    "other script": "summaries that are not in the article's script.",
    "markup": "summaries with tags, entities, Markdown, introductions or the like.",
    "s/article": "seconds per article, measured when the summaries were made.",
}
"""Heading -> what it means; a column that is not shown is not explained."""
_BOUND = "bound: uses the references; an upper limit, not a system."


def build_legend(
    board: Leaderboard,
    dataset: str,
    headings: Sequence[str],
    models: Sequence[str],
    has_bold: bool = False,
) -> list[str]:
    """The notes under the table of one dataset, given what it shows."""
    notes = [_explain_order(board, dataset, headings)]
    shown = [e for e in board.entries if e.dataset == dataset and e.metric in board.display_metrics]
    quality = dict.fromkeys(e.metric for e in shown if board.metrics[e.metric].role == "quality")
    plain = [metric for metric in quality if board.get_scale(metric) == 1]
    but = f"; {', '.join(plain)}: plain means, as they are not all between 0 and 1" if plain else ""
    if len(plain) < len(quality):
        notes.append(f"Quality metrics (↑) are in points: 100 x the mean over articles{but}.")
    methods = sorted({_METHODS[entry.estimate.method] for entry in shown} - {""})
    if methods:
        notes.append(
            f"± is half of the 95 % interval of the mean over articles ({', '.join(methods)}). "
            "Diagnostics are plain means."
        )
    total = board.datasets[dataset].articles
    notes += [_PART] if any(0 < entry.estimate.n < total for entry in shown) else []
    notes += describe_detectable_effect(board, dataset)
    example = find_rank_example(board)
    notes += [
        f"{name}: {_COLUMNS[name].format(**example)}" for name in headings if name in _COLUMNS
    ]
    notes += [_BOLD] if has_bold else []
    return notes + ([_BOUND] if "bound" in {board.models[model] for model in models} else [])


def find_rank_example(board: Leaderboard) -> dict[str, str]:
    """A range of ranks that can be in each table of the board: one that is in it, if any is."""
    ranks = [e for e in board.entries if e.metric == board.primary and e.rank_low is not None]
    fewest = min(Counter(entry.dataset for entry in ranks).values(), default=0)
    ranges = [(e.rank_low or 0, e.rank_high or 0) for e in ranks]
    ranges = [(low, high) for low, high in ranges if low < high <= fewest]
    low, high = ranges[0] if ranges else (1, max(2, fewest))
    return {"example": f"{low}-{high}", "low": str(low), "high": str(high)}


def _explain_order(board: Leaderboard, dataset: str, headings: Sequence[str]) -> str:
    primary = [e for e in board.entries if e.dataset == dataset and e.metric == board.primary]
    if not primary:
        return (
            f"{board.primary} needs references, which this dataset does not have. Rows are in the "
            "order of the config."
        )
    if all(isnan(entry.estimate.mean) for entry in primary):
        return (
            f"{board.primary} is undefined for every model here. Rows are in the order of the "
            f"config.{_suggest_primary(board, dataset)}"
        )
    unit = " in points" if board.get_scale(board.primary) == 100 else ""
    if board.vs is not None:
        return f"Sorted by {board.primary}. {_VS.format(vs=board.vs, unit=unit)}"
    return f"Sorted by {board.primary}." + ("" if "rank" in headings else f" {_NO_ORDER}")


def _suggest_primary(board: Leaderboard, dataset: str) -> str:
    """A shown quality metric that has a mean here; it sorts the table only if it is chosen."""
    defined = {
        e.metric for e in board.entries if e.dataset == dataset and not isnan(e.estimate.mean)
    }
    for metric in board.display_metrics:
        if metric in defined and board.metrics[metric].role == "quality":
            return f" {metric} is defined: primary={metric} sorts by it."
    return ""
