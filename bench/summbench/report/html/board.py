"""A leaderboard as the data of its page: one file of what is shown at first, and one a metric."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

import numpy as np

from summbench.leaderboard.board import Comparison, Entry, Leaderboard, shorten_signature
from summbench.leaderboard.comparisons import compare_scores
from summbench.report.coverage import format_coverage
from summbench.report.grid import COUNTS, build_grids
from summbench.report.html.script import format_script, round_number, round_numbers
from summbench.report.summary.scope import describe_kinds, describe_scope
from summbench.report.summary.summary import summarize
from summbench.report.summary.verdict import compare_with_best
from summbench.runs.example_reader import Doubles, RunExamples

MOST_DRAWN = 50
"""A square of more models than this is too large for a page."""
_BINS = 40
_TIMES = ("median_tokens", "seconds_per_article", "tokens_per_second")


def iterate_board_files(
    board: Leaderboard, run_examples: RunExamples, chunk_size: int
) -> Iterator[tuple[str, str]]:
    """Names and contents: what the leaderboard page opens with, then what it loads later."""
    yield "data/board.js", format_script("board", _build_overview(board, run_examples, chunk_size))
    for d, dataset in enumerate(board.datasets):
        for m, metric in enumerate(board.metrics):
            key = f"metric-{d}-{m}"
            content = _build_metric(board, run_examples, dataset, metric)
            yield f"data/{key}.js", format_script(key, content)


def _build_overview(
    board: Leaderboard, run_examples: RunExamples, chunk_size: int
) -> dict[str, Any]:
    models = {name: i for i, name in enumerate(board.models)}
    notes = {grid.dataset: list(grid.notes) for grid in build_grids(board)}
    summaries = {summary.dataset: summary for summary in summarize(board)}
    return {
        "name": board.name,
        "version": version("summbench"),
        "primary": board.primary,
        "vs": board.vs,
        "display_metrics": list(board.display_metrics),
        "chunk_size": chunk_size,
        "counts": COUNTS,
        "most_drawn": MOST_DRAWN,
        "datasets": [
            {
                "name": name,
                **asdict(info),
                "n_examples": len(run_examples.examples.get(name, ())),
                "order": [models[h.model] for h in board.health if h.dataset == name],
                "notes": notes[name],
                "verdict": summaries[name].verdict,
                "warnings": list(summaries[name].warnings),
                "standing": compare_with_best(board, name),
            }
            for name, info in board.datasets.items()
        ],
        "models": [{"name": name, "kind": kind} for name, kind in board.models.items()],
        "metrics": [
            {"name": name, **asdict(info), "short": shorten_signature(info.signature)}
            for name, info in board.metrics.items()
        ],
        "entries": [_build_entries(board, dataset) for dataset in board.datasets],
        "health": [_build_health(board, dataset) for dataset in board.datasets],
        "failures": dict(board.failures),
        "scope": [*describe_kinds(board), *describe_scope(board)],
    }


def _build_entries(board: Leaderboard, dataset: str) -> list[list[dict[str, Any] | None]]:
    """One list for each metric, with an entry or null for each model."""
    entries = {(e.metric, e.model): e for e in board.entries if e.dataset == dataset}
    return [
        [
            _build_entry(entries.get((metric, model)), board.datasets[dataset].articles)
            for model in board.models
        ]
        for metric in board.metrics
    ]


def _build_entry(entry: Entry | None, articles: int) -> dict[str, Any] | None:
    if entry is None:
        return None
    estimate = entry.estimate
    content = {
        "mean": round_number(estimate.mean),
        "low": round_number(estimate.low),
        "high": round_number(estimate.high),
        "n": estimate.n,
        "coverage": format_coverage(estimate.n, articles),
        "method": estimate.method,
        "n_failed": entry.n_failed,
        "rank_low": entry.rank_low,
        "rank_high": entry.rank_high,
        "normalized_score": round_number(entry.normalized_score),
        "length_adjusted": round_number(entry.length_adjusted),
    }
    return {key: value for key, value in content.items() if value not in (None, "")}


def _build_health(board: Leaderboard, dataset: str) -> list[dict[str, Any] | None]:
    health = {h.model: h for h in board.health if h.dataset == dataset}
    names = ("articles", *COUNTS, *_TIMES)
    return [
        {name: round_number(getattr(health[model], name)) for name in names}
        if model in health
        else None
        for model in board.models
    ]


def _build_metric(
    board: Leaderboard,
    run_examples: RunExamples,
    dataset: str,
    metric: str,
) -> dict[str, Any]:
    """The pairs of models and the distribution over all articles, of a shown metric."""
    models = {name: i for i, name in enumerate(board.models)}
    scores = {
        model: run_examples.all_scores[dataset, metric, model]
        for model in board.models
        if (dataset, metric, model) in run_examples.all_scores
    }
    return {
        "pairs": [
            _build_pair(c, models, board.datasets[dataset].articles)
            for c in _list_comparisons(board, dataset, metric, scores)
        ],
        "distribution": _build_distribution(scores),
    }


def _list_comparisons(
    board: Leaderboard, dataset: str, metric: str, scores: Mapping[str, Doubles]
) -> list[Comparison]:
    """Pairs on the primary metric; on another shown metric those of as many models as are drawn."""
    if metric == board.primary:
        return [c for c in board.comparisons if (c.dataset, c.metric) == (dataset, metric)]
    return [] if len(scores) > MOST_DRAWN else compare_scores(board, dataset, metric, scores)


def _build_pair(comparison: Comparison, models: Mapping[str, int], articles: int) -> dict[str, Any]:
    """The difference a - b; a and b are places in the board's models."""
    difference = comparison.difference
    return {
        "a": models[comparison.a],
        "b": models[comparison.b],
        "mean": round_number(difference.mean),
        "low": round_number(difference.low),
        "high": round_number(difference.high),
        "n": difference.n,
        "coverage": format_coverage(difference.n, articles),
        "p": round_number(comparison.p),
        "p_adjusted": round_number(comparison.p_adjusted),
        "wins": comparison.wins,
        "ties": comparison.ties,
        "losses": comparison.losses,
        "effect_size": round_number(comparison.effect_size),
        "mde": round_number(comparison.mde),
        "correction": comparison.correction,
    }


def _build_distribution(scores: Mapping[str, Doubles]) -> dict[str, Any] | None:
    """Counts of all articles in bins that the models share, and each model's quartiles."""
    finite = {model: values[np.isfinite(values)] for model, values in scores.items()}
    finite = {model: values for model, values in finite.items() if values.size}
    if not finite:
        return None
    low = min(float(values.min()) for values in finite.values())
    high = max(float(values.max()) for values in finite.values())
    high = high if high > low else low + 1
    return {
        "low": round_number(low),
        "high": round_number(high),
        "counts": {m: np.histogram(v, _BINS, (low, high))[0].tolist() for m, v in finite.items()},
        "quartiles": {
            m: round_numbers(np.quantile(v, (0.25, 0.5, 0.75)).tolist()) for m, v in finite.items()
        },
    }
