"""One batch of articles: its predictions as they come, and its failures as errors of articles."""

from __future__ import annotations

import json
import logging
import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from summbench.core.capabilities import SupportsSettings
from summbench.core.errors import SummbenchError, contain_exits
from summbench.core.prediction_checks import check_prediction, check_usage, show_value
from summbench.core.records import Article, BatchResult, Example, Model, OracleModel, Prediction
from summbench.core.redaction import format_error, redact_secrets

_LOG = logging.getLogger("summbench")
_MOST_ITEMS = 10  # an article; a model that repeats itself for ever is not waited for
BatchPart = tuple[Sequence[int], BatchResult]
"""Positions in a batch, and what came of them."""


class BatchPredictor:
    """A model that is asked batch after batch; what it answered is never asked again."""

    def __init__(self, model: Model | OracleModel) -> None:
        self._model = model
        self._has_predicted = False
        self._settings: dict[str, Any] = {}
        self._settings_text = "{}"
        self._is_warned = False

    def iterate(self, examples: Sequence[Example]) -> Iterator[BatchPart]:
        """Yield positions in `examples` with their predictions, as the model gives them.

        A prediction belongs to the article whose id it has. If the model raises, or leaves articles
        out, each that has no prediction yet is predicted alone; one that fails alone has an error.
        A SummbenchError of the model means that it cannot work at all. What the call cost comes
        last.
        """
        batch = _Batch(examples)
        error: Exception | None = None
        try:
            for predictions in batch.call(self._model, self._has_predicted):
                self._has_predicted = True
                positions = [batch.take(prediction) for prediction in predictions]
                originals = [
                    replace(prediction, article_id=examples[i].article.id)
                    for i, prediction in zip(positions, predictions, strict=True)
                ]
                yield positions, BatchResult(originals, self._read_settings()[0])
        except Exception as failure:
            error = failure
        if len(batch.missing) < len(examples):
            yield (), BatchResult((), *self._read_settings())
        if isinstance(error, SummbenchError):
            yield (), BatchResult(fatal_error=format_error(error))
        else:
            yield from self._finish(batch, error or batch.problem)

    def _finish(self, batch: _Batch, error: Exception | None) -> Iterator[BatchPart]:
        """Predict alone what the model left out."""
        missing = list(batch.missing.values())
        if error is not None and not missing:
            message = "the model failed after its last prediction: %s"
            _LOG.warning(message, format_error(error))
        elif error is not None and len(batch.examples) == 1:
            [example] = batch.examples
            yield missing, BatchResult([Prediction(example.article.id, error=format_error(error))])
            return
        for position in missing:
            for positions, result in self.iterate([batch.examples[position]]):
                yield [position for _ in positions], result
                if result.fatal_error is not None:
                    return

    def _read_settings(self) -> tuple[dict[str, Any], dict[str, float]]:
        """The model's settings and what its last call cost; what is no JSON is left out."""
        if not isinstance(self._model, SupportsSettings):
            return {}, {}
        try:
            settings = dict(self._model.get_settings())
            usage = check_usage(settings.pop("usage", {}))
            text = json.dumps(settings, sort_keys=True, ensure_ascii=False)
            if text != self._settings_text:
                text.encode()
                self._settings_text = text
                self._settings = redact_secrets(settings, os.environ)
        except Exception as error:  # a mistake in what is told of a prediction doesn't cost it
            self._warn_of_settings(error)
            return {}, {}
        return self._settings, usage

    def _warn_of_settings(self, error: Exception) -> None:
        if not self._is_warned:
            self._is_warned = True
            _LOG.warning(
                "get_settings() of the model is not recorded (%s); expected a mapping of JSON "
                "values, in which usage is a mapping of names to numbers.",
                format_error(error),
            )


def predict_batch(model: Model | OracleModel, examples: Sequence[Example]) -> BatchResult:
    """Return all that a batch yields as one result, in the order of the examples."""
    predictions: dict[int, Prediction] = {}
    settings: Mapping[str, Any] = {}
    usage: Counter[str] = Counter()
    for positions, result in BatchPredictor(model).iterate(examples):
        if result.fatal_error is not None:
            return result
        predictions |= zip(positions, result.predictions, strict=True)
        settings = result.settings or settings
        for quantity, amount in result.usage.items():
            usage[quantity] += amount  # type: ignore[assignment]  # tokens, or money
    return BatchResult([predictions[i] for i in sorted(predictions)], settings, dict(usage))


class _Batch:
    """The articles of one call under ids that differ, and those that have no prediction yet.

    `missing` is id -> position. `problem` is the first mistake in what the model returned.
    """

    def __init__(self, examples: Sequence[Example]) -> None:
        self.examples = examples
        ids = _make_unique([example.article.id for example in examples])
        self._named = [
            example
            if name == example.article.id
            else Example(Article(name, example.article.text), example.references)
            for name, example in zip(ids, examples, strict=True)
        ]
        self.missing = {name: i for i, name in enumerate(ids)}
        self.problem: Exception | None = None

    def take(self, prediction: Prediction) -> int:
        """Count the prediction's article as predicted, and return its position."""
        return self.missing.pop(prediction.article_id)

    def call(self, model: Model | OracleModel, has_predicted: bool) -> Iterator[list[Prediction]]:
        """Yield checked predictions: all at once, or one by one if the model yields them.

        Raises: SummbenchError, if a model that has never predicted returns other things.
        """
        start = time.perf_counter()
        output: Iterable[object]
        with contain_exits():
            if isinstance(model, OracleModel):
                output = model.summarise_with_references(self._named)
            else:
                output = model.summarise([example.article for example in self._named])
        if isinstance(output, str | bytes | Mapping) or not isinstance(output, Iterable):
            raise SummbenchError(
                f"the model returned a {type(output).__name__} for {len(self._named)} articles; "
                "expected a list of Prediction(article.id, summary), one for each article in order."
            )
        is_list = isinstance(output, Sequence)
        pieces = [list(output)] if is_list else self._iterate(output)
        n_items = 0
        for items in pieces:
            n_items += len(items)
            seconds, start = time.perf_counter() - start, time.perf_counter()
            predictions = self._select(items, has_predicted)
            has_predicted = has_predicted or bool(predictions)
            if predictions:
                yield [_accept(p, seconds / len(items)) for p in predictions]
        self._count_items(n_items, is_list)

    def _iterate(self, output: Iterable[object]) -> Iterator[list[object]]:
        """Each item alone, as long as they are not many times more than there are articles."""
        with contain_exits():
            for item in islice(output, _MOST_ITEMS * len(self._named)):
                yield [item]

    def _select(self, items: Sequence[object], has_predicted: bool) -> list[Prediction]:
        """The predictions of articles that have none yet; each once."""
        predictions: dict[str, Prediction] = {}
        for item in items:
            if not isinstance(item, Prediction):
                self._note(SummbenchError(_describe_mistake(item)))
            elif self._is_awaited(item.article_id) and item.article_id not in predictions:
                predictions[item.article_id] = item
            else:
                self._note(ValueError(self._describe_ids(items)))
        others = [item for item in items if not isinstance(item, Prediction)]
        if others and len(others) == len(items) and not has_predicted:
            raise SummbenchError(_describe_mistake(others[0]))
        return list(predictions.values())

    def _is_awaited(self, article_id: object) -> bool:
        return isinstance(article_id, str) and article_id in self.missing

    def _count_items(self, count: int, is_list: bool) -> None:
        expected = len(self._named)
        if self.missing or count > expected:
            yields = f"the model yielded {count} predictions for {expected} articles"
            self._note(ValueError(self._describe_ids([]) if is_list else yields))

    def _describe_ids(self, items: Sequence[object]) -> str:
        ids = [getattr(item, "article_id", None) for item in items]
        expected = [example.article.id for example in self._named]
        return (
            f"the model returned {len(items)} predictions with the ids {show_value(ids)}, and not "
            f"one for each article in order: {show_value(expected)}"
        )

    def _note(self, problem: Exception) -> None:
        self.problem = self.problem or problem


def _describe_mistake(item: object) -> str:
    return (
        f"the model returned a {type(item).__name__} ({show_value(item)}) where a Prediction is "
        "expected; return Prediction(article.id, summary) for each article."
    )


def _make_unique(ids: Sequence[str]) -> list[str]:
    """The ids; those that are there before, as of copies of one article, with a number more."""
    names: dict[str, None] = {}
    for article_id in ids:
        name, number = article_id, 1
        while name in names:
            number += 1
            name = f"{article_id} ({number})"
        names[name] = None
    return list(names)


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
