"""In this process, one batch after the other."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Any

from summbench.core.records import BatchResult, Example
from summbench.evaluation.executors.worker import predict_batch


class Local:
    """The model that was built here predicts here."""

    def map(
        self,
        model: Any,
        build: Callable[[], Any],
        examples: Sequence[Example],
        batches: Sequence[Sequence[int]],
    ) -> Generator[tuple[Sequence[int], BatchResult], None, None]:
        """Batch after batch, in their order."""
        for batch in batches:
            yield batch, predict_batch(model, [examples[i] for i in batch])
