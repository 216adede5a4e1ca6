"""A sample predicted again in other batches, orders, parts and processes."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from summbench.core.article_order import sort_examples
from summbench.core.records import BatchResult, Example, Executor, Prediction, Progress
from summbench.evaluation.predict import predict, prepare
from summbench.evaluation.session import ModelSession, ModelSpec
from summbench.store.store import Store

BASELINE = "again"
"""The variation that changes nothing: the others are compared with it."""

Datasets = Mapping[str, Sequence[Example]]
Predictions = Mapping[str, Sequence[Prediction]]


def draw_sample(examples: Sequence[Example], size: int, seed: int) -> list[Example]:
    """Draw so many examples, the same in whatever order the rows are; they keep their order."""
    order = sort_examples(examples).tolist()
    chosen = Random(seed).sample(range(len(examples)), min(size, len(examples)))  # noqa: S311
    return [examples[row] for row in sorted(order[place] for place in chosen)]


@dataclass(frozen=True, slots=True)
class RebatchingExecutor:
    """An executor that gets `size` articles at a time, the last ones first if `is_reversed`."""

    executor: Executor
    size: int | None = None
    is_reversed: bool = False

    @property
    def builds_models(self) -> bool:
        """Whether the executor builds its models itself."""
        return bool(getattr(self.executor, "builds_models", False))

    def map(
        self,
        model: Any,
        build: Callable[[], Any],
        examples: Sequence[Example],
        batches: Sequence[Sequence[int]],
    ) -> Generator[tuple[Sequence[int], BatchResult], None, None]:
        """Yield the executor's results for the other batches."""
        if self.size is not None:
            positions = [i for batch in batches for i in batch]
            starts = range(0, len(positions), self.size)
            batches = [positions[start : start + self.size] for start in starts]
        if self.is_reversed:
            batches = [batch[::-1] for batch in reversed(batches)]
        yield from self.executor.map(model, build, examples, batches)


@dataclass(frozen=True, slots=True)
class Rerun:
    """One model on the sample; every store is a new one in `folder`.

    `unbatched_model` is the same model, which never splits a batch that it is given.
    """

    model: ModelSpec
    unbatched_model: ModelSpec
    datasets: Datasets
    executor: Executor
    folder: Path
    progress: Progress

    def predict_variations(
        self, other_executors: Mapping[str, Executor], sizes: Sequence[int] = (1, 3)
    ) -> Iterator[tuple[str, Predictions]]:
        """Yield the name of each variation and its predictions.

        The first is the config as it is. Its batches differ from those of the run, as the sample is
        smaller. In this process each of the two models is built once, one at a time.
        """
        with ModelSession(self.model) as session:
            yield BASELINE, self._predict(BASELINE, session)
            yield "reversed", self._predict_reversed(session)
            yield "two halves", self._predict_halves(session)
            self._predict("resumed", session, self._take_every_second(0))
            yield "resumed", self._predict("resumed", session)
        with ModelSession(self.unbatched_model) as session:
            for size in sizes:
                name = f"batches of {size}"
                rebatching = RebatchingExecutor(self.executor, size)
                yield name, self._predict(name, session, executor=rebatching)
        for name, executor in other_executors.items():
            with ModelSession(self.model) as session:
                yield name, self._predict(name, session, executor=executor)

    def _predict(
        self,
        store_name: str,
        session: ModelSession,
        datasets: Datasets | None = None,
        executor: Executor | None = None,
    ) -> Predictions:
        store = Store(self.folder / store_name)
        datasets = self.datasets if datasets is None else datasets
        state = prepare(session, datasets, store)
        return predict(state, datasets, store, self.progress, executor or self.executor)

    def _predict_reversed(self, session: ModelSession) -> Predictions:
        """Predict the last article first; the predictions come in the order of the articles."""
        datasets = {name: examples[::-1] for name, examples in self.datasets.items()}
        executor = RebatchingExecutor(self.executor, is_reversed=True)
        predictions = self._predict("reversed", session, datasets, executor)
        return {name: of_dataset[::-1] for name, of_dataset in predictions.items()}

    def _predict_halves(self, session: ModelSession) -> Predictions:
        """Predict each half with a store of its own."""
        halves = [self._predict(f"half {k}", session, self._take_every_second(k)) for k in (0, 1)]
        return {
            name: [halves[i % 2][name][i // 2] for i in range(len(examples))]
            for name, examples in self.datasets.items()
        }

    def _take_every_second(self, start: int) -> Datasets:
        return {name: examples[start::2] for name, examples in self.datasets.items()}
