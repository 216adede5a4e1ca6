"""Score what the store has no score for; usable without Hydra."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.errors import BenchError
from bench.records import Cell, Column, Example, Metric, Prediction, Progress, sha256
from bench.store import Store

_SCORED_AT_ONCE = 512


@dataclass(frozen=True, slots=True)
class Measure:
    """A metric that takes part; its columns are called `<name>.<column>` from here on."""

    name: str
    metric: Metric
    fingerprint: str


Predicted = Mapping[tuple[str, str], Sequence[Prediction]]
"""(dataset, model) -> predictions."""


def score(
    datasets: Mapping[str, Sequence[Example]],
    predicted: Predicted,
    measures: Sequence[Measure],
    store: Store,
    progress: Progress,
) -> list[Cell]:
    """One cell for each dataset and model, scored by every measure.

    A failed article has its columns' `of_failure`; a column that needs what no example of the
    dataset has (references, article texts) is absent there.
    """
    scores: dict[tuple[str, str], dict[str, list[float]]] = {place: {} for place in predicted}
    for measure in measures:
        known = store.scores(measure.name, measure.fingerprint)
        for number, ((dataset, model), predictions) in enumerate(predicted.items()):
            progress(f"scoring {measure.name}", number, len(predicted))
            wanted = _applicable(measure.metric.columns, datasets[dataset])
            if wanted:
                rows = _rows(measure, datasets[dataset], predictions, known, store)
                scores[dataset, model] |= _columns(measure, wanted, predictions, rows)
        progress(f"scoring {measure.name}", len(predicted), len(predicted))
    return [Cell(*place, predicted[place], found) for place, found in scores.items()]


def _rows(
    measure: Measure,
    examples: Sequence[Example],
    predictions: Sequence[Prediction],
    known: dict[str, tuple[float, ...]],
    store: Store,
) -> list[tuple[float, ...]]:
    """Each pair's values in the columns' sorted order; what is not known is scored and stored."""
    keys = [
        sha256(example.article.text, prediction.summary, *example.references)
        for example, prediction in zip(examples, predictions, strict=True)
    ]
    todo = list({key: i for i, key in enumerate(keys) if key not in known}.values())
    for start in range(0, len(todo), _SCORED_AT_ONCE):
        part = todo[start : start + _SCORED_AT_ONCE]
        got = measure.metric.score(
            [examples[i] for i in part], [predictions[i].summary for i in part]
        )
        if set(got) != set(measure.metric.columns) or any(
            len(v) != len(part) for v in got.values()
        ):
            raise BenchError(
                f"The metric {measure.name!r} did not return one number a column and example."
            )
        part_keys = [keys[i] for i in part]
        store.add_scores(measure.name, measure.fingerprint, part_keys, got)
        known.update(zip(part_keys, zip(*(got[c] for c in sorted(got)), strict=True), strict=True))
    return [known[key] for key in keys]


def _columns(
    measure: Measure,
    wanted: frozenset[str],
    predictions: Sequence[Prediction],
    rows: Sequence[tuple[float, ...]],
) -> dict[str, list[float]]:
    columns = measure.metric.columns
    by_name = zip(sorted(columns), zip(*rows, strict=True), strict=True)
    return {
        f"{measure.name}.{name}": [
            value if prediction.error is None else columns[name].of_failure
            for value, prediction in zip(values, predictions, strict=True)
        ]
        for name, values in by_name
        if name in wanted
    }


def _applicable(columns: Mapping[str, Column], examples: Sequence[Example]) -> frozenset[str]:
    has = set()
    if any(example.references for example in examples):
        has.add("references")
    if any(example.article.text.strip() for example in examples):
        has.add("article")
    return frozenset(name for name, column in columns.items() if column.needs <= has)
