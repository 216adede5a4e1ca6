"""One batch of articles: its predictions, and its failures as errors of their articles."""

from __future__ import annotations

import logging
import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from summbench.core.capabilities import SupportsSettings
from summbench.core.errors import SummbenchError
from summbench.core.records import BatchResult, Example, Model, OracleModel, Prediction
from summbench.core.redaction import redact_secrets
from summbench.evaluation.validation import check_prediction

_LOG = logging.getLogger("summbench")


def iterate_batch(
    model: Model | OracleModel, examples: Sequence[Example]
) -> Iterator[tuple[Sequence[int], BatchResult]]:
    """Yield positions in `examples` with their predictions, as the model gives them.

    If it raises, each article that has no prediction yet is predicted alone. A SummbenchError of
    the model means that it cannot work at all. What a call costs comes with its last prediction.
    """
    predicted = 0
    try:
        for predictions in _call(model, examples):
            positions = range(predicted, predicted + len(predictions))
            predicted += len(predictions)
            settings, usage = _get_settings(model)
            yield (
                positions,
                BatchResult(predictions, settings, usage if predicted == len(examples) else {}),
            )
    except SummbenchError as error:
        yield (), BatchResult(fatal_error=format_error(error))
    except Exception as error:
        missing = range(predicted, len(examples))
        if not missing:
            _LOG.warning("the model failed after its last prediction: %s", format_error(error))
        elif len(examples) == 1:
            failure = Prediction(examples[0].article.id, error=format_error(error))
            yield missing, BatchResult([failure])
        else:
            yield from _predict_alone(model, examples, missing)


def _predict_alone(
    model: Model | OracleModel, examples: Sequence[Example], positions: Iterable[int]
) -> Iterator[tuple[Sequence[int], BatchResult]]:
    for position in positions:
        for _, result in iterate_batch(model, [examples[position]]):
            yield (position,), result
            if result.fatal_error is not None:
                return


def predict_batch(model: Model | OracleModel, examples: Sequence[Example]) -> BatchResult:
    """Return all that `iterate_batch` yields as one result."""
    predictions: list[Prediction] = []
    settings: Mapping[str, Any] = {}
    usage: Counter[str] = Counter()
    for _, result in iterate_batch(model, examples):
        if result.fatal_error is not None:
            return result
        predictions += result.predictions
        settings = result.settings or settings
        for quantity, amount in result.usage.items():
            usage[quantity] += amount  # type: ignore[assignment]  # tokens, or money
    return BatchResult(predictions, settings, dict(usage))


def format_error(error: Exception) -> str:
    """The error without secrets; the user's mistake needs no name."""
    text = str(error) if isinstance(error, SummbenchError) else f"{type(error).__name__}: {error}"
    return str(redact_secrets(text, os.environ))


def _get_settings(model: Model | OracleModel) -> tuple[dict[str, Any], Mapping[str, float]]:
    settings = dict(model.get_settings()) if isinstance(model, SupportsSettings) else {}
    settings = redact_secrets(settings, os.environ)
    return settings, settings.pop("usage", {})


def _call(model: Model | OracleModel, examples: Sequence[Example]) -> Iterator[list[Prediction]]:
    """Yield checked predictions: all at once, or one by one if the model yields them."""
    start = time.perf_counter()
    output: Iterable[Prediction]
    if isinstance(model, OracleModel):
        output = model.summarise_with_references(examples)
    else:
        output = model.summarise([example.article for example in examples])
    if isinstance(output, str | bytes | Mapping) or not isinstance(output, Iterable):
        raise SummbenchError(
            f"the model returned a {type(output).__name__} for {len(examples)} articles; expected "
            "a list of Prediction(article.id, summary), one for each article in order."
        )
    if isinstance(output, Sequence):
        _check_order(output, examples)
        seconds = (time.perf_counter() - start) / len(examples)
        yield [_accept(prediction, seconds) for prediction in output]
        return
    count = 0
    for count, prediction in enumerate(output, 1):
        _check_order([prediction], examples[count - 1 : count])
        seconds, start = time.perf_counter() - start, time.perf_counter()
        yield [_accept(prediction, seconds)]
    if count != len(examples):
        raise ValueError(f"the model yielded {count} predictions for {len(examples)} articles")


def _check_order(predictions: Sequence[Prediction], examples: Sequence[Example]) -> None:
    for prediction in predictions:
        if not isinstance(prediction, Prediction):
            kind = type(prediction).__name__
            raise SummbenchError(
                f"the model returned a {kind} ({prediction!r:.60}) where a Prediction is expected; "
                "return Prediction(article.id, summary) for each article."
            )
    expected = [example.article.id for example in examples]
    if [prediction.article_id for prediction in predictions] != expected:
        ids = [prediction.article_id for prediction in predictions]
        raise ValueError(
            f"the model returned {len(predictions)} predictions with the ids {ids!r:.60}, and not "
            f"one for each article in order: {expected!r:.60}"
        )


def _accept(prediction: Prediction, seconds: float) -> Prediction:
    """The prediction with its time and without secrets; a value that is none is its error."""
    try:
        check_prediction(prediction)
    except ValueError as error:
        return Prediction(prediction.article_id, error=format_error(error))
    return replace(
        prediction,
        seconds=prediction.seconds or seconds,
        error=redact_secrets(prediction.error, os.environ),
    )
