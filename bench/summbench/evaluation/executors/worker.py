"""A model that predicts one batch of articles, in whichever process it is."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from summbench.core.capabilities import SupportsSettings
from summbench.core.errors import SummbenchError
from summbench.core.records import BatchResult, Example, Model, OracleModel, Prediction
from summbench.core.redaction import without_secrets


def predict_batch(model: Model | OracleModel, examples: Sequence[Example]) -> BatchResult:
    """The model's predictions; if it raises on several articles, each is predicted alone.

    A SummbenchError of the model means that it cannot work at all.
    """
    try:
        predictions = _predict(model, examples)
    except SummbenchError as error:
        return BatchResult(fatal_error=format_error(error))
    settings = dict(model.get_settings()) if isinstance(model, SupportsSettings) else {}
    settings = without_secrets(settings, os.environ)
    usage = settings.pop("usage", {})
    return BatchResult(predictions, settings, usage)


class ModelWorker:
    """The model of a worker, built when it is first needed."""

    def __init__(self, build: Callable[[], Model | OracleModel]) -> None:
        self._build = build
        self._model: Model | OracleModel | None = None

    def predict(self, examples: Sequence[Example]) -> BatchResult:
        """As `predict_batch`; with no examples the model is only built."""
        if self._model is None:
            try:
                self._model = self._build()
            except Exception as error:
                return BatchResult(fatal_error=format_error(error))
        return predict_batch(self._model, examples) if examples else BatchResult()


def format_error(error: Exception) -> str:
    """The error without secrets; the user's mistake needs no name."""
    text = str(error) if isinstance(error, SummbenchError) else f"{type(error).__name__}: {error}"
    return str(without_secrets(text, os.environ))


def _predict(model: Model | OracleModel, examples: Sequence[Example]) -> list[Prediction]:
    start = time.perf_counter()
    try:
        if isinstance(model, OracleModel):
            predictions = list(model.summarise_with_references(examples))
        else:
            predictions = list(model.summarise([example.article for example in examples]))
        _check_order(predictions, examples)
    except SummbenchError:
        raise
    except Exception as error:
        if len(examples) > 1:
            return [prediction for example in examples for prediction in _predict(model, [example])]
        return [Prediction(examples[0].article.id, error=format_error(error))]
    share = (time.perf_counter() - start) / len(examples)
    return [
        replace(
            prediction,
            seconds=prediction.seconds or share,
            error=without_secrets(prediction.error, os.environ),
        )
        for prediction in predictions
    ]


def _check_order(predictions: Sequence[Prediction], examples: Sequence[Example]) -> None:
    article_ids = [example.article.id for example in examples]
    if [prediction.article_id for prediction in predictions] != article_ids:
        raise ValueError(
            f"the model returned {len(predictions)} predictions, not one for each article in order"
        )
