"""In this process, one batch after the other."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Any

from summbench.core.records import BatchResult, Example
from summbench.evaluation.failures import iterate_batch


class Local:
    """The model that was built here predicts here."""

    def map(
        self,
        model: Any,
        build: Callable[[], Any],
        examples: Sequence[Example],
        batches: Sequence[Sequence[int]],
    ) -> Generator[tuple[Sequence[int], BatchResult], None, None]:
        """Batch after batch, each in parts if the model yields its predictions."""
        for batch in batches:
            for positions, result in iterate_batch(model, [examples[i] for i in batch]):
                yield [batch[k] for k in positions], result
