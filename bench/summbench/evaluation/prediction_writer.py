"""Predictions on their way to the store: each is there about a second after it came."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from threading import Condition, Thread
from types import TracebackType
from typing import Any

from summbench.core.records import Prediction
from summbench.store.store import Store

_LOG = logging.getLogger("summbench")
_SECONDS_IN_MEMORY = 1.0
_LARGEST_PART = 4096


class PredictionWriter:
    """Writes predictions of one model as parts, grouped by the settings that they were made with.

    A thread does it, so that what has come is stored while the next takes its time. Used with
    `with`, at whose end everything is stored, also after an exception. Without a fingerprint
    nothing is stored. `environments` is the environment with the settings of all that was added.
    """

    def __init__(
        self, store: Store, name: str, fingerprint: str | None, environment: Mapping[str, Any]
    ) -> None:
        self._store, self._name, self._fingerprint = store, name, fingerprint
        self._environment = environment
        self.environments: list[dict[str, Any]] = []
        self._pending: list[tuple[dict[str, Any], list[tuple[str, Prediction]]]] = []
        self._changed = Condition()
        self._oldest_at = 0.0
        self._n_stored = 0
        self._is_closed = False
        self._failure: Exception | None = None
        self._thread = Thread(target=self._run, name=f"store {name}", daemon=True)

    def __enter__(self) -> PredictionWriter:
        if self._fingerprint is not None:
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        with self._changed:
            self._is_closed = True
            self._changed.notify()
            self._save()
        if self._fingerprint is None:
            return
        self._thread.join()
        if kind is not None and issubclass(kind, KeyboardInterrupt):
            _LOG.warning(
                "%s: interrupted; %d new predictions are stored.", self._name, self._n_stored
            )

    def add(self, key: str, prediction: Prediction, settings: Mapping[str, Any]) -> None:
        """Hold it until the next part is written.

        Raises: SummbenchError, if the store could not be written to; nothing is dropped for it.
        """
        with self._changed:
            if self._failure is not None:
                raise self._failure
            if not self._pending:
                self._oldest_at = time.monotonic()
                self._changed.notify()
            rows = next(
                (rows for other, rows in self._pending if other["settings"] == settings), None
            )
            if rows is None:
                rows = []
                environment = {**self._environment, "settings": dict(settings)}
                if environment not in self.environments:
                    self.environments.append(environment)
                self._pending.append((environment, rows))
            rows.append((key, prediction))
            if len(rows) >= _LARGEST_PART:
                self._save()

    def _run(self) -> None:
        with self._changed:
            while not self._is_closed:
                age = time.monotonic() - self._oldest_at
                if not self._pending:
                    self._changed.wait()
                elif age < _SECONDS_IN_MEMORY:
                    self._changed.wait(_SECONDS_IN_MEMORY - age)
                else:
                    try:
                        self._save()
                    except Exception as error:  # raised again where the predictions come from
                        self._failure = error
                        return

    def _save(self) -> None:
        while self._pending:
            environment, rows = self._pending[0]
            if self._fingerprint is not None:
                self._store.add_predictions(self._name, self._fingerprint, rows, environment)
                self._n_stored += sum(prediction.error is None for _, prediction in rows)
            del self._pending[0]
