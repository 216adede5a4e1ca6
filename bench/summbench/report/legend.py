"""The notes under a table: what each of its columns means, and how sure its numbers are."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from statistics import median

from summbench.leaderboard.board import Leaderboard
from summbench.report.coverage import (
    format_coverages,
    list_partial_comparisons,
    list_partial_means,
)
from summbench.report.markup import list_markup_notes
from summbench.report.text_styles import list_style_notes

_METHODS = {
    "bca": "BCa",
    "student-t": "Student's t",
    "student-t (small n)": "Student's t, small n",
    "wilson": "Wilson",
    "constant": "",
    "none": "",
}
_VS = (
    "vs {vs}: mean difference in points and half of its 95 % interval. * significant by a paired "
    "sign-flip test (Holm, 5 %)."
)
_NO_LETTERS = "letters: left out, as more than 52 sets of models are not told apart."
_NO_ORDER = "There are too few models or articles to test the order."
_BOLD = (
    "Bold: the top cluster of its column. Clusters of other metrics than {primary} are corrected "
    "by Benjamini and Hochberg's method and exploratory."
)
_PART = "A number with (n of N) is over n of the N articles: those on which it is defined."
_MDE = (
    "The smallest difference that {n} articles can detect is {effect} points of {metric} (80 % "
    "power, two-sided 5 % test of one pair, median over pairs)."
)
_NO_SPREAD = (
    "No smallest detectable difference can be given: the models differ by the same amount of "
    "{metric} on every article, or not at all."
)
_NORMALIZATION = (
    "Metrics score article, summary and reference after the normalization {names}: {effect}."
)
_COLUMNS = {
    "rank": "the ranks that are possible after paired sign-flip tests of every two models "
    "(Holm, 5 %).",
    "cluster": "every model above a border is significantly better than every model below it.",
    "letters": "models that share a letter are not told apart.",
    "normalized": "the primary metric between the floor (0, the best model marked floor) and the "
    "bound (1).",
    "adjusted": "the primary metric as if every summary were as long as its reference. It is read "
    "off a curve in log length, fitted with effects of model and article.",
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
_BOUND = "bound: a model that sees the references. It is an upper limit, not a system."


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
    if any(board.metrics[entry.metric].role == "quality" for entry in shown):
        notes.append("Quality metrics (↑) are in points: 100 x the mean over articles.")
    methods = sorted({_METHODS[entry.estimate.method] for entry in shown} - {""})
    if methods:
        notes.append(
            f"± is half of the 95 % interval of the mean over articles ({', '.join(methods)}). "
            "Diagnostics are plain means."
        )
    partial = list_partial_means(board, dataset) + list_partial_comparisons(board, dataset)
    notes += [_PART, *partial] if partial else []
    notes += _explain_detectable_effect(board, dataset)
    notes += [f"{name}: {_COLUMNS[name]}" for name in headings if name in _COLUMNS]
    notes += [_NO_LETTERS] if "rank" in headings and "letters" not in headings else []
    notes += [_BOLD.format(primary=board.primary)] if has_bold else []
    notes += _explain_normalization(board)
    notes += list_markup_notes(board, dataset) + list_style_notes(board, dataset)
    return notes + ([_BOUND] if "bound" in {board.models[model] for model in models} else [])


def _explain_normalization(board: Leaderboard) -> list[str]:
    """The normalization that the signatures name, if texts are not scored raw."""
    prefix = "normalization:"
    parts = {part for info in board.metrics.values() for part in info.signature.split("|")}
    names = sorted(part.removeprefix(prefix) for part in parts if part.startswith(prefix))
    is_unmarked = any(name.startswith("unmark-") for name in names)
    effect = "markup is taken out" if is_unmarked else "quotes, spaces and Unicode forms are alike"
    return [_NORMALIZATION.format(names=", ".join(names), effect=effect)] if names else []


def _explain_detectable_effect(board: Leaderboard, dataset: str) -> list[str]:
    """The minimum detectable effect of the pairs on the primary metric, as points."""
    pairs = [c for c in board.comparisons if (c.dataset, c.metric) == (dataset, board.primary)]
    effects = [c.mde for c in pairs if not isnan(c.mde)]
    if not effects:
        return [_NO_SPREAD.format(metric=board.primary)] if pairs else []
    n = format_coverages((c.difference.n for c in pairs), board.datasets[dataset].articles)
    effect = format_effect(median(effects), 1)
    return [_MDE.format(n=n, metric=board.primary, effect=effect)]


def format_effect(effect: float, decimals: int) -> str:
    """The fraction in points; two digits of what is too small for the decimals, never 0.0."""
    text = f"{100 * effect:.{decimals}f}"
    return text if float(text) else f"{100 * effect:.2g}"


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
    if board.vs is not None:
        return f"Sorted by {board.primary}. {_VS.format(vs=board.vs)}"
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
