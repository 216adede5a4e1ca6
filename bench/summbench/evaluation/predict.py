"""Predict what the store does not have; usable without Hydra."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from summbench.core.capabilities import SupportsAvailabilityCheck, SupportsBatching
from summbench.core.errors import SummbenchError
from summbench.core.records import (
    BatchResult,
    Example,
    Executor,
    Kind,
    Prediction,
    Progress,
    sha256,
)
from summbench.evaluation.executors.worker import said
from summbench.store.store import Store, named

_LOG = logging.getLogger("summbench")
_SECONDS_BETWEEN_PARTS = 2.0


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model that takes part; without a fingerprint it computes nothing and nothing is stored."""

    name: str
    kind: Kind
    build: Callable[[], Any]
    fingerprint: str | None
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class PredictionState:
    """One entrant on all datasets: what is known before anything is computed, and then the rest."""

    entrant: ModelSpec
    found: dict[str, list[Prediction | None]]
    circumstances: list[dict[str, Any]] = field(default_factory=list)
    used: dict[str, float] = field(default_factory=dict)
    built: Any = None
    broken: str | None = None

    @property
    def missing(self) -> int:
        """How many articles have no prediction yet."""
        return sum(p is None for predictions in self.found.values() for p in predictions)


def prepare(
    entrant: ModelSpec,
    datasets: Mapping[str, Sequence[Example]],
    store: Store,
    recompute: bool = False,
) -> PredictionState:
    """Look up what is stored, and build the model if something is not.

    A user's mistake (SummbenchError) is raised here, before anything is computed; a model that
    breaks in its constructor is noted and fails on its articles.
    """
    attempt = PredictionState(entrant, {})
    keys = {name: [_row_key(e, entrant) for e in examples] for name, examples in datasets.items()}
    known: Mapping[str, Prediction] = {}
    if entrant.fingerprint and not recompute:
        wanted = dict.fromkeys(key for found in keys.values() for key in found)
        made = store.predictions(entrant.name, entrant.fingerprint, wanted)
        known, attempt.circumstances = made.predictions, made.circumstances
    for name, examples in datasets.items():
        attempt.found[name] = [
            _of_no_text(example, entrant) or _stored(known, key, example)
            for key, example in zip(keys[name], examples, strict=True)
        ]
    if attempt.missing:
        if entrant.fingerprint:
            store.check_writable(f"predictions of {entrant.name!r} ({attempt.missing} missing)")
        try:
            attempt.built = entrant.build()
            if isinstance(attempt.built, SupportsAvailabilityCheck):
                attempt.built.check_available()
        except SummbenchError:
            raise
        except Exception as error:
            attempt.broken = said(error)
    return attempt


def predict(
    attempt: PredictionState,
    datasets: Mapping[str, Sequence[Example]],
    store: Store,
    progress: Progress,
    executor: Executor,
) -> dict[str, list[Prediction]]:
    """Every prediction of one entrant; what is new is stored as it comes, also when interrupted."""
    entrant, found = attempt.entrant, attempt.found
    todo = {name: [i for i, p in enumerate(ps) if p is None] for name, ps in found.items()}
    places = [(name, i) for name, missing in todo.items() for i in missing]
    examples = [datasets[name][i] for name, i in places]
    done = dict.fromkeys((name for name, missing in todo.items() if missing), 0)
    for name in done:
        progress(f"{entrant.name} on {name}", 0, len(todo[name]))
    shelf = PredictionWriter(attempt, store)
    try:
        with closing(
            _answers(attempt, executor, examples, _chunks(attempt, todo, examples))
        ) as got:
            for chunk, answers in got:
                for number, prediction in zip(chunk, answers.predictions, strict=True):
                    name, i = places[number]
                    found[name][i] = prediction
                    done[name] += 1
                    shelf.add(_row_key(examples[number], entrant), prediction, answers.settings)
                for what, amount in answers.used.items():
                    attempt.used[what] = attempt.used.get(what, 0) + amount
                shelf.save_if_due()
                for name in {places[number][0] for number in chunk}:
                    progress(f"{entrant.name} on {name}", done[name], len(todo[name]))
    finally:
        shelf.save()
    attempt.built = None
    return {name: [p for p in predictions if p is not None] for name, predictions in found.items()}


class PredictionWriter:
    """Predictions on their way to the store, apart by the settings that they were made with."""

    def __init__(self, attempt: PredictionState, store: Store) -> None:
        self._attempt, self._store = attempt, store
        self._rows: list[tuple[Mapping[str, Any], list[tuple[str, Prediction]]]] = []
        self._saved = time.monotonic()

    def add(self, key: str, prediction: Prediction, settings: Mapping[str, Any]) -> None:
        """Keep it until the next part is written."""
        rows = next((rows for made, rows in self._rows if made == settings), None)
        if rows is None:
            rows = []
            self._rows.append((settings, rows))
        rows.append((key, prediction))

    def save_if_due(self) -> None:
        """Write a part if the last one is two seconds old."""
        if time.monotonic() - self._saved >= _SECONDS_BETWEEN_PARTS:
            self.save()

    def save(self) -> None:
        """Write what was added since the last part."""
        entrant = self._attempt.entrant
        if entrant.fingerprint:
            for settings, rows in self._rows:
                made = {"versions": dict(entrant.versions), "settings": settings}
                self._store.add_predictions(entrant.name, entrant.fingerprint, rows, made)
                if made not in self._attempt.circumstances:
                    self._attempt.circumstances.append(made)
        self._rows = []
        self._saved = time.monotonic()


def _chunks(
    attempt: PredictionState, todo: Mapping[str, Sequence[int]], examples: Sequence[Example]
) -> list[list[int]]:
    """What the model is asked for at once: articles of one dataset."""
    chunks: list[list[int]] = []
    start = 0
    for missing in todo.values():
        numbers = range(start, start + len(missing))
        start += len(missing)
        chunks += _batches(attempt.built, examples, numbers)
    return chunks


def _batches(model: Any, examples: Sequence[Example], todo: Sequence[int]) -> list[list[int]]:
    """What to ask for together: as the model says, or so many at a time, the longest first."""
    try:
        if isinstance(model, SupportsBatching):
            planned = model.batches([examples[i].article for i in todo])
            if sorted(k for batch in planned for k in batch) != list(range(len(todo))):
                raise ValueError("not each article is in one of its batches")
            return [[todo[k] for k in batch] for batch in planned]
    except Exception as error:
        if not isinstance(error, SummbenchError):  # which comes again with the first batch
            _LOG.warning("the model could not say its batches: %s", said(error))
    longest = sorted(todo, key=lambda i: (-len(examples[i].article.text), i))
    size = getattr(model, "batch_size", 1)
    return [longest[start : start + size] for start in range(0, len(todo), size)]


def _answers(
    attempt: PredictionState,
    executor: Executor,
    examples: Sequence[Example],
    chunks: Sequence[list[int]],
) -> Generator[tuple[Sequence[int], BatchResult], None, None]:
    """Chunk after chunk of answers; a model that cannot work at all fails on what is left."""
    name, left = attempt.entrant.name, dict.fromkeys(n for chunk in chunks for n in chunk)
    if left and attempt.broken is None:
        with closing(executor.map(attempt.built, attempt.entrant.build, examples, chunks)) as got:
            for chunk, answers in got:
                if answers.broken is not None:
                    attempt.broken = answers.broken
                    _LOG.error("%s cannot work: %s", name, answers.broken)
                    break
                _mention_failures(attempt, answers)
                for number in chunk:
                    del left[number]
                yield chunk, answers
    if left:
        error = attempt.broken or "the executor brought no answer"
        yield (
            list(left),
            BatchResult([Prediction(examples[n].article.id, error=error) for n in left]),
        )


def _mention_failures(attempt: PredictionState, answers: BatchResult) -> None:
    for prediction in answers.predictions if attempt.entrant.fingerprint else ():
        if prediction.error is not None:
            _LOG.warning("article %r failed: %s", prediction.article_id, prediction.error)


def _of_no_text(example: Example, entrant: ModelSpec) -> Prediction | None:
    """Nothing is summarised as nothing, without asking the model."""
    if example.article.text.strip() or entrant.fingerprint is None:
        return None
    return Prediction(example.article.id, finish_reason="empty_article")


def _stored(known: Mapping[str, Prediction], key: str, example: Example) -> Prediction | None:
    prediction = known.get(key)
    return prediction and named(prediction, example.article.id)


def _row_key(example: Example, entrant: ModelSpec) -> str:
    """What the model saw: the article's text, and for a bound the references."""
    seen = example.references if entrant.kind == "bound" else ()
    return sha256(example.article.text, *seen)
