"""A leaderboard as the data of its page: a small file of what is shown, and one a metric."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

import numpy as np

from summbench.leaderboard.board import Comparison, Entry, Leaderboard, shorten_signature
from summbench.report.grid import COUNTS, build_grids
from summbench.report.html.script import format_script, round_number, round_numbers
from summbench.runs.example_reader import Floats, RunExamples

_BINS = 40
_TIMES = ("median_tokens", "seconds_per_article", "tokens_per_second")


def iterate_board_files(
    board: Leaderboard, run_examples: RunExamples, chunk: int
) -> Iterator[tuple[str, str]]:
    """Names and contents: what the leaderboard page opens with, and what it asks for later."""
    yield "data/board.js", format_script("board", _overview(board, run_examples, chunk))
    compared: dict[tuple[str, str], list[Comparison]] = defaultdict(list)
    for found in board.comparisons:
        compared[found.dataset, found.metric].append(found)
    for d, dataset in enumerate(board.datasets):
        for m, metric in enumerate(board.metrics):
            key = f"metric-{d}-{m}"
            content = _of_metric(board, run_examples, dataset, metric, compared[dataset, metric])
            yield f"data/{key}.js", format_script(key, content)


def _overview(board: Leaderboard, run_examples: RunExamples, chunk: int) -> dict[str, Any]:
    models = {name: i for i, name in enumerate(board.models)}
    notes = {grid.dataset: list(grid.notes) for grid in build_grids(board)}
    return {
        "name": board.name,
        "version": version("summbench"),
        "primary": board.primary,
        "vs": board.vs,
        "shown": list(board.display_metrics),
        "chunk": chunk,
        "counts": COUNTS,
        "datasets": [
            {
                "name": name,
                **asdict(info),
                "kept": len(run_examples.examples.get(name, ())),
                "order": [models[h.model] for h in board.health if h.dataset == name],
                "notes": notes[name],
            }
            for name, info in board.datasets.items()
        ],
        "models": [{"name": name, "kind": kind} for name, kind in board.models.items()],
        "metrics": [
            {"name": name, **asdict(info), "short": shorten_signature(info.signature)}
            for name, info in board.metrics.items()
        ],
        "entries": [_entries(board, dataset) for dataset in board.datasets],
        "health": [_health(board, dataset) for dataset in board.datasets],
        "failures": dict(board.failures),
    }


def _entries(board: Leaderboard, dataset: str) -> list[list[dict[str, Any] | None]]:
    """One list for each metric, with an entry or null for each model."""
    found = {(e.metric, e.model): e for e in board.entries if e.dataset == dataset}
    return [[_entry(found.get((m, model))) for model in board.models] for m in board.metrics]


def _entry(entry: Entry | None) -> dict[str, Any] | None:
    if entry is None:
        return None
    estimate = entry.estimate
    content = {
        "mean": round_number(estimate.mean),
        "low": round_number(estimate.low),
        "high": round_number(estimate.high),
        "n": estimate.n,
        "method": estimate.method,
        "failed": entry.n_failed,
        "ranks": [entry.rank_low, entry.rank_high] if entry.rank_low is not None else None,
        "cluster": entry.cluster,
        "letters": entry.letters,
        "position": round_number(entry.normalized_score),
        "adjusted": round_number(entry.length_adjusted),
    }
    return {key: value for key, value in content.items() if value not in (None, "")}


def _health(board: Leaderboard, dataset: str) -> list[dict[str, Any] | None]:
    found = {h.model: h for h in board.health if h.dataset == dataset}
    names = ("articles", *COUNTS, *_TIMES)
    return [
        {name: round_number(getattr(found[model], name)) for name in names}
        if model in found
        else None
        for model in board.models
    ]


def _of_metric(
    board: Leaderboard,
    run_examples: RunExamples,
    dataset: str,
    metric: str,
    compared: Sequence[Comparison],
) -> dict[str, Any]:
    """Every pair of models, and how the scores of a shown metric are spread over all articles."""
    models = {name: i for i, name in enumerate(board.models)}
    pairs = [_pair(found, models) for found in compared]
    scores = {m: run_examples.all_scores.get((dataset, metric, m)) for m in board.models}
    return {"pairs": pairs, "spread": _spread({m: v for m, v in scores.items() if v is not None})}


def _pair(found: Comparison, models: Mapping[str, int]) -> list[Any]:
    d = found.difference
    return [
        models[found.a], models[found.b], round_number(d.mean), round_number(d.low),
        round_number(d.high), d.n,
        round_number(found.p), round_number(found.p_adjusted), found.wins, found.ties, found.losses,
        round_number(found.effect_size), round_number(found.mde), found.correction,
    ]  # fmt: skip


def _spread(scores: Mapping[str, Floats]) -> dict[str, Any] | None:
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
