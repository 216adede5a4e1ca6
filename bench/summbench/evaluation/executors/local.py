"""In this process, one chunk after the other."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Any

from summbench.core.records import BatchResult, Example
from summbench.evaluation.executors.worker import ask


class Local:
    """The model that was built here is asked here."""

    def map(
        self,
        model: Any,
        build: Callable[[], Any],
        examples: Sequence[Example],
        chunks: Sequence[Sequence[int]],
    ) -> Generator[tuple[Sequence[int], BatchResult], None, None]:
        """Chunk after chunk, in their order."""
        for chunk in chunks:
            yield chunk, ask(model, [examples[i] for i in chunk])
