"""Predict what the store does not have; usable without Hydra."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bench.errors import BenchError
from bench.records import (
    Batched,
    Bound,
    Described,
    Example,
    Kind,
    Model,
    Prediction,
    Progress,
    sha256,
)
from bench.store import Store, named

_LOG = logging.getLogger("summbench")
_SECONDS_BETWEEN_PARTS = 2.0


@dataclass(frozen=True, slots=True)
class Entrant:
    """A model that takes part; without a fingerprint it computes nothing and nothing is stored."""

    name: str
    kind: Kind
    build: Callable[[], Any]
    fingerprint: str | None
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Attempt:
    """One entrant on all datasets: what is known before anything is computed, and then the rest."""

    entrant: Entrant
    found: dict[str, list[Prediction | None]]
    circumstances: list[dict[str, Any]] = field(default_factory=list)
    used: Any = None
    built: Any = None
    broken: str | None = None

    @property
    def missing(self) -> int:
        """How many articles have no prediction yet."""
        return sum(p is None for predictions in self.found.values() for p in predictions)


def prepare(
    entrant: Entrant, datasets: Mapping[str, Sequence[Example]], store: Store, fresh: bool = False
) -> Attempt:
    """Look up what is stored, and build the model if something is not.

    A user's mistake (BenchError) is raised here, before anything is computed; a model that breaks
    in its constructor is noted and fails on its articles.
    """
    made = store.predictions(entrant.name, entrant.fingerprint) if entrant.fingerprint else None
    known = {} if made is None or fresh else made.predictions
    attempt = Attempt(entrant, {})
    for name, examples in datasets.items():
        attempt.found[name] = [
            _of_no_text(example, entrant) or _stored(known, example, entrant)
            for example in examples
        ]
    if made and not fresh:
        attempt.circumstances = made.circumstances
    if attempt.missing:
        try:
            attempt.built = entrant.build()
        except BenchError:
            raise
        except Exception as error:
            attempt.broken = _said(error)
    return attempt


def predict(
    attempt: Attempt,
    datasets: Mapping[str, Sequence[Example]],
    store: Store,
    progress: Progress,
) -> dict[str, list[Prediction]]:
    """Every prediction of one entrant; what is new is stored as it comes, also when interrupted."""
    for name, examples in datasets.items():
        found = attempt.found[name]
        todo = [i for i, prediction in enumerate(found) if prediction is None]
        if todo:
            label = f"{attempt.entrant.name} on {name}"
            shelf = _Shelf(attempt, store)
            progress(label, 0, len(todo))
            try:
                for indices, predictions in _answers(attempt, examples, todo):
                    for i, prediction in zip(indices, predictions, strict=True):
                        found[i] = prediction
                        shelf.add(_row_key(examples[i], attempt.entrant), prediction)
                    shelf.save_if_due()
                    progress(label, len(todo) - sum(p is None for p in found), len(todo))
            finally:
                shelf.save()
    attempt.built = None
    return {name: [p for p in found if p is not None] for name, found in attempt.found.items()}


class _Shelf:
    """Predictions on their way to the store."""

    def __init__(self, attempt: Attempt, store: Store) -> None:
        self._attempt, self._store = attempt, store
        self._rows: list[tuple[str, Prediction]] = []
        self._saved = time.monotonic()

    def add(self, key: str, prediction: Prediction) -> None:
        self._rows.append((key, prediction))

    def save_if_due(self) -> None:
        if time.monotonic() - self._saved >= _SECONDS_BETWEEN_PARTS:
            self.save()

    def save(self) -> None:
        entrant = self._attempt.entrant
        if self._rows and entrant.fingerprint:
            built = self._attempt.built
            settings = dict(built.settings()) if isinstance(built, Described) else {}
            self._attempt.used = settings.pop("used", None)
            made = {"versions": dict(entrant.versions), "settings": settings}
            self._store.add_predictions(entrant.name, entrant.fingerprint, self._rows, made)
            if made not in self._attempt.circumstances:
                self._attempt.circumstances.append(made)
        self._rows = []
        self._saved = time.monotonic()


def _answers(
    attempt: Attempt, examples: Sequence[Example], todo: Sequence[int]
) -> Iterator[tuple[Sequence[int], list[Prediction]]]:
    """Batch after batch of answers; a model that cannot work at all fails on what is left."""
    for indices in _batches(attempt.built, examples, todo):
        batch = [examples[i] for i in indices]
        if attempt.broken is None:
            try:
                yield indices, _asked(attempt.built, batch)
                continue
            except BenchError as error:
                attempt.broken = str(error)
                _LOG.error("%s cannot work: %s", attempt.entrant.name, error)
        yield indices, [Prediction(e.article.id, error=attempt.broken) for e in batch]


def _batches(model: Any, examples: Sequence[Example], todo: Sequence[int]) -> list[list[int]]:
    """What to ask for together: as the model says, or so many at a time, the longest first."""
    try:
        if isinstance(model, Batched):
            planned = model.batches([examples[i].article for i in todo])
            if sorted(k for batch in planned for k in batch) != list(range(len(todo))):
                raise ValueError("not each article is in one of its batches")
            return [[todo[k] for k in batch] for batch in planned]
    except Exception as error:
        if not isinstance(error, BenchError):  # which comes again with the first batch
            _LOG.warning("the model could not say its batches: %s", _said(error))
    longest = sorted(todo, key=lambda i: (-len(examples[i].article.text), i))
    size = getattr(model, "batch_size", 1)
    return [longest[start : start + size] for start in range(0, len(todo), size)]


def _asked(model: Model | Bound, examples: Sequence[Example]) -> list[Prediction]:
    """The model's answers; if it breaks on several articles, each is asked for alone."""
    start = time.perf_counter()
    try:
        if isinstance(model, Bound):
            got = list(model.bound(examples))
        else:
            got = list(model.summarise([example.article for example in examples]))
        _check(got, examples)
    except BenchError:
        raise
    except Exception as error:
        if len(examples) > 1:
            return [prediction for example in examples for prediction in _asked(model, [example])]
        _LOG.warning("article %r failed: %s", examples[0].article.id, _said(error))
        return [Prediction(examples[0].article.id, error=_said(error))]
    share = (time.perf_counter() - start) / len(examples)
    return [
        prediction if prediction.seconds else replace(prediction, seconds=share)
        for prediction in got
    ]


def _check(got: Sequence[Prediction], examples: Sequence[Example]) -> None:
    wanted = [example.article.id for example in examples]
    if [prediction.article_id for prediction in got] != wanted:
        raise ValueError(
            f"the model returned {len(got)} predictions, not one for each article in order"
        )


def _of_no_text(example: Example, entrant: Entrant) -> Prediction | None:
    """Nothing is summarised as nothing, without asking the model."""
    if example.article.text.strip() or entrant.fingerprint is None:
        return None
    return Prediction(example.article.id, finish_reason="empty_article")


def _stored(
    known: Mapping[str, Prediction], example: Example, entrant: Entrant
) -> Prediction | None:
    prediction = known.get(_row_key(example, entrant)) if known else None
    return prediction and named(prediction, example.article.id)


def _row_key(example: Example, entrant: Entrant) -> str:
    """What the model saw: the article's text, and for a bound the references."""
    seen = example.references if entrant.kind == "bound" else ()
    return sha256(example.article.text, *seen)


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
