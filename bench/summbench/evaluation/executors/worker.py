"""A worker's model: built when it is first needed, and closed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

from summbench.core.records import BatchResult, Example, Model, OracleModel
from summbench.evaluation.failures import format_error, predict_batch

_LOG = logging.getLogger("summbench")


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

    def close(self) -> None:
        """Close the model, if there is one that can be closed."""
        close_model(self._model)
        self._model = None


def close_model(model: Any) -> None:
    """Call the model's `close()`, if it has one; what it raises is logged."""
    close = getattr(model, "close", None)
    if callable(close):
        try:
            close()
        except Exception as error:
            _LOG.warning("the model could not be closed: %s", format_error(error))
