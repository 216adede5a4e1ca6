"""In this process, one batch after the other."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Any

from summbench.core.batch_prediction import BatchPredictor
from summbench.core.records import BatchResult, Example


class Local:
    """The model that was built here predicts here."""

    def map(
        self,
        model: Any,
        build: Callable[[], Any],
        examples: Sequence[Example],
        batches: Sequence[Sequence[int]],
    ) -> Generator[tuple[Sequence[int], BatchResult], None, None]:
        """Batch after batch, each in parts as its predictions come."""
        predictor = BatchPredictor(model)
        for batch in batches:
            for positions, result in predictor.iterate([examples[i] for i in batch]):
                yield [batch[k] for k in positions], result
