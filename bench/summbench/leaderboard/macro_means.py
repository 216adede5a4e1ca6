"""From the scores of several datasets to one board: macro means, their tests, and ranks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from math import ceil, log2
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from summbench.core.records import Estimate
from summbench.leaderboard.board import ALPHA, DatasetInfo
from summbench.leaderboard.comparisons import FEWEST, PairTests, Scores, rank_models
from summbench.leaderboard.macro_board import MacroBoard, MacroComparison, MacroEntry
from summbench.leaderboard.win_rates import resample_wins, take_range
from summbench.stats.multiplicity import holm
from summbench.stats.sign_flips import sign_flip
from summbench.stats.stratified import estimate_macro_means, flip_within

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

_BLOCK = 2**18  # differences held at once: 2 MB


class _Pairs(NamedTuple):
    """Pairs of places among the models, the better mean first, and their tests."""

    first: Indices
    second: Indices
    differences: Sequence[Estimate]
    p: Floats
    means: Floats
    """(datasets, pairs)"""
    p_by_dataset: Floats
    """(datasets, pairs)"""


def build_macro_board(
    metric: str,
    infos: Mapping[str, DatasetInfo],
    tests: Mapping[str, PairTests],
    bounds: Mapping[str, Scores],
    *,
    higher_is_better: bool,
    vs: str | None = None,
) -> MacroBoard | None:
    """The board over all datasets; None if fewer than two can be in it.

    `tests` has the scores of the models that are ranked, each article's in canonical order;
    `bounds` those of the others. A dataset of fewer than 5 articles, or without a score by the
    metric, is left out.
    """
    scores: dict[str, Scores] = {
        dataset: dict(zip(of.models, of.scores, strict=True)) for dataset, of in tests.items()
    }
    left_out = {
        dataset: reason
        for dataset, info in infos.items()
        if (reason := _explain_omission(metric, info, scores.get(dataset, {})))
    }
    datasets = sorted(infos.keys() - left_out.keys())  # sums are the same in whatever order
    if len(datasets) < 2:
        return None
    complete = _list_complete(datasets, scores)
    if not complete:
        return None
    somewhere = sorted({model for dataset in datasets for model in scores[dataset]})
    lacking = {
        model: [dataset for dataset in datasets if model not in scores[dataset]]
        for model in somewhere
        if model not in complete
    }
    sign = -1 if higher_is_better else 1
    means = _estimate(complete, datasets, scores)
    models = sorted(complete, key=lambda model: (sign * means[model].mean, model))
    tables = [np.array([scores[d][m] for m in models], float) for d in datasets]
    pairs = _test_pairs(models, tables, vs)
    entries = _rank(models, means, tables, pairs, higher_is_better)
    bound_means = _estimate(_list_complete(datasets, bounds), datasets, bounds)
    entries += [MacroEntry(model, estimate) for model, estimate in bound_means.items()]
    return MacroBoard(
        metric=metric,
        datasets=[dataset for dataset in infos if dataset in datasets],
        entries=sorted(entries, key=lambda entry: (sign * entry.estimate.mean, entry.model)),
        comparisons=_describe_pairs(models, datasets, pairs),
        datasets_needed=count_datasets_needed(len(pairs.p)),
        left_out=left_out,
        unranked=lacking,
    )


def count_datasets_needed(pairs: int) -> int:
    """The least K with 2 / 2^K, the smallest p of K flips, at or below .05 over the pairs."""
    return 1 + ceil(log2(max(1, pairs) / ALPHA))


def _explain_omission(metric: str, info: DatasetInfo, scores: Scores) -> str:
    if not scores:
        return f"no model has {metric} there"
    if info.articles < FEWEST:
        return f"it has fewer than {FEWEST} articles"
    return ""


def _list_complete(datasets: Sequence[str], scores: Mapping[str, Scores]) -> list[str]:
    """The models that have a score on each dataset."""
    names = [set(scores.get(dataset, {})) for dataset in datasets]
    return sorted(set.intersection(*names))


def _estimate(
    models: Sequence[str], datasets: Sequence[str], scores: Mapping[str, Scores]
) -> dict[str, Estimate]:
    tables = [np.array([scores[d][m] for m in models], float).T for d in datasets]
    return dict(zip(models, estimate_macro_means(tables), strict=True)) if models else {}


def _test_pairs(models: Sequence[str], tables: Sequence[Floats], vs: str | None) -> _Pairs:
    """Pairs that share at least 5 articles of each dataset, as on a single one."""
    is_defined = [(~np.isnan(table)).astype(np.float32) for table in tables]
    common = np.min([of @ of.T for of in is_defined], axis=0)
    places = [
        (a, b)
        for a, b in combinations(range(len(models)), 2)
        if vs in (None, models[a], models[b]) and common[a, b] >= FEWEST
    ]
    first, second = np.array(places, dtype=np.intp).reshape(-1, 2).T
    count = len(tables), len(first)
    pairs = _Pairs(first, second, [], np.empty(count[1]), np.empty(count), np.empty(count))
    differences: list[Estimate] = []
    for block, columns, largest in _iterate_differences(tables, first, second):
        differences += estimate_macro_means(columns)
        pairs.p[block] = flip_within(columns, largest)
        for k, of_dataset in enumerate(columns):
            pairs.means[k, block] = np.nanmean(of_dataset, axis=0)
            pairs.p_by_dataset[k, block] = sign_flip(np.nan_to_num(of_dataset), largest)
    return pairs._replace(differences=differences)


def _iterate_differences(
    tables: Sequence[Floats], first: Indices, second: Indices
) -> Iterator[tuple[slice, list[Floats], Floats]]:
    """Some pairs, their differences on each dataset, and the size of each pair's largest score."""
    sizes = [np.nanmax(np.abs(table), axis=1, initial=0.0) for table in tables]
    largest = np.max(sizes, axis=0)
    width = max(1, _BLOCK // sum(table.shape[1] for table in tables))
    for start in range(0, len(first), width):
        block = slice(start, start + width)
        a, b = first[block], second[block]
        columns = [(table[a] - table[b]).T for table in tables]
        yield block, columns, np.maximum(largest[a], largest[b])


def _rank(
    models: Sequence[str],
    means: Mapping[str, Estimate],
    tables: Sequence[Floats],
    pairs: _Pairs,
    higher_is_better: bool,
) -> list[MacroEntry]:
    lead = np.array([difference.mean for difference in pairs.differences])
    no_swap = np.zeros(len(lead), bool)
    adjusted = holm(pairs.p)
    tests = PairTests(
        models,
        np.empty((0, 0)),
        pairs.first,
        pairs.second,
        no_swap,
        lead,
        pairs.p,
        adjusted,
        "holm",
    )
    standings = rank_models(models, tests, higher_is_better)
    entries = [MacroEntry(model, means[model]) for model in models]
    if standings:
        entries = [replace(e, **standings[e.model]._asdict()) for e in entries]
    if len(models) < 2:
        return entries
    wins = resample_wins(tables, higher_is_better)
    opponents, count = len(models) - 1, len(tables)
    return [
        replace(
            entry,
            win_rate=take_range(row / (count * opponents)),
            mean_rank=take_range(1 + opponents - row / count),
            borda=take_range(row),
        )
        for entry, row in zip(entries, wins, strict=True)
    ]


def _describe_pairs(
    models: Sequence[str], datasets: Sequence[str], pairs: _Pairs
) -> list[MacroComparison]:
    lead = np.array([difference.mean for difference in pairs.differences])
    largest = np.abs(pairs.means).max(axis=0, initial=0.0)
    p_datasets = sign_flip(pairs.means, largest) if len(lead) else np.empty(0)
    family = holm(pairs.p_by_dataset.ravel()).reshape(pairs.p_by_dataset.shape)
    is_opposed = (family <= ALPHA) & (np.sign(pairs.means) == -np.sign(lead)) & (lead != 0)
    adjusted, datasets_adjusted = holm(pairs.p), holm(p_datasets)
    return [
        MacroComparison(
            a=models[pairs.first[i]],
            b=models[pairs.second[i]],
            difference=difference,
            p=float(pairs.p[i]),
            p_adjusted=float(adjusted[i]),
            p_datasets=float(p_datasets[i]),
            p_datasets_adjusted=float(datasets_adjusted[i]),
            opposed=[d for d, is_one in zip(datasets, is_opposed[:, i], strict=True) if is_one],
        )
        for i, difference in enumerate(pairs.differences)
    ]
