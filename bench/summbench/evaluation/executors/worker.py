"""A worker's model: built when it is first needed, and closed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from summbench.core.batch_prediction import BatchPart, BatchPredictor
from summbench.core.errors import contain_exits
from summbench.core.records import BatchResult, Example, Model, OracleModel
from summbench.core.redaction import format_error

_LOG = logging.getLogger("summbench")


class ModelWorker:
    """The model of a worker, built when it is first needed."""

    def __init__(self, build: Callable[[], Model | OracleModel]) -> None:
        self._build = build
        self._model: Model | OracleModel | None = None
        self._predictor: BatchPredictor | None = None

    def predict(self, examples: Sequence[Example]) -> Iterator[BatchPart]:
        """Yield predictions as they come; with no examples the model is only built."""
        if self._predictor is None:
            try:
                with contain_exits():
                    self._model = self._build()
            except Exception as error:
                yield (), BatchResult(fatal_error=format_error(error))
                return
            self._predictor = BatchPredictor(self._model)
        if examples:
            yield from self._predictor.iterate(examples)

    def close(self) -> None:
        """Close the model, if there is one that can be closed."""
        close_model(self._model)
        self._model = self._predictor = None


def close_model(model: Any) -> None:
    """Call the model's `close()`, if it has one; what it raises is logged."""
    close = getattr(model, "close", None)
    if callable(close):
        try:
            close()
        except Exception as error:
            _LOG.warning("the model could not be closed: %s", format_error(error))
