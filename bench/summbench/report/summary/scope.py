"""What a run judged and what it did not, and what its baselines and bounds are for."""

from __future__ import annotations

from collections.abc import Mapping

from summbench.core.records import Kind
from summbench.leaderboard.board import Leaderboard
from summbench.report.summary.words import join_names
from summbench.report.text_styles import describe_styles

_FAITHFULNESS = ("hhem", "judge", "minicheck", "nli", "seahorse", "support", "unieval")
"""How the names of the metrics begin that hold a summary against its article."""
_NORMALIZATION = (
    "Metrics score article, summary and reference after the normalization {names}: {effect}."
)
_KINDS: Mapping[Kind, tuple[str, str]] = {
    "floor": (
        "{names} (floor): a simple method that a useful system should beat.",
        "{names} (floors): simple methods that a useful system should beat.",
    ),
    "baseline": (
        "{names} (baseline): for comparison only.",
        "{names} (baselines): for comparison only.",
    ),
    "bound": (
        "{names} (bound): uses the references; an upper limit, not a system.",
        "{names} (bounds): use the references; upper limits, not systems.",
    ),
}


def describe_scope(board: Leaderboard) -> list[str]:
    """Sentences on articles and metrics, on what no metric looked at, and on each kind of row."""
    datasets = [
        f"{info.articles:,} {'article' if info.articles == 1 else 'articles'} of {name}"
        for name, info in board.datasets.items()
    ]
    is_judged = any(entry.metric == board.primary for entry in board.entries)
    sentences = [
        f"Judged: {join_names(datasets)}, by {board.primary}."
        if is_judged
        else f"Measured: {join_names(datasets)}, without a score that orders the models."
    ]
    if not is_faithfulness_judged(board):
        sentences.append("Not judged: whether a summary is true to its article, and how it reads.")
    return [*sentences, *_describe_normalization(board), *describe_styles(board)]


def is_faithfulness_judged(board: Leaderboard) -> bool:
    """Whether any metric holds a summary against its article."""
    return any(metric.startswith(_FAITHFULNESS) for metric in board.metrics)


def describe_kinds(board: Leaderboard) -> list[str]:
    """A sentence each on floors, baselines and bounds, if there are any."""
    present = {health.model for health in board.health}
    sentences = []
    for kind, (of_one, of_several) in _KINDS.items():
        names = [m for m, k in board.models.items() if k == kind and m in present]
        if names:
            text = of_one if len(names) == 1 else of_several
            sentences.append(text.format(names=join_names(names)))
    return sentences


def _describe_normalization(board: Leaderboard) -> list[str]:
    """The normalization that the signatures name, if texts are not scored raw."""
    prefix = "normalization:"
    parts = {part for info in board.metrics.values() for part in info.signature.split("|")}
    names = sorted(part.removeprefix(prefix) for part in parts if part.startswith(prefix))
    is_unmarked = any(name.startswith("unmark-") for name in names)
    effect = "markup is taken out" if is_unmarked else "quotes, spaces and Unicode forms are alike"
    return [_NORMALIZATION.format(names=", ".join(names), effect=effect)] if names else []
