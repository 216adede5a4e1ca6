"""Whether a model answers the same however it is asked: a sample of a run, predicted again."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import isnan
from pathlib import Path
from random import Random
from statistics import fmean
from tempfile import TemporaryDirectory
from typing import Any, Literal, NamedTuple

from summbench.core.records import BatchResult, Example, Executor, Prediction, Progress
from summbench.evaluation.predict import ModelSpec, predict, prepare
from summbench.evaluation.score import MetricSpec, score
from summbench.store.store import Store

SCHEMA = 1
SHARE = 0.01
"""The share of a dataset's articles (but at least one) whose summaries may differ..."""
EPSILON = 1e-4
"""...if no mean of the primary metric moves by more than this: a hundredth of a point."""
AGAIN = "again"
_SHOWN = 40

State = Literal["exact", "within epsilon", "broken"]
Datasets = Mapping[str, Sequence[Example]]
Predictions = Mapping[str, Sequence[Prediction]]


class Finding(NamedTuple):
    """What one variation did to one model, and in one sentence where the first summary parts."""

    state: State
    where: str = ""


def sample(examples: Sequence[Example], articles: int, seed: int) -> list[Example]:
    """So many of the examples, drawn without replacement, in their order."""
    chosen = Random(seed).sample(range(len(examples)), min(articles, len(examples)))  # noqa: S311
    return [examples[i] for i in sorted(chosen)]


@dataclass(frozen=True, slots=True)
class RebatchingExecutor:
    """An executor that is handed `size` articles at a time, the last ones first if `backwards`."""

    executor: Executor
    size: int | None = None
    backwards: bool = False

    def map(
        self,
        model: Any,
        build: Callable[[], Any],
        examples: Sequence[Example],
        batches: Sequence[Sequence[int]],
    ) -> Generator[tuple[Sequence[int], BatchResult], None, None]:
        """The executor's answers to the other batches."""
        if self.size is not None:
            left = [i for batch in batches for i in batch]
            batches = [left[start : start + self.size] for start in range(0, len(left), self.size)]
        if self.backwards:
            batches = [batch[::-1] for batch in reversed(batches)]
        yield from self.executor.map(model, build, examples, batches)


@dataclass(frozen=True, slots=True)
class Rerun:
    """One model on the sample; every store is a new one in `folder`.

    `roomy` is the same model with room for any batch that it is handed.
    """

    entrant: ModelSpec
    roomy: ModelSpec
    datasets: Datasets
    local: Executor
    folder: Path
    progress: Progress

    def variations(
        self, others: Mapping[str, Executor], sizes: Sequence[int] = (1, 3)
    ) -> Iterator[tuple[str, Predictions]]:
        """What is varied, and the predictions that come of it; `others` are more executors.

        First the config as it is. It batches articles that the run had in other batches, as the
        sample is smaller. In this process each of the two models is built once, one at a time.
        """
        own = _built_once(self.entrant)
        yield AGAIN, self._predicted(AGAIN, own)
        backwards = {name: examples[::-1] for name, examples in self.datasets.items()}
        found = self._predicted(
            "reversed", own, backwards, RebatchingExecutor(self.local, backwards=True)
        )
        yield "reversed", {name: predictions[::-1] for name, predictions in found.items()}
        yield "two halves", self._halves(own)
        self._predicted("resumed", own, self._every_second(0))
        yield "resumed", self._predicted("resumed", own)
        own = _built_once(self.roomy)
        for size in sizes:
            what = f"batches of {size}"
            yield what, self._predicted(what, own, executor=RebatchingExecutor(self.local, size))
        del own
        for name, executor in others.items():
            yield name, self._predicted(name, self.entrant, executor=executor)

    def _predicted(
        self,
        store: str,
        entrant: ModelSpec,
        datasets: Datasets | None = None,
        executor: Executor | None = None,
    ) -> Predictions:
        shelf = Store(self.folder / store)
        datasets = self.datasets if datasets is None else datasets
        attempt = prepare(entrant, datasets, shelf)
        return predict(attempt, datasets, shelf, self.progress, executor or self.local)

    def _halves(self, entrant: ModelSpec) -> Predictions:
        """Each half in a store of its own."""
        first, second = (
            self._predicted(f"half {k}", entrant, self._every_second(k)) for k in (0, 1)
        )
        return {
            name: [(first, second)[i % 2][name][i // 2] for i in range(len(examples))]
            for name, examples in self.datasets.items()
        }

    def _every_second(self, start: int) -> Datasets:
        return {name: examples[start::2] for name, examples in self.datasets.items()}


def _built_once(entrant: ModelSpec) -> ModelSpec:
    return replace(entrant, build=cache(entrant.build))


def compared(
    before: Predictions, after: Predictions, datasets: Datasets, measure: Callable[[], MetricSpec]
) -> Finding:
    """Exact is the same summary, finish reason and token counts of every article.

    Within epsilon is: at most `SHARE` of each dataset's articles differ, none by failing, and no
    column of the primary metric's `measure` (made only then) moves its mean by over `EPSILON`.
    """
    finding = Finding("exact")
    for name, predictions in before.items():
        pairs = list(zip(predictions, after[name], strict=True))
        apart = [(old, new) for old, new in pairs if _said(old) != _said(new)]
        if not apart:
            continue
        where = f"{len(apart)} of {len(pairs)} articles of {name}, first {_parting(*apart[0])}"
        few = len(apart) <= max(1, SHARE * len(pairs))
        failing = any((old.error is None) != (new.error is None) for old, new in apart)
        if not few or failing or _moved(datasets[name], predictions, after[name], measure()):
            return Finding("broken", where)
        finding = Finding("within epsilon", finding.where or where)
    return finding


def _said(prediction: Prediction) -> tuple[object, ...]:
    if prediction.error is not None:
        return ("failed",)
    return (
        prediction.summary,
        prediction.finish_reason,
        prediction.input_tokens,
        prediction.output_tokens,
    )


def _parting(before: Prediction, after: Prediction) -> str:
    """The article, and where its two answers part."""
    if before.error is not None or after.error is not None:
        fates = ("failed" if p.error is not None else "had a summary" for p in (before, after))
        return f"{before.article_id!r}: {' and then '.join(fates)}"
    if before.summary == after.summary:
        counts = (f"{p.finish_reason}, {p.input_tokens}/{p.output_tokens}" for p in (before, after))
        return f"{before.article_id!r}: the same summary, but {' and then '.join(counts)} tokens"
    pairs = enumerate(zip(before.summary, after.summary, strict=False))
    ends = min(len(before.summary), len(after.summary))
    at = next((i for i, (old, new) in pairs if old != new), ends)
    texts = (repr(p.summary[at : at + _SHOWN]) for p in (before, after))
    return f"{before.article_id!r}: from character {at} on {' and then '.join(texts)}"


def _moved(
    examples: Sequence[Example],
    before: Sequence[Prediction],
    after: Sequence[Prediction],
    measure: MetricSpec,
) -> bool:
    """Whether a mean of the metric moves by more than epsilon, or a score is newly undefined."""
    places = {("sample", "before"): before, ("sample", "after"): after}
    with TemporaryDirectory(prefix="summbench-verify-") as folder:
        old, new = score({"sample": examples}, places, [measure], Store(Path(folder)), _untold)
    return any(
        list(map(isnan, old.scores[column])) != list(map(isnan, new.scores[column]))
        or abs(_mean(old.scores[column]) - _mean(new.scores[column])) > EPSILON
        for column in old.scores
    )


def _mean(values: Sequence[float]) -> float:
    return fmean([value for value in values if not isnan(value)] or [0.0])


def _untold(label: str, done: int, total: int) -> None:
    """No bar for a handful of scores."""
