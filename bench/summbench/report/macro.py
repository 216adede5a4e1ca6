"""Several datasets as one table and in sentences, before any markup."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from summbench.leaderboard.board import ALPHA, Leaderboard
from summbench.leaderboard.macro_board import MacroBoard, MacroEntry, Range
from summbench.report.coverage import NO_VALUE, format_estimate
from summbench.report.csv_format import escape_csv, format_number
from summbench.report.summary.verdict import describe_best, describe_lead, explain_significance
from summbench.report.summary.words import join_names

DESCRIPTIVE = (
    "win rate: in which share of its comparisons (every dataset, every other model) its mean is "
    "better. Borda: the number of these wins. mean rank: the mean of its ranks on the datasets. "
    "None of the three is a test. In brackets: 95 % of the values when articles are resampled."
)


def build_macro_rows(board: Leaderboard, macro: MacroBoard) -> tuple[list[str], list[list[str]]]:
    """Headings and rows of cells: macro mean, ranks, and each dataset's mean.

    Models that lack a dataset follow those that are ranked, without a macro mean.
    """
    scale = board.get_scale(macro.metric)
    means = {
        (e.dataset, e.model): format_estimate(e.estimate, scale, e.estimate.n)
        for e in board.entries
        if e.metric == macro.metric
    }
    headings = ["model", "macro mean", "rank", "win rate", "mean rank", "Borda", *macro.datasets]

    def list_means(model: str) -> list[str]:
        return [means.get((dataset, model), NO_VALUE) for dataset in macro.datasets]

    rows = [
        [
            entry.model,
            format_estimate(entry.estimate, scale, entry.estimate.n),
            _format_ranks(entry),
            _format_range(entry.win_rate, 2),
            _format_range(entry.mean_rank, 1),
            _format_range(entry.borda, 1),
            *list_means(entry.model),
        ]
        for entry in macro.entries
    ]
    rows += [[model, *[NO_VALUE] * 5, *list_means(model)] for model in macro.unranked]
    return headings, rows


def describe_macro(macro: MacroBoard) -> list[str]:
    """What the table shows, in sentences: the verdict first, then what limits it."""
    return [
        *_write_verdict(macro),
        *_describe_generality(macro),
        *_describe_opposition(macro),
        *(
            f"{model} is not ranked: it has no {macro.metric} on {join_names(datasets)}."
            for model, datasets in macro.unranked.items()
        ),
        *(f"{name} is not in the board: {reason}." for name, reason in macro.left_out.items()),
    ]


def _get_scale(macro: MacroBoard) -> float:
    return 100.0 if all(0 <= entry.estimate.mean <= 1 for entry in macro.entries) else 1.0


def explain_macro(macro: MacroBoard) -> list[str]:
    """What the columns mean."""
    unit = ", in points" if _get_scale(macro) == 100 else ""
    return [
        f"macro mean: the mean of the datasets' means of {macro.metric}{unit}. Its interval "
        "is over articles within these datasets.",
        "rank: the ranks that are possible after sign-flip tests of every two models, articles "
        "within datasets (Holm, 5 %).",
        DESCRIPTIVE,
    ]


def render_macro_csv(board: Leaderboard, macro: MacroBoard) -> str:
    """One row a model at full precision; an undefined number is an empty cell."""
    means = {
        (e.dataset, e.model): e.estimate.mean for e in board.entries if e.metric == macro.metric
    }
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    ranges = ("win_rate", "mean_rank", "borda")
    writer.writerow(
        [
            "model", "kind", "metric", "mean", "low", "high", "method", "n", "rank_low",
            "rank_high", "cluster", "letters",
            *(name + end for name in ranges for end in ("", "_low", "_high")),
            *(escape_csv(f"{dataset}.mean") for dataset in macro.datasets),
        ]
    )  # fmt: skip
    unranked: list[str | MacroEntry] = list(macro.unranked)
    for row in (*macro.entries, *unranked):
        model = row if isinstance(row, str) else row.model
        by_dataset = [means.get((dataset, model), float("nan")) for dataset in macro.datasets]
        writer.writerow(
            [
                escape_csv(model),
                board.models[model],
                escape_csv(macro.metric),
                *([""] * 18 if isinstance(row, str) else _list_cells(row)),
                *map(format_number, by_dataset),
            ]
        )
    return out.getvalue()


def _list_cells(entry: MacroEntry) -> list[object]:
    estimate = entry.estimate
    cells: list[object] = [*map(format_number, (estimate.mean, estimate.low, estimate.high))]
    cells += [estimate.method, estimate.n, entry.rank_low, entry.rank_high, entry.cluster]
    cells.append(entry.letters)
    for values in (entry.win_rate, entry.mean_rank, entry.borda):
        cells += (
            [None] * 3 if values is None else map(repr, (values.value, values.low, values.high))
        )
    return cells


def _write_verdict(macro: MacroBoard) -> list[str]:
    ranked = [entry.model for entry in macro.entries if entry.win_rate is not None]
    if len(ranked) < 2:
        return []
    best = ranked[0]
    is_better = {
        c.b if c.a == best else c.a: c.p_adjusted <= ALPHA
        for c in macro.comparisons
        if best in (c.a, c.b)
    }
    worse = [model for model in ranked if is_better.get(model)]
    tied = [model for model in ranked if is_better.get(model) is False]
    scope = f"Over these {len(macro.datasets)} datasets"
    sentences = describe_best(scope, best, macro.metric, worse, tied)
    for pair in macro.comparisons:
        if {pair.a, pair.b} == {best, ranked[1]}:
            sentences.append(describe_lead(ranked[1], pair.difference, _get_scale(macro)))
            sentences += explain_significance(pair, len(macro.comparisons))
    return [" ".join(sentences)]


def _describe_generality(macro: MacroBoard) -> list[str]:
    if not macro.comparisons:
        return []
    if not macro.can_generalize:
        return [
            f"To claim this for other datasets, at least {macro.datasets_needed} are needed; these "
            f"are {len(macro.datasets)}."
        ]
    claims = [f"{c.a} over {c.b}" for c in macro.comparisons if c.p_datasets_adjusted <= ALPHA]
    if not claims:
        return ["For other datasets than these no model is shown to be better than another."]
    return [f"Also for other datasets like these (Holm, 5 %): {join_names(claims)}."]


def _describe_opposition(macro: MacroBoard) -> list[str]:
    pairs: Mapping[str, list[str]] = {dataset: [] for dataset in macro.datasets}
    for c in macro.comparisons:
        for dataset in c.opposed:
            pairs[dataset].append(f"{c.b} over {c.a}")
    return [
        f"{dataset} disagrees with the macro mean (Holm, 5 %): {join_names(reversed_pairs)}."
        for dataset, reversed_pairs in pairs.items()
        if reversed_pairs
    ]


def _format_ranks(entry: MacroEntry) -> str:
    if entry.rank_low is None:
        return "-"
    same = entry.rank_low == entry.rank_high
    return str(entry.rank_low) if same else f"{entry.rank_low}-{entry.rank_high}"


def _format_range(values: Range | None, decimals: int) -> str:
    if values is None:
        return "-"
    value, low, high = (f"{x:.{decimals}f}" for x in (values.value, values.low, values.high))
    return f"{value} [{low}, {high}]"
