"""The cells of the tables: one grid of strings for each dataset, before any markup."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isnan, nan

from summbench.core.records import Direction
from summbench.leaderboard.board import ALPHA, DatasetInfo, Entry, Health, Leaderboard
from summbench.report.coverage import NO_VALUE, add_coverage, format_estimate
from summbench.report.judges import describe_judges
from summbench.report.legend import build_legend
from summbench.report.summary.verdict import compare_with_best

_ARROWS: dict[Direction, str] = {"higher": "↑", "lower": "↓", "neither": ""}
KINDS = {"system": "", "baseline": "baseline", "floor": "floor", "bound": "bound"}


COUNTS = {
    "failed": "failed",
    "empty": "empty",
    "input_truncated": "input truncated",
    "hit_token_limit": "output truncated",
    "ends_mid_sentence": "unfinished",
    "copied": "copied",
    "duplicates": "duplicate",
    "other_script": "other script",
    "markup": "markup",
}
_ALWAYS_SHOWN = {"failed", "empty"}
_SHORTEST = 0.001


@dataclass(frozen=True, slots=True)
class Grid:
    """The table of one dataset: headings, one row a model, and the lines that explain it.

    `best` holds row and column of each value that no other of its column is significantly better
    than; none if that is so of all.
    """

    dataset: str
    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    best: frozenset[tuple[int, int]]
    notes: Sequence[str]
    signatures: Mapping[str, str]


def build_grids(board: Leaderboard) -> list[Grid]:
    """One grid for each dataset, the rows in the leaderboard's order."""
    return [_build_grid(board, dataset) for dataset in board.datasets]


def _build_grid(board: Leaderboard, dataset: str) -> Grid:
    entries = {(e.model, e.metric): e for e in board.entries if e.dataset == dataset}
    shown = [m for m in board.display_metrics if any(metric == m for _, metric in entries)]
    health = [h for h in board.health if h.dataset == dataset]
    order = _build_order_columns(board, dataset, entries)
    primary, *others = [
        _build_metric_columns(board, entries, metric)
        for metric in sorted(shown, key=lambda metric: metric != board.primary)
    ] or [[]]
    columns = [
        *primary[:1],
        *order,
        *primary[1:],
        *(column for of_metric in others for column in of_metric),
        *_build_count_columns(health),
    ]
    rows = [
        [
            h.model,
            KINDS[board.models[h.model]],
            *(column.cells.get(h.model, NO_VALUE) for column in columns),
        ]
        for h in health
    ]
    best = frozenset(
        (i, j)
        for j, column in enumerate(columns, start=2)
        for i, h in enumerate(health)
        if h.model in column.best
    )
    headings = ["model", "", *(column.heading for column in columns)]
    signatures = {m.partition(".")[0]: board.metrics[m].signature for m in shown}
    notes = build_legend(board, dataset, headings, [h.model for h in health], bool(best))
    notes += [*describe_judges(board, dataset), *board.notes.get(dataset, [])]
    title = format_caption(dataset, board.datasets[dataset])
    return Grid(dataset, title, headings, rows, best, notes, signatures)


@dataclass(frozen=True, slots=True)
class _Column:
    heading: str
    cells: Mapping[str, str]
    best: Collection[str] = ()


def _build_order_columns(
    board: Leaderboard, dataset: str, entries: Mapping[tuple[str, str], Entry]
) -> list[_Column]:
    """What the tests say of each model and the best, and its ranks; or the differences to `vs`."""
    if board.vs is not None:
        return [_Column(f"vs {board.vs}", _format_differences(board, dataset))]
    bounds = {m: "-" for m, kind in board.models.items() if kind == "bound"}
    ranks = {
        m: format_ranks(e)
        for (m, metric), e in entries.items()
        if metric == board.primary and e.rank_low is not None
    }
    words = compare_with_best(board, dataset)
    return [
        *([_Column("best", bounds | words)] if words else []),
        *([_Column("rank", bounds | ranks)] if ranks else []),
    ]


def format_ranks(entry: Entry) -> str:
    """The best and the worst rank that the tests leave open: "1-4", "3"."""
    low, high = entry.rank_low, entry.rank_high
    return str(low) if low == high else f"{low}-{high}"


def _format_differences(board: Leaderboard, dataset: str) -> dict[str, str]:
    """Each model's difference to `vs` by the primary metric; a star if significant."""
    differences, scale = {str(board.vs): "-"}, board.get_scale(board.primary)
    for c in board.comparisons:
        if c.dataset == dataset and c.metric == board.primary:
            sign, model = (1, c.a) if c.b == board.vs else (-1, c.b)
            star = "*" if c.p_adjusted <= ALPHA else ""
            half = scale * (c.difference.high - c.difference.low) / 2
            text = f"{scale * sign * c.difference.mean:+.2f} ± {half:.2f}{star}"
            total = board.datasets[dataset].articles
            differences[model] = add_coverage(text, c.difference.n, total)
    return differences


def _build_metric_columns(
    board: Leaderboard, entries: Mapping[tuple[str, str], Entry], metric: str
) -> list[_Column]:
    """The metric's column; for the primary metric also its normalized and length-adjusted score."""
    of_models = {model: entry for (model, m), entry in entries.items() if m == metric}
    arrow = _ARROWS[board.metrics[metric].direction]
    scale = board.get_scale(metric)
    cells = {m: _format_value(board, entry, metric, scale) for m, entry in of_models.items()}
    ranks = {model: e.rank_low for model, e in of_models.items() if e.rank_low is not None}
    top = [model for model, rank in ranks.items() if rank == 1]
    best = top if len(top) < len(ranks) else []
    columns = [_Column(f"{metric} {arrow}".strip(), cells, best)]
    if metric == board.primary and of_models:
        total = board.datasets[next(iter(of_models.values())).dataset].articles
        normalized = {
            m: add_coverage(f"{e.normalized_score:.2f}", e.estimate.n, total)
            for m, e in of_models.items()
            if not isnan(e.normalized_score)
        }
        adjusted = {
            m: add_coverage(f"{scale * e.length_adjusted:.2f}", e.estimate.n, total)
            for m, e in of_models.items()
            if not isnan(e.length_adjusted)
        }
        columns += [_Column("normalized", normalized)] if normalized else []
        columns += [_Column("adjusted", adjusted)] if adjusted else []
    return columns


def _format_value(board: Leaderboard, entry: Entry, metric: str, scale: float) -> str:
    total = board.datasets[entry.dataset].articles
    if board.metrics[metric].role == "quality":
        return format_estimate(entry.estimate, scale, total)
    return format_estimate(replace(entry.estimate, low=nan, high=nan), 1.0, total)


def _build_count_columns(health: Sequence[Health]) -> list[_Column]:
    """The counts of a table: failed and empty always, the others if any model has one."""
    columns = [
        _Column(heading, {h.model: str(getattr(h, name)) for h in health})
        for name, heading in COUNTS.items()
        if name in _ALWAYS_SHOWN or any(getattr(h, name) for h in health)
    ]
    return [*columns, _Column("s/article", {h.model: _format_seconds(h) for h in health})]


def _format_seconds(h: Health) -> str:
    if isnan(h.seconds_per_article):
        return NO_VALUE
    return f"{h.seconds_per_article:.2g}" if h.seconds_per_article >= _SHORTEST else f"<{_SHORTEST}"


def format_caption(dataset: str, info: DatasetInfo) -> str:
    """The dataset, how many articles it has, and the beginning of its hash."""
    articles = "1 article" if info.articles == 1 else f"{info.articles:,} articles"
    return f"{dataset}: {articles}, sha256 {info.fingerprint[:12]}"
