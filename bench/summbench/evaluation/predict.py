"""Predict what the store does not have; usable without Hydra."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any

from summbench.core.capabilities import SupportsBatching
from summbench.core.errors import SummbenchError
from summbench.core.records import BatchResult, Example, Executor, Prediction, Progress
from summbench.core.redaction import format_error
from summbench.core.replies import read_reply
from summbench.evaluation.prediction_writer import PredictionWriter
from summbench.evaluation.recorded import read_recorded
from summbench.evaluation.session import ModelSession, ModelSpec
from summbench.store.store import Store, with_article_id

_LOG = logging.getLogger("summbench")


@dataclass(slots=True)
class PredictionState:
    """One model on all datasets: which predictions are cached, and what came of the others.

    `failures` are errors by the keys of their articles.
    """

    session: ModelSession
    keys: dict[str, list[str]] = field(default_factory=dict)
    cached: dict[str, list[Prediction | None]] = field(default_factory=dict)
    environments: list[dict[str, Any]] = field(default_factory=list)
    usage: dict[str, float] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    logged_errors: set[str] = field(default_factory=set)

    @property
    def model(self) -> ModelSpec:
        """The model's name, kind and fingerprint."""
        return self.session.model

    def add_environments(self, environments: Iterable[dict[str, Any]]) -> None:
        """Add those that are not there yet."""
        self.environments += [e for e in environments if e not in self.environments]

    @property
    def missing(self) -> int:
        """How many articles have no prediction yet."""
        return sum(p is None for predictions in self.cached.values() for p in predictions)


def prepare(
    session: ModelSession,
    datasets: Mapping[str, Sequence[Example]],
    store: Store,
    recompute: bool = False,
    failures: Mapping[str, str] | None = None,
) -> PredictionState:
    """Look up what is stored, and the `failures` of earlier chunks.

    If something is missing, the model's class and arguments are checked, so that a user's mistake
    (SummbenchError) is raised before anything is computed.
    """
    model = session.model
    state = PredictionState(session)
    state.keys = {name: session.compute_keys(rows) for name, rows in datasets.items()}
    if model.precomputed:
        session.open()
        state.cached = {n: read_recorded(session.instance, n, rows) for n, rows in datasets.items()}
        return state
    stored: Mapping[str, Prediction] = {}
    if model.store_key is not None and not recompute:
        distinct = dict.fromkeys(key for keys in state.keys.values() for key in keys)
        rows = store.load_predictions(model.name, model.store_key, distinct)
        stored, state.environments = rows.predictions, rows.environments
    for name, examples in datasets.items():
        state.cached[name] = [
            _predict_empty_article(example)
            or _get_stored_or_failed(stored, failures or {}, key, example)
            for key, example in zip(state.keys[name], examples, strict=True)
        ]
    if state.missing and model.refusal:
        raise SummbenchError(model.refusal)
    if state.missing and model.store_key is not None:
        store.check_writable(f"predictions of {model.name!r} ({state.missing} missing)")
    if state.missing:
        session.check()
    return state


def label_progress(model: ModelSpec, dataset: str) -> str:
    """Say whose articles are counted."""
    return f"{model.name} on {dataset}"


def predict(
    state: PredictionState,
    datasets: Mapping[str, Sequence[Example]],
    store: Store,
    progress: Progress,
    executor: Executor,
) -> dict[str, list[Prediction]]:
    """Predict what is missing, and return every prediction of the model.

    What is new is stored as it comes, also when interrupted or killed. Raises: SummbenchError, if
    the model can't be built by the user's mistake.
    """
    model, predictions = state.model, state.cached
    places = _group_missing(state)
    missing: dict[str, list[int]] = {}
    for number, [(name, _), *_] in enumerate(places):
        missing.setdefault(name, []).append(number)
    totals = Counter(name for same in places for name, _ in same)
    finished: Counter[str] = Counter()
    for name, total in totals.items():
        progress(label_progress(model, name), 0, total)
    examples = [datasets[name][i] for [(name, i), *_] in places]
    batches = _plan_all(state.session, executor, examples, missing.values())
    writer = PredictionWriter(store, model.name, model.store_key, model.environment)
    with writer, closing(_iterate_results(state, executor, examples, batches)) as results:
        for batch, result in results:
            for number, prediction in zip(batch, result.predictions, strict=True):
                name, i = places[number][0]
                writer.add(state.keys[name][i], prediction, result.settings)
                if prediction.error is not None:
                    state.failures[state.keys[name][i]] = prediction.error
                for name, i in places[number]:
                    article_id = datasets[name][i].article.id
                    predictions[name][i] = with_article_id(prediction, article_id)
                    finished[name] += 1
            for quantity, amount in result.usage.items():
                state.usage[quantity] = state.usage.get(quantity, 0) + amount
            for name in {name for number in batch for name, _ in places[number]}:
                progress(label_progress(model, name), finished[name], totals[name])
    state.add_environments(writer.environments)
    return {
        name: [read_reply(p) for p in model.limit(filter(None, rows))]
        for name, rows in predictions.items()
    }


def _group_missing(state: PredictionState) -> list[list[tuple[str, int]]]:
    """Datasets and positions without a prediction; those of one key are predicted once."""
    places: dict[str, list[tuple[str, int]]] = {}
    for name, rows in state.cached.items():
        for i, prediction in enumerate(rows):
            if prediction is None:
                places.setdefault(state.keys[name][i], []).append((name, i))
    return list(places.values())


def _plan_all(
    session: ModelSession,
    executor: Executor,
    examples: Sequence[Example],
    datasets: Iterable[Sequence[int]],
) -> list[list[int]]:
    """The batches of all datasets; the model is built here, if it predicts here or plans them."""
    size = session.model.find_batch_size() if getattr(executor, "builds_models", False) else None
    if examples and size is None:
        session.open()
    return [
        batch
        for numbers in datasets
        for batch in (
            _plan_batches(session.instance, examples, numbers)
            if session.instance is not None or size is None
            else _cut_batches(size, examples, numbers)
        )
    ]


def _plan_batches(
    model: Any, examples: Sequence[Example], numbers: Sequence[int]
) -> list[list[int]]:
    """The batches that the model plans, or of its batch_size, the longest articles first.

    Each has articles of one dataset.
    """
    try:
        if isinstance(model, SupportsBatching):
            plan = model.plan_batches([examples[i].article for i in numbers])
            if sorted(k for batch in plan for k in batch) != list(range(len(numbers))):
                raise ValueError("not each article is in one of its batches")
            return [[numbers[k] for k in batch] for batch in plan]
    except Exception as error:
        if not isinstance(error, SummbenchError):  # which comes again with the first batch
            _LOG.warning("the model could not plan its batches: %s", format_error(error))
    return _cut_batches(getattr(model, "batch_size", 1), examples, numbers)


def _cut_batches(size: int, examples: Sequence[Example], numbers: Sequence[int]) -> list[list[int]]:
    longest = sorted(numbers, key=lambda i: (-len(examples[i].article.text), i))
    return [longest[start : start + size] for start in range(0, len(numbers), size)]


def _iterate_results(
    state: PredictionState,
    executor: Executor,
    examples: Sequence[Example],
    batches: Sequence[list[int]],
) -> Generator[tuple[Sequence[int], BatchResult], None, None]:
    """Batch after batch with its result; a model that cannot work at all fails on the rest."""
    name, missing = state.model.name, dict.fromkeys(n for batch in batches for n in batch)
    if missing and state.session.fatal_error is None:
        build = state.model.build
        with closing(executor.map(state.session.instance, build, examples, batches)) as results:
            for batch, result in results:
                if result.fatal_error is not None:
                    state.session.fatal_error = result.fatal_error
                    _LOG.error("%s did not run: %s", name, result.fatal_error)
                    break
                result = replace(result, predictions=state.model.limit(result.predictions))
                _log_failures(state, result)
                for number in batch:
                    del missing[number]
                yield batch, result
    if missing:
        error = state.session.fatal_error or "the executor returned no prediction"
        failures = [Prediction(examples[n].article.id, error=error) for n in missing]
        yield list(missing), BatchResult(failures)


def _log_failures(state: PredictionState, result: BatchResult) -> None:
    """Log each error with the first article that has it; the report counts them all."""
    for prediction in result.predictions:
        if prediction.error is not None and prediction.error not in state.logged_errors:
            state.logged_errors.add(prediction.error)
            failure = (state.model.name, prediction.article_id, prediction.error)
            _LOG.warning("%s: article %r failed: %s", *failure)


def _predict_empty_article(example: Example) -> Prediction | None:
    """The empty summary of an empty article; the model is not asked."""
    if example.article.text.strip():
        return None
    return Prediction(example.article.id, finish_reason="empty_article")


def _get_stored_or_failed(
    stored: Mapping[str, Prediction], failures: Mapping[str, str], key: str, example: Example
) -> Prediction | None:
    """The failure of an earlier chunk, or what the store has."""
    if key in failures:
        return Prediction(example.article.id, error=failures[key])
    prediction = stored.get(key)
    return prediction and with_article_id(prediction, example.article.id)
