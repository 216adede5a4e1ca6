"""What tables for people show: one grid of strings for each dataset, before any markup."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan

from bench.board import Entry, Estimate, Health, Leaderboard
from bench.records import Direction

NO_VALUE = "n/a"
_ARROWS: dict[Direction, str] = {"higher": "↑", "lower": "↓", "neither": ""}
_KINDS = {"system": "", "baseline": "baseline", "bound": "bound"}


_COUNTS = {
    "failed": "failed",
    "empty": "empty",
    "input_truncated": "cut in",
    "hit_token_limit": "cut out",
    "ends_mid_sentence": "mid",
    "copied": "copied",
    "duplicates": "same",
}
_ALWAYS = {"failed", "empty"}
_INSTANT = 0.001


_ORDER = (
    "rank: the ranks that paired sign-flip tests of every two models leave open (Holm, 5 %); "
    "cluster: every model above a border is significantly better than every one below it."
)
_NO_ORDER = "Nothing is claimed about the order: there are too few models or articles to test it."
_METHODS = {
    "bca": "BCa bootstrap",
    "student-t (small n)": "Student t, small n",
    "wilson": "Wilson",
    "constant": "",
    "none": "",
}


@dataclass(frozen=True, slots=True)
class Grid:
    """The table of one dataset: headings, one row a model, and the lines that explain it."""

    dataset: str
    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str]
    signatures: Mapping[str, str]


def grids(board: Leaderboard) -> list[Grid]:
    """One grid for each dataset, the rows in the leaderboard's order."""
    return [_grid(board, dataset) for dataset in board.datasets]


def _grid(board: Leaderboard, dataset: str) -> Grid:
    entries = {(e.model, e.metric): e for e in board.entries if e.dataset == dataset}
    shown = [m for m in board.shown if any(metric == m for _, metric in entries)]
    health = [h for h in board.health if h.dataset == dataset]
    counted = _counted(health)
    metrics = [_heading(board, m) for m in shown]
    ranked = {e.model: e for e in board.entries if e.dataset == dataset and e.cluster is not None}
    places = ["rank", "cluster"] if ranked else []
    headings = ["model", "", *places, *metrics, *counted.values(), "s/article"]
    rows = [
        [
            h.model,
            _KINDS[board.models[h.model]],
            *(_place(ranked.get(h.model)) if ranked else ()),
            *(_value(board, entries.get((h.model, m)), m) for m in shown),
            *(str(getattr(h, name)) for name in counted),
            _seconds(h),
        ]
        for h in health
    ]
    notes = _notes(board, dataset, shown, rows)
    signatures = {m.partition(".")[0]: board.metrics[m].signature for m in shown}
    return Grid(dataset, _caption(board, dataset), headings, rows, notes, signatures)


def _heading(board: Leaderboard, metric: str) -> str:
    arrow = _ARROWS[board.metrics[metric].direction]
    return f"{metric} {arrow}".strip()


def _value(board: Leaderboard, entry: Entry | None, metric: str) -> str:
    if entry is None or isnan(entry.estimate.mean):
        return NO_VALUE
    if not is_points(board, metric):
        return f"{entry.estimate.mean:.2f}"
    return number(entry.estimate, 100.0)


def is_points(board: Leaderboard, metric: str) -> bool:
    """Whether people read this metric in points (a fraction x 100) and not in its own unit."""
    return board.metrics[metric].role == "quality"


def number(estimate: Estimate, scale: float) -> str:
    """The mean and half its interval's width: "18.24 ± 1.05"."""
    if isnan(estimate.low):
        return f"{scale * estimate.mean:.2f}"
    half = scale * (estimate.high - estimate.low) / 2
    return f"{scale * estimate.mean:.2f} ± {half:.2f}"


def _is_ranked(entries: Sequence[Entry]) -> bool:
    return any(entry.cluster is not None for entry in entries)


def _place(entry: Entry | None) -> list[str]:
    """The ranks a model may have, and its cluster; a bound has neither."""
    if entry is None:
        return ["-", "-"]
    low, high = entry.rank_low, entry.rank_high
    return [str(low) if low == high else f"{low}-{high}", str(entry.cluster)]


def _counted(health: Sequence[Health]) -> dict[str, str]:
    """The counts that a table shows: failed and empty always, the others if any model has one."""
    return {
        name: heading
        for name, heading in _COUNTS.items()
        if name in _ALWAYS or any(getattr(h, name) for h in health)
    }


def _seconds(h: Health) -> str:
    if isnan(h.seconds_per_article):
        return NO_VALUE
    return f"{h.seconds_per_article:.2g}" if h.seconds_per_article >= _INSTANT else f"<{_INSTANT}"


def _caption(board: Leaderboard, dataset: str) -> str:
    info = board.datasets[dataset]
    articles = "1 article" if info.articles == 1 else f"{info.articles:,} articles"
    return f"{dataset}: {articles}, sha256 {info.fingerprint[:12]}"


def _notes(
    board: Leaderboard, dataset: str, shown: Sequence[str], rows: Sequence[Sequence[str]]
) -> list[str]:
    notes = []
    here = [e for e in board.entries if e.dataset == dataset]
    primary = [e for e in here if e.metric == board.primary]
    if any(not isnan(entry.estimate.mean) for entry in primary):
        notes.append(f"Sorted by {board.primary}. {_ORDER if _is_ranked(here) else _NO_ORDER}")
    elif primary:
        notes.append(f"{board.primary} is undefined for every model here; rows as configured.")
    else:
        notes.append(
            f"{board.primary} needs references, which this dataset has not; rows as configured."
        )
    if any(is_points(board, metric) for metric in shown):
        notes.append("Quality metrics (↑) in points: 100 x the mean over articles.")
    if any("±" in cell for row in rows for cell in row):
        methods = sorted({_METHODS[e.estimate.method] for e in here if e.metric in shown} - {""})
        notes.append(
            f"± is half of the 95 % interval of the mean over articles ({', '.join(methods)}); "
            "diagnostics are plain means."
        )
    notes.append(
        "A failed article scores 0 on quality metrics and is left out of the others; an empty "
        "summary is an answer."
    )
    notes.append(
        "Counts of articles, shown where any model has one. cut in: truncated to fit the model; "
        "cut out: stopped by the token limit; mid: ends in the middle of a sentence; copied: "
        "stands in the article in one piece; same: also written for another article."
    )
    if "bound" in (row[1] for row in rows):
        notes.append("bound: sees the references; what a score could be at most, not a system.")
    return notes
