"""Whether two sets of predictions are the same, and where they first differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isnan
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from typing import Literal, NamedTuple

from summbench.analysis.reproducibility.variations import Datasets, Predictions
from summbench.core.records import Example, Prediction, ignore_progress
from summbench.evaluation.metric_spec import MetricSpec
from summbench.evaluation.score import score
from summbench.store.store import Store

MOST_DIFFERING = 0.01
"""The share of a dataset's articles (but at least one) whose predictions may differ..."""
EPSILON = 1e-4
"""...if no mean of the primary metric moves by more than this: a hundredth of a point."""
_SHOWN_CHARACTERS = 40

State = Literal["exact", "within epsilon", "broken"]


class VariationResult(NamedTuple):
    """What one variation changed for one model, and in one sentence the first difference."""

    state: State
    first_difference: str = ""


def compare_predictions(
    before: Predictions,
    after: Predictions,
    datasets: Datasets,
    build_metric: Callable[[], MetricSpec],
) -> VariationResult:
    """Compare the summary, finish reason and token counts of every article.

    They are within epsilon if at most `MOST_DIFFERING` of each dataset's articles differ, none by
    failing, and no column of the primary metric moves its mean by over `EPSILON`. The metric is
    built only if something differs.
    """
    result = VariationResult("exact")
    for name, predictions in before.items():
        pairs = list(zip(predictions, after[name], strict=True))
        differing = [(old, new) for old, new in pairs if _get_output(old) != _get_output(new)]
        if not differing:
            continue
        first = _describe_difference(*differing[0])
        summary = f"{len(differing)} of {len(pairs)} articles of {name}, first {first}"
        is_rare = len(differing) <= max(1, MOST_DIFFERING * len(pairs))
        is_failing = any((old.error is None) != (new.error is None) for old, new in differing)
        if (
            not is_rare
            or is_failing
            or _has_moved(datasets[name], predictions, after[name], build_metric())
        ):
            return VariationResult("broken", summary)
        result = VariationResult("within epsilon", result.first_difference or summary)
    return result


def _get_output(prediction: Prediction) -> tuple[object, ...]:
    if prediction.error is not None:
        return ("failed",)
    return (
        prediction.summary,
        prediction.finish_reason,
        prediction.input_tokens,
        prediction.output_tokens,
    )


def _describe_difference(before: Prediction, after: Prediction) -> str:
    """Name the article, and where its two predictions begin to differ."""
    pair = (before, after)
    if before.error is not None or after.error is not None:
        outcomes = ("failed" if p.error is not None else "had a summary" for p in pair)
        return f"{before.article_id!r}: {' and then '.join(outcomes)}"
    if before.summary == after.summary:
        counts = (f"{p.finish_reason}, {p.input_tokens}/{p.output_tokens}" for p in pair)
        return f"{before.article_id!r}: the same summary, but {' and then '.join(counts)} tokens"
    characters = enumerate(zip(before.summary, after.summary, strict=False))
    shortest = min(len(before.summary), len(after.summary))
    start = next((i for i, (old, new) in characters if old != new), shortest)
    texts = (repr(p.summary[start : start + _SHOWN_CHARACTERS]) for p in pair)
    return f"{before.article_id!r}: from character {start} on {' and then '.join(texts)}"


def _has_moved(
    examples: Sequence[Example],
    before: Sequence[Prediction],
    after: Sequence[Prediction],
    metric: MetricSpec,
) -> bool:
    """Tell whether a mean moves by more than epsilon, or a score is undefined on one side only."""
    predictions = {("sample", "before"): before, ("sample", "after"): after}
    with TemporaryDirectory(prefix="summbench-verify-") as folder:
        store = Store(Path(folder))
        old, new = score({"sample": examples}, predictions, [metric], store, ignore_progress)
    return any(
        list(map(isnan, old.scores[column])) != list(map(isnan, new.scores[column]))
        or abs(_mean(old.scores[column]) - _mean(new.scores[column])) > EPSILON
        for column in old.scores
    )


def _mean(values: Sequence[float]) -> float:
    return fmean([value for value in values if not isnan(value)] or [0.0])
