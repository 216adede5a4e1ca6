"""The lines under a table that say what its columns mean."""

from collections.abc import Sequence
from math import isnan
from statistics import median

from summbench.leaderboard.board import Leaderboard

_METHODS = {
    "bca": "BCa bootstrap",
    "student-t": "Student t",
    "student-t (small n)": "Student t, small n",
    "wilson": "Wilson",
    "constant": "",
    "none": "",
}
_RANKS = (
    "rank: the ranks that paired sign-flip tests of every two models leave open (Holm, 5 %); "
    "cluster: every model above a border is significantly better than every one below it; letters: "
    "models that share one can't be told apart. Bold: the top cluster of its column (columns other "
    "than the primary metric corrected by Benjamini and Hochberg's method, exploratory)."
)
_VS = (
    "vs {vs}: the mean difference in points and half of its 95 % interval; * significant by a "
    "paired sign-flip test (Holm, 5 %)."
)
_NO_ORDER = "Nothing is claimed about the order: there are too few models or articles to test it."
_MDE = (
    "These articles show a difference of {effect:.1f} points of {metric} between two models with "
    "80 % power (two-sided, 5 %, one pair, median over pairs): smaller ones may go unseen."
)
_POSITION = (
    "position: where the primary metric lies between the floor (0, the first model marked floor) "
    "and the bound (1) on these articles."
)
_ADJUSTED = (
    "adjusted: the primary metric as if every summary were as long as its reference (a curve in "
    "log length through all models, with effects of model and article)."
)
_NORMALIZATION = (
    "Metrics score all texts after the normalization {names}: quotes, spaces and Unicode forms "
    "are the same in article, summary and reference."
)
_FAILED = (
    "A failed article scores 0 on quality metrics and is left out of the others; an empty summary "
    "is an answer. Means are over all articles."
)
_COUNTS = (
    "Counts of articles, shown where any model has one. cut in: truncated to fit the model; "
    "cut out: stopped by the token limit; mid: ends in the middle of a sentence; copied: stands in "
    "the article in one piece; same: also written for another article; script: not the article's."
)
_UNDEFINED = "{primary} is undefined for every model here; rows as configured."
_BOUND = "bound: sees the references; what a score could be at most, not a system."


def build_legend(
    board: Leaderboard, dataset: str, headings: Sequence[str], models: Sequence[str]
) -> list[str]:
    """What explains the table of one dataset, given what it shows."""
    found = [_explain_order(board, dataset, headings)]
    shown = [e for e in board.entries if e.dataset == dataset and e.metric in board.display_metrics]
    if any(board.metrics[entry.metric].role == "quality" for entry in shown):
        found.append("Quality metrics (↑) in points: 100 x the mean over articles.")
    methods = sorted({_METHODS[entry.estimate.method] for entry in shown} - {""})
    if methods:
        found.append(
            f"± is half of the 95 % interval of the mean over articles ({', '.join(methods)}); "
            "diagnostics are plain means."
        )
    found += _explain_detectable_effect(board, dataset)
    found += [_POSITION] if "position" in headings else []
    found += [_ADJUSTED] if "adjusted" in headings else []
    found += _explain_normalization(board)
    found += [_FAILED, _COUNTS]
    return found + ([_BOUND] if "bound" in {board.models[model] for model in models} else [])


def _explain_normalization(board: Leaderboard) -> list[str]:
    """The normalization that the signatures name, if texts are not scored raw."""
    prefix = "normalization:"
    parts = {part for info in board.metrics.values() for part in info.signature.split("|")}
    names = sorted(part.removeprefix(prefix) for part in parts if part.startswith(prefix))
    return [_NORMALIZATION.format(names=", ".join(names))] if names else []


def _explain_detectable_effect(board: Leaderboard, dataset: str) -> list[str]:
    """The minimum detectable effect of the pairs on the primary metric, as points."""
    effects = [
        c.mde for c in board.comparisons if c.dataset == dataset and c.metric == board.primary
    ]
    defined = [effect for effect in effects if not isnan(effect)]
    return [_MDE.format(metric=board.primary, effect=100 * median(defined))] if defined else []


def _explain_order(board: Leaderboard, dataset: str, headings: Sequence[str]) -> str:
    primary = [e for e in board.entries if e.dataset == dataset and e.metric == board.primary]
    if not primary:
        return f"{board.primary} needs references, which this dataset has not; rows as configured."
    if all(isnan(entry.estimate.mean) for entry in primary):
        return _UNDEFINED.format(primary=board.primary) + _suggest_primary(board, dataset)
    if board.vs is not None:
        said = _VS.format(vs=board.vs)
    else:
        said = _RANKS if "rank" in headings else _NO_ORDER
    return f"Sorted by {board.primary}. {said}"


def _suggest_primary(board: Leaderboard, dataset: str) -> str:
    """A shown metric that is defined here: it has to be chosen, nothing else sorts the table."""
    defined = {
        e.metric for e in board.entries if e.dataset == dataset and not isnan(e.estimate.mean)
    }
    for metric in board.display_metrics:
        if metric in defined and board.metrics[metric].role == "quality":
            return f" {metric} is defined: primary={metric} sorts by it."
    return ""
