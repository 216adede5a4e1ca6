"""A model asked for one chunk of articles, in whichever process it lives."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from summbench.core.capabilities import SupportsSettings
from summbench.core.errors import SummbenchError
from summbench.core.records import BatchResult, Example, Model, OracleModel, Prediction
from summbench.core.redaction import without_secrets


def ask(model: Model | OracleModel, examples: Sequence[Example]) -> BatchResult:
    """The model's answers; if it breaks on several articles, each is asked for alone.

    A SummbenchError of the model means that it cannot work at all.
    """
    try:
        predictions = _asked(model, examples)
    except SummbenchError as error:
        return BatchResult(broken=said(error))
    settings = dict(model.settings()) if isinstance(model, SupportsSettings) else {}
    settings = without_secrets(settings, os.environ)
    used = settings.pop("used", {})
    return BatchResult(predictions, settings, used)


class ModelWorker:
    """The model of a worker: built when it is first asked, and kept."""

    def __init__(self, build: Callable[[], Model | OracleModel]) -> None:
        self._build = build
        self._model: Model | OracleModel | None = None

    def ask(self, examples: Sequence[Example]) -> BatchResult:
        """As `ask`; no examples build the model and ask it nothing."""
        if self._model is None:
            try:
                self._model = self._build()
            except Exception as error:
                return BatchResult(broken=said(error))
        return ask(self._model, examples) if examples else BatchResult()


def said(error: Exception) -> str:
    """The error without secrets; the user's mistake needs no name."""
    text = str(error) if isinstance(error, SummbenchError) else f"{type(error).__name__}: {error}"
    return str(without_secrets(text, os.environ))


def _asked(model: Model | OracleModel, examples: Sequence[Example]) -> list[Prediction]:
    start = time.perf_counter()
    try:
        if isinstance(model, OracleModel):
            got = list(model.bound(examples))
        else:
            got = list(model.summarise([example.article for example in examples]))
        _check(got, examples)
    except SummbenchError:
        raise
    except Exception as error:
        if len(examples) > 1:
            return [prediction for example in examples for prediction in _asked(model, [example])]
        return [Prediction(examples[0].article.id, error=said(error))]
    share = (time.perf_counter() - start) / len(examples)
    return [
        replace(
            prediction,
            seconds=prediction.seconds or share,
            error=without_secrets(prediction.error, os.environ),
        )
        for prediction in got
    ]


def _check(got: Sequence[Prediction], examples: Sequence[Example]) -> None:
    wanted = [example.article.id for example in examples]
    if [prediction.article_id for prediction in got] != wanted:
        raise ValueError(
            f"the model returned {len(got)} predictions, not one for each article in order"
        )
