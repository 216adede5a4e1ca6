"""Score what the store has no score for; usable without Hydra."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from summbench.core.capabilities import CorpusMetric, SupportsEvidence
from summbench.core.errors import SummbenchError
from summbench.core.normalization import RAW, TextNormalizer
from summbench.core.records import (
    Example,
    Metric,
    MetricInfo,
    Need,
    Prediction,
    Progress,
    TaskResult,
    sha256,
)
from summbench.datasets.description import describe_dataset
from summbench.store.store import Scores, Store

_SCORED_AT_FIRST, _SCORED_AT_MOST = 64, 4096
_SECONDS_BETWEEN_PARTS = 2.0


@dataclass(frozen=True, slots=True)
class MetricSpec:
    """A metric that takes part; its columns are called `<name>.<column>` from here on."""

    name: str
    metric: Metric
    fingerprint: str
    normalizer: TextNormalizer = RAW

    @property
    def signature(self) -> str:
        """The metric's, with the normalization of the texts if they are not scored raw."""
        normalization = self.normalizer.signature
        own = self.metric.signature
        return f"{own}|normalization:{normalization}" if normalization else own


Place = tuple[str, str]
"""A dataset and a model."""
Pairs = Mapping[str, tuple[Example, str]]
"""Key -> an example and a summary of it: what a metric sees, whichever model wrote it."""


def score(
    datasets: Mapping[str, Sequence[Example]],
    predicted: Mapping[Place, Sequence[Prediction]],
    measures: Sequence[MetricSpec],
    store: Store,
    progress: Progress,
    recompute: bool = False,
    has: Mapping[str, frozenset[Need]] | None = None,
) -> list[TaskResult]:
    """One cell for each dataset and model, scored by every measure.

    A failed article has its columns' `failure_value`; a column that needs what no example of the
    dataset has (references, article texts) is absent there. `has` says it of a dataset of which
    these examples are a part. A metric gets all texts as its normalizer leaves them, and
    a score is stored under those texts.
    """
    has = has or {
        dataset: describe_dataset(examples).available for dataset, examples in datasets.items()
    }
    seen = {
        normalizer: NormalizedTexts.of(normalizer, datasets, predicted)
        for normalizer in {m.normalizer for m in measures}
    }
    scores: dict[Place, dict[str, list[float]]] = {place: {} for place in predicted}
    for measure in measures:
        wanted = {d: _applicable(measure.metric.columns, has[d]) for d in datasets}
        places = [place for place in predicted if wanted[place[0]]]
        whole = isinstance(measure.metric, CorpusMetric) and measure.metric.whole_dataset
        texts = seen[measure.normalizer]
        pairs = texts.pairs(places)
        known = {} if whole else _known(measure, pairs, store, progress, recompute)
        for place in places:
            rows = (
                _scored(measure, texts.examples[place[0]], texts.summaries[place])
                if whole
                else [known[key] for key in texts.keys[place]]
            )
            columns = _columns(measure, wanted[place[0]], predicted[place], rows)
            scores[place] |= columns
    return [TaskResult(*place, predicted[place], found) for place, found in scores.items()]


@dataclass(frozen=True, slots=True)
class NormalizedTexts:
    """All texts after one normalizer, and a key for each pair."""

    examples: Mapping[str, Sequence[Example]]
    summaries: Mapping[Place, Sequence[str]]
    keys: Mapping[Place, Sequence[str]]

    @staticmethod
    def of(
        normalizer: TextNormalizer,
        datasets: Mapping[str, Sequence[Example]],
        predicted: Mapping[Place, Sequence[Prediction]],
    ) -> NormalizedTexts:
        """All texts of these datasets and predictions, each normalised once."""
        examples = {
            name: list(map(normalizer.normalize_example, found)) for name, found in datasets.items()
        }
        summaries = {
            place: [normalizer.normalize(p.summary) for p in predictions]
            for place, predictions in predicted.items()
        }
        keys = {place: _keys(examples[place[0]], found) for place, found in summaries.items()}
        return NormalizedTexts(examples, summaries, keys)

    def pairs(self, places: Sequence[Place]) -> Pairs:
        """Each pair once, an article's summaries side by side: metrics prepare an article once."""
        return {
            self.keys[place][i]: (example, self.summaries[place][i])
            for dataset, examples in self.examples.items()
            for i, example in enumerate(examples)
            for place in places
            if place[0] == dataset
        }


def _keys(examples: Sequence[Example], summaries: Sequence[str]) -> list[str]:
    return [
        sha256(example.article.text, summary, *example.references)
        for example, summary in zip(examples, summaries, strict=True)
    ]


def _known(
    measure: MetricSpec, pairs: Pairs, store: Store, progress: Progress, recompute: bool
) -> Scores:
    """The values of each pair in the columns' sorted order; what is new is scored and stored."""
    known = {} if recompute else store.scores(measure.name, measure.fingerprint, pairs)
    todo = [key for key in pairs if key not in known]
    if todo:
        store.check_writable(f"scores of {measure.name!r} ({len(todo)} missing)")
    size, start = _SCORED_AT_FIRST, 0
    while start < len(todo):
        progress(f"scoring {measure.name}", start, len(todo))
        part = todo[start : start + size]
        begun = time.monotonic()
        examples, summaries = zip(*(pairs[key] for key in part), strict=True)
        got = _columns_of(measure, examples, summaries)
        why = measure.metric.evidence() if isinstance(measure.metric, SupportsEvidence) else None
        store.add_scores(measure.name, measure.fingerprint, part, got, why)
        rows = zip(*(got[column] for column in sorted(got)), strict=True)
        known.update(zip(part, rows, strict=True))
        start += len(part)
        if time.monotonic() - begun < _SECONDS_BETWEEN_PARTS:
            size = min(4 * size, _SCORED_AT_MOST)
    if todo:
        progress(f"scoring {measure.name}", len(todo), len(todo))
    return known


def evidence(
    cells: Sequence[TaskResult],
    datasets: Mapping[str, Sequence[Example]],
    measures: Sequence[MetricSpec],
    store: Store,
) -> list[tuple[str, str, str, str, str]]:
    """Dataset, model, metric, article and the evidence of each score whose metric gives one.

    It is about the texts as the metric's normalizer leaves them.
    """
    found = []
    for measure in measures:
        if isinstance(measure.metric, SupportsEvidence):
            predicted = {(cell.dataset, cell.model): cell.predictions for cell in cells}
            seen = NormalizedTexts.of(measure.normalizer, datasets, predicted)
            for cell in cells:
                keys = seen.keys[cell.dataset, cell.model]
                known = store.evidence(measure.name, measure.fingerprint, keys)
                found += [
                    (cell.dataset, cell.model, measure.name, p.article_id, known[key])
                    for key, p in zip(keys, cell.predictions, strict=True)
                    if key in known and p.error is None
                ]
    return found


def _scored(
    measure: MetricSpec, examples: Sequence[Example], summaries: Sequence[str]
) -> list[tuple[float, ...]]:
    """All in one call and nothing stored: another dataset would give other numbers."""
    got = _columns_of(measure, examples, summaries)
    return list(zip(*(got[column] for column in sorted(got)), strict=True))


def _columns_of(
    measure: MetricSpec, examples: Sequence[Example], summaries: Sequence[str]
) -> Mapping[str, Sequence[float]]:
    got = measure.metric.score(examples, summaries)
    lengths = {len(values) for values in got.values()}
    if set(got) != set(measure.metric.columns) or lengths != {len(summaries)}:
        raise SummbenchError(
            f"The metric {measure.name!r} did not return one number a column and example."
        )
    return got


def _columns(
    measure: MetricSpec,
    wanted: frozenset[str],
    predictions: Sequence[Prediction],
    rows: Sequence[tuple[float, ...]],
) -> dict[str, list[float]]:
    columns = measure.metric.columns
    by_name = zip(sorted(columns), zip(*rows, strict=True), strict=True)
    return {
        f"{measure.name}.{name}": [
            value if prediction.error is None else columns[name].failure_value
            for value, prediction in zip(values, predictions, strict=True)
        ]
        for name, values in by_name
        if name in wanted
    }


def _applicable(columns: Mapping[str, MetricInfo], has: frozenset[Need]) -> frozenset[str]:
    return frozenset(name for name, column in columns.items() if column.needs <= has)
