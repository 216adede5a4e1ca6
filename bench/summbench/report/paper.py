"""Tables that a paper or a model card can print: few columns, a caption of one sentence, a note."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from string import ascii_uppercase

from summbench.core.errors import SummbenchError
from summbench.core.suggestions import suggest
from summbench.leaderboard.board import Entry, Leaderboard
from summbench.report.coverage import NO_VALUE, add_coverage, format_estimate, has_intervals
from summbench.report.paper_notes import explain_metrics, mark_lower, name_metrics
from summbench.report.sanitize import sanitize
from summbench.report.summary.words import join_names

_MOST_METRICS = 4
_MOST_DATASETS = 5
_LONGEST_HEADING = 7
_HALF = " ± half of its 95 % interval"
_BOLD = (
    "Bold: no other system is significantly better (paired sign-flip tests, Holm for {primary}, "
    "Benjamini and Hochberg elsewhere)."
)
_BOLD_MACRO = (
    "Bold: no other system is significantly better in that column (paired sign-flip tests)."
)


@dataclass(frozen=True, slots=True)
class PaperTable:
    """A table: `rows` of ranked systems, then `bounds`; `bold` has row and column of `rows`."""

    label: str
    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    bold: frozenset[tuple[int, int]]
    bounds: Sequence[Sequence[str]]
    notes: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Column:
    """Model -> its cell, and the models that none is significantly better than.

    `is_tied` if the tests tell no two models apart.
    """

    heading: str
    cells: Mapping[str, str]
    best: Collection[str]
    is_tied: bool


def build_paper_tables(
    board: Leaderboard, columns: Sequence[str] = (), models: Sequence[str] = ()
) -> list[PaperTable]:
    """The tables of the board, or of these metrics beside the primary, and of these models.

    One dataset has one table with at most three other metrics than the primary by default; several
    datasets are side by side, five in a table, for the primary and each metric of `columns`.

    Raises: SummbenchError, if there is no such metric or model.
    """
    _check("metric", columns, board.metrics)
    _check("model", models, board.models)
    if not any(entry.metric == board.primary for entry in board.entries):
        return []
    chosen = list(models) or _list_models(board)
    if len(board.datasets) > 1:
        names = list(board.datasets)
        parts = [names[i : i + _MOST_DATASETS] for i in range(0, len(names), _MOST_DATASETS)]
        metrics = list(dict.fromkeys((board.primary, *columns)))
        return [
            _build_across_datasets(board, metric, chosen, part)
            for metric in metrics
            for part in parts
        ]
    others = (
        columns
        or [
            metric
            for metric in board.display_metrics
            if board.metrics[metric].role == "quality" and metric != board.primary
        ][: _MOST_METRICS - 1]
    )
    return [_build_of_dataset(board, list(dict.fromkeys((board.primary, *others))), chosen)]


def _check(kind: str, names: Sequence[str], known_names: Collection[str]) -> None:
    for name in names:
        if name not in known_names:
            hint = suggest(name, known_names) or f" They are: {', '.join(known_names)}."
            raise SummbenchError(f"There is no {kind} {name!r} here.{hint}")


def _list_models(board: Leaderboard) -> list[str]:
    """All models, in the order of the board over all datasets, or of the first dataset."""
    ranked = [entry.model for entry in board.macro.entries] if board.macro else []
    return list(dict.fromkeys((*ranked, *(health.model for health in board.health))))


def _build_of_dataset(
    board: Leaderboard, metrics: Sequence[str], models: Sequence[str]
) -> PaperTable:
    [dataset] = board.datasets
    names = name_metrics(metrics)
    headings = {m: f"{name}{mark_lower(board, m, ' ↓')}" for m, name in names.items()}
    columns = [
        _build_column(board, dataset, metric, headings[metric], metric == board.primary)
        for metric in metrics
    ]
    articles = board.datasets[dataset].articles
    mean = "mean in points" if board.get_scale(board.primary) == 100 else "mean"
    mean += _HALF if has_intervals(board, dataset) else ""
    caption = (
        f"{names[board.primary]} ({mean}){_name_others(list(names.values())[1:])} on "
        f"{articles:,} {'article' if articles == 1 else 'articles'} of {dataset}."
    )
    notes = [
        *_explain_bold(columns, _BOLD.format(primary=names[board.primary])),
        *explain_metrics(board, names),
    ]
    return _assemble(board, f"{board.name}", caption, columns, models, notes)


def _explain_bold(columns: Sequence[_Column], meaning: str) -> list[str]:
    """What bold means, and in which columns nothing is bold because all are tied."""
    tied = [column.heading for column in columns if column.is_tied]
    has_bold = any(column.best for column in columns)
    notes = [meaning] if has_bold else []
    if not tied:
        return notes
    where = f" in {join_names(tied)}" if has_bold else ""
    return [*notes, f"No bold{where}: the tests tell no two systems apart."]


def _build_across_datasets(
    board: Leaderboard, metric: str, models: Sequence[str], datasets: Sequence[str]
) -> PaperTable:
    names = name_metrics([metric])
    is_long = max(map(len, datasets)) > _LONGEST_HEADING
    headings = {d: ascii_uppercase[i] if is_long else d for i, d in enumerate(datasets)}
    columns = []
    if board.macro is not None and board.macro.metric == metric:
        entries = board.macro.entries
        cells = {e.model: format_estimate(e.estimate, 100.0, e.estimate.n) for e in entries}
        ranks = {e.model: e.rank_low for e in entries if e.rank_low is not None}
        columns.append(_build_marked("Mean", cells, ranks))
    columns += [
        _build_column(board, dataset, metric, headings[dataset], has_interval=False)
        for dataset in datasets
    ]
    mean = f"mean over {len(board.datasets)} datasets ± half of its 95 % interval, and "
    unit = "points" if board.get_scale(metric) == 100 else "means"
    caption = (
        f"{names[metric]}: {mean if len(columns) > len(datasets) else ''}{unit} on "
        f"{len(datasets)} datasets{mark_lower(board, metric, '; lower is better')}."
    )
    sizes = [f"{headings[d]}: {d}, " if is_long else f"{d}: " for d in datasets]
    articles = [f"{board.datasets[d].articles:,} articles" for d in datasets]
    notes = ["; ".join(map("".join, zip(sizes, articles, strict=True))) + "."]
    notes += _explain_bold(columns, _BOLD_MACRO)
    label = f"{board.name}-{metric}-{list(board.datasets).index(datasets[0])}"
    return _assemble(
        board, label, caption, columns, models, [*notes, *explain_metrics(board, names)]
    )


def _build_column(
    board: Leaderboard, dataset: str, metric: str, heading: str, has_interval: bool
) -> _Column:
    entries = {e.model: e for e in board.entries if (e.dataset, e.metric) == (dataset, metric)}
    ranks = {m: entry.rank_low for m, entry in entries.items() if entry.rank_low is not None}
    cells = {m: _format_cell(board, entry, has_interval) for m, entry in entries.items()}
    return _build_marked(heading, cells, ranks)


def _build_marked(heading: str, cells: Mapping[str, str], ranks: Mapping[str, int]) -> _Column:
    """The column; `ranks` are the best that are possible."""
    best = [model for model, rank in ranks.items() if rank == 1]
    is_tied = len(best) == len(ranks) > 1
    return _Column(heading, cells, [] if is_tied else best, is_tied)


def _format_cell(board: Leaderboard, entry: Entry, has_interval: bool) -> str:
    total = board.datasets[entry.dataset].articles
    scale = board.get_scale(entry.metric)
    if has_interval or isnan(entry.estimate.mean):
        return format_estimate(entry.estimate, scale, total)
    return add_coverage(f"{scale * entry.estimate.mean:.2f}", entry.estimate.n, total)


def _assemble(
    board: Leaderboard,
    label: str,
    caption: str,
    columns: Sequence[_Column],
    models: Sequence[str],
    notes: Sequence[str],
) -> PaperTable:
    systems = [model for model in models if board.models[model] != "bound"]
    bounds = [model for model in models if board.models[model] == "bound"]
    more = [f"{join_names(bounds)}: an upper limit that sees the references."] if bounds else []

    def list_rows(names: Sequence[str]) -> list[list[str]]:
        return [[name, *(c.cells.get(name, NO_VALUE) for c in columns)] for name in names]

    bold = frozenset(
        (i, j)
        for j, column in enumerate(columns, start=1)
        for i, model in enumerate(systems)
        if model in column.best
    )
    headings = ["System", *(column.heading for column in columns)]
    rows, last = list_rows(systems), list_rows(bounds)
    return PaperTable(sanitize(label), caption, headings, rows, bold, last, [*notes, *more])


def _name_others(names: Sequence[str]) -> str:
    return f" and means of {join_names(names)}" if names else ""
