"""A model is built when it is first needed, once, one at a time, and closed at the end."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from summbench.core.batch_prediction import BatchPredictor
from summbench.core.errors import SummbenchError
from summbench.core.normalization import get_normalizer
from summbench.core.records import Article, Example, Executor, Prediction, ignore_progress
from summbench.datasets.description import describe_dataset
from summbench.evaluation.chunks import Evaluation
from summbench.evaluation.executors.local import Local
from summbench.evaluation.executors.processes import Processes
from summbench.evaluation.metric_spec import MetricSpec
from summbench.evaluation.predict import predict, prepare
from summbench.evaluation.session import ModelSession, ModelSpec
from summbench.metrics.length import Length
from summbench.metrics.rouge.metric import Rouge
from summbench.store.store import Store
from tests.fakes import Echo, Tidy


def _examples(count: int) -> list[Example]:
    return [Example(Article(str(i), f"Item {i}. Rain fell."), ("Rain.",)) for i in range(count)]


class _Logged(Echo):
    """Writes into a list when it is built, when it predicts and when it is closed."""

    def __init__(self, name: str, events: list[str]) -> None:
        super().__init__(2)
        self._name, self._events = name, events
        events.append(f"build {name}")

    def summarise(self, articles: Sequence[Article]) -> list[Prediction]:
        self._events.append(f"predict {self._name}")
        return super().summarise(articles)

    def close(self) -> None:
        self._events.append(f"close {self._name}")


def _evaluation(
    store: Path, specs: Sequence[ModelSpec], count: int = 5, recompute: bool = False
) -> Evaluation:
    examples = _examples(count)
    return Evaluation(
        specs, {"d": examples}, {"d": describe_dataset(examples)}, [], Store(store), Local(),
        recompute,
    )  # fmt: skip


def _spec(name: str, events: list[str], fingerprint: str | None = "f" * 64) -> ModelSpec:
    return ModelSpec(name, "system", partial(_Logged, name, events), fingerprint)


@pytest.mark.parametrize("size", [5, 2], ids=["one chunk", "three chunks"])
def test_a_model_is_built_once_and_closed_before_the_next_is_built(
    tmp_path: Path, size: int
) -> None:
    events: list[str] = []
    evaluation = _evaluation(tmp_path, [_spec("a", events), _spec("b", events)])
    chunks = list(evaluation.iterate_chunks(size, ignore_progress))
    alone = [event for event in events if not event.startswith("predict")]
    assert alone == ["build a", "close a", "build b", "close b"]
    summaries = [p.summary for chunk in chunks for r in chunk.results for p in r.predictions]
    assert sorted(summaries) == sorted([f"Item {i}." for i in range(5)] * 2)


def test_a_model_whose_predictions_are_stored_is_not_built(tmp_path: Path) -> None:
    for expected in (["build a", "predict a", "predict a", "close a"], []):
        events: list[str] = []
        list(_evaluation(tmp_path, [_spec("a", events)]).iterate_chunks(5, ignore_progress))
        assert events == expected


@pytest.mark.parametrize("size", [5, 2], ids=["one chunk", "three chunks"])
def test_a_model_without_a_fingerprint_predicts_and_is_not_stored(
    tmp_path: Path, size: int
) -> None:
    for _ in range(2):
        events: list[str] = []
        evaluation = _evaluation(tmp_path, [_spec("a", events, fingerprint=None)])
        chunks = list(evaluation.iterate_chunks(size, ignore_progress))
        assert sum(len(chunk.results[0].predictions) for chunk in chunks) == 5
        assert events[0] == "build a" and events[-1] == "close a"
        assert events.count("build a") == 1
        assert evaluation.states["a"].model.fingerprint is None
    assert not list(tmp_path.rglob("*.parquet"))


def test_an_empty_article_of_a_function_is_not_predicted(tmp_path: Path) -> None:
    model = Echo(2)
    examples = [Example(Article("blank", " ")), *_examples(1)]
    evaluation = Evaluation(
        [ModelSpec("f", "system", lambda: model, None)],
        {"d": examples}, {"d": describe_dataset(examples)}, [], Store(tmp_path), Local(),
    )  # fmt: skip
    [chunk] = evaluation.iterate_chunks(5, ignore_progress)
    assert [p.finish_reason for p in chunk.results[0].predictions] == ["empty_article", "stop"]
    assert model.asked == ["0"]


@pytest.mark.parametrize("recompute", [False, True])
def test_a_failed_article_of_several_chunks_is_predicted_once(
    tmp_path: Path, recompute: bool
) -> None:
    calls: list[str] = []

    class Failing(Echo):
        batch_size = 1

        def summarise(self, articles: Sequence[Article]) -> list[Prediction]:
            calls.extend(article.id for article in articles)
            raise RuntimeError("always")

    spec = ModelSpec("a", "system", Failing, "f" * 64)
    evaluation = _evaluation(tmp_path, [spec], recompute=recompute)
    chunks = list(evaluation.iterate_chunks(2, ignore_progress))
    assert sorted(calls) == list("01234")
    errors = [p.error for chunk in chunks for p in chunk.results[0].predictions]
    assert errors == ["RuntimeError: always"] * 5


def test_recompute_over_several_chunks_predicts_each_article_once_more(tmp_path: Path) -> None:
    list(_evaluation(tmp_path, [_spec("a", [])]).iterate_chunks(2, ignore_progress))
    model = Echo(1)
    spec = ModelSpec("a", "system", lambda: model, "f" * 64)
    chunks = _evaluation(tmp_path, [spec], recompute=True).iterate_chunks(2, ignore_progress)
    summaries = [p.summary for chunk in chunks for p in chunk.results[0].predictions]
    assert summaries == ["Item"] * 5
    assert sorted(model.asked) == list("01234")


def test_a_model_is_closed_when_the_run_is_interrupted(tmp_path: Path) -> None:
    def stop(label: str, done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    events: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        list(_evaluation(tmp_path, [_spec("a", events)]).iterate_chunks(5, stop))
    assert events[-1] == "close a"


def test_a_close_that_raises_is_logged_and_costs_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class Stubborn(Echo):
        def close(self) -> None:
            raise OSError("busy")

    spec = ModelSpec("a", "system", Stubborn, "f" * 64)
    with caplog.at_level(logging.WARNING, "summbench"):
        [chunk] = _evaluation(tmp_path, [spec]).iterate_chunks(5, ignore_progress)
    assert "the model could not be closed: OSError: busy" in caplog.text
    assert [p.error for p in chunk.results[0].predictions] == [None] * 5


class _ClosedNote(Tidy):
    """Leaves a note when it is closed."""

    def __init__(self, note: str) -> None:
        self._note = note

    def close(self) -> None:
        Path(self._note).touch()


def test_the_model_of_another_process_is_closed_too(tmp_path: Path) -> None:
    spec = ModelSpec("a", "system", partial(_ClosedNote, str(tmp_path / "closed")), "f" * 64)
    examples = {"d": _examples(3)}
    session = ModelSession(spec)
    state = prepare(session, examples, Store(tmp_path / "store"))
    predict(state, examples, Store(tmp_path / "store"), ignore_progress, Processes(1))
    assert (tmp_path / "closed").exists()  # the worker's: the session is not closed yet


def test_a_refusal_is_raised_only_if_something_is_missing(tmp_path: Path) -> None:
    spec = _spec("a", [])
    list(_evaluation(tmp_path, [spec]).iterate_chunks(5, ignore_progress))
    refusing = ModelSpec("a", "system", spec.build, "f" * 64, refusal="the store lacks it")
    list(_evaluation(tmp_path, [refusing]).iterate_chunks(5, ignore_progress))
    with pytest.raises(SummbenchError, match="the store lacks it"):
        list(_evaluation(tmp_path, [refusing], count=6).iterate_chunks(6, ignore_progress))


class _Yielding:
    """Yields the first word of each article; breaks or lies on command."""

    batch_size = 8

    def __init__(self, breaks_at: str = "", calls: list[list[str]] | None = None) -> None:
        self._breaks_at = breaks_at
        self.calls: list[list[str]] = [] if calls is None else calls

    def summarise(self, articles: Sequence[Article]) -> Iterator[Prediction]:
        self.calls.append([article.id for article in articles])
        for article in articles:
            if article.id == self._breaks_at:
                raise RuntimeError("broke")
            yield Prediction(article.id, article.text.split()[1])


def _predict_with(model: object, store: Path, executor: Executor | None = None) -> list[Prediction]:
    spec, datasets = ModelSpec("a", "system", lambda: model, "f" * 64), {"d": _examples(5)}
    with ModelSession(spec) as session:
        state = prepare(session, datasets, Store(store))
        return predict(state, datasets, Store(store), ignore_progress, executor or Local())["d"]


def test_a_model_may_yield_its_predictions(tmp_path: Path) -> None:
    predictions = _predict_with(_Yielding(), tmp_path)
    assert [p.summary for p in predictions] == ["0.", "1.", "2.", "3.", "4."]


def test_what_was_yielded_before_a_failure_is_not_predicted_again(tmp_path: Path) -> None:
    model = _Yielding(breaks_at="2")
    predictions = _predict_with(model, tmp_path)
    assert [p.error for p in predictions] == [None, None, "RuntimeError: broke", None, None]
    assert model.calls == [list("01234"), ["2"], ["3"], ["4"]]


def test_what_was_yielded_before_an_interruption_is_stored(tmp_path: Path) -> None:
    class Stopped(_Yielding):
        def summarise(self, articles: Sequence[Article]) -> Iterator[Prediction]:
            yield from list(super().summarise(articles))[:2]
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _predict_with(Stopped(), tmp_path)
    model = _Yielding()
    _predict_with(model, tmp_path)
    assert model.calls == [list("234")]


class _Wrong(_Yielding):
    """Yields other things for the article 3."""

    def __init__(self, output: str) -> None:
        super().__init__()
        self._output = output

    def summarise(self, articles: Sequence[Article]) -> Iterator[Prediction]:
        output = iter(self._output)
        yield from super().summarise(articles[:1]) if articles[0].id != "3" else output  # type: ignore[misc]


def test_too_few_predictions_are_the_error_of_their_article(tmp_path: Path) -> None:
    predictions = _predict_with(_Wrong(""), tmp_path)
    error = "ValueError: the model yielded 0 predictions for 1 articles"
    assert [p.error for p in predictions] == [None, None, None, error, None]


def test_another_thing_than_a_prediction_is_the_error_of_its_article(tmp_path: Path) -> None:
    predictions = _predict_with(_Wrong("x"), tmp_path)
    error = (
        "the model returned a str ('x') where a Prediction is expected; return "
        "Prediction(article.id, summary) for each article."
    )
    assert [p.error for p in predictions] == [None, None, None, error, None]


def test_a_model_that_has_returned_nothing_but_other_things_cannot_work(tmp_path: Path) -> None:
    class Strings:
        batch_size = 2
        calls = 0

        def summarise(self, articles: Sequence[Article]) -> list[Prediction]:
            self.calls += 1
            return ["x"] * len(articles)  # type: ignore[list-item]

    model = Strings()
    errors = {p.error for p in _predict_with(model, tmp_path)}
    assert [error.partition(";")[0] for error in errors if error] == [
        "the model returned a str ('x') where a Prediction is expected"
    ]
    assert model.calls == 1


def test_predictions_that_come_in_any_order_belong_to_the_articles_that_they_name(
    tmp_path: Path,
) -> None:
    class Backwards(_Yielding):
        def summarise(self, articles: Sequence[Article]) -> Iterator[Prediction]:
            return super().summarise(articles[::-1])

    model = Backwards()
    predictions = _predict_with(model, tmp_path)
    assert [(p.article_id, p.summary) for p in predictions] == [(str(i), f"{i}.") for i in range(5)]
    assert len(model.calls) == 1


def test_copies_of_one_article_in_a_batch_keep_their_own_predictions(tmp_path: Path) -> None:
    """A model sees them under ids that differ, and may yield them in any order."""
    copies = [Example(Article("a", f"Copy {i}.")) for i in range(3)]

    class Backwards(_Yielding):
        def summarise(self, articles: Sequence[Article]) -> Iterator[Prediction]:
            assert len({article.id for article in articles}) == 3
            return super().summarise(articles[::-1])

    results = dict[int, str]()
    for positions, result in BatchPredictor(Backwards()).iterate(copies):
        results |= {i: p.summary for i, p in zip(positions, result.predictions, strict=True)}
        assert {p.article_id for p in result.predictions} <= {"a"}
    assert results == {0: "0.", 1: "1.", 2: "2."}


def test_a_text_that_is_there_twice_is_predicted_once(tmp_path: Path) -> None:
    model = _Yielding()
    texts = {"d": ["One two.", "Three four.", "One two."], "e": ["Five six.", "Three four."]}
    datasets = {
        name: [Example(Article(f"{name}{i}", text)) for i, text in enumerate(of_dataset)]
        for name, of_dataset in texts.items()
    }
    spec, counts = ModelSpec("a", "system", lambda: model, "f" * 64), dict[str, int]()

    def count(label: str, done: int, total: int) -> None:
        assert done <= total
        counts[label] = done

    with ModelSession(spec) as session:
        state = prepare(session, datasets, Store(tmp_path))
        predictions = predict(state, datasets, Store(tmp_path), count, Local())
    assert sorted(map(sorted, model.calls)) == [["d0", "d1"], ["e0"]]
    assert [(p.article_id, p.summary) for name in texts for p in predictions[name]] == [
        ("d0", "two."), ("d1", "four."), ("d2", "two."), ("e0", "six."), ("e1", "four."),
    ]  # fmt: skip
    assert counts == {"a on d": 3, "a on e": 2}


def test_one_prediction_too_many_is_logged_and_costs_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class Generous(_Yielding):
        def summarise(self, articles: Sequence[Article]) -> Iterator[Prediction]:
            yield from super().summarise(articles)
            yield Prediction("z", "more")

    with caplog.at_level(logging.WARNING, "summbench"):
        predictions = _predict_with(Generous(), tmp_path)
    assert [p.error for p in predictions] == [None] * 5
    assert "the model failed after its last prediction: ValueError" in caplog.text


def test_three_evaluations_in_three_threads_give_what_they_give_alone(tmp_path: Path) -> None:
    metrics = [
        MetricSpec("length", Length(), "l" * 64),
        MetricSpec("rouge", Rouge(), "r" * 64, get_normalizer("score")),
    ]

    def evaluate(store: Path, words: int, size: int) -> list[tuple[str, Mapping[str, object]]]:
        examples = _examples(20)
        spec = ModelSpec("echo", "system", partial(Echo, words), str(words) * 64)
        function = ModelSpec("function", "system", partial(Echo, words), None)
        evaluation = Evaluation(
            [spec, function], {"d": examples}, {"d": describe_dataset(examples)}, metrics,
            Store(store), Local(),
        )  # fmt: skip
        return [
            (p.summary, dict(result.scores))
            for chunk in evaluation.iterate_chunks(size, ignore_progress)
            for result in chunk.results
            for p in result.predictions
        ]

    cases = [(1, 20), (2, 3), (3, 7)]
    alone = [evaluate(tmp_path / str(words), words, size) for words, size in cases]
    shared = tmp_path / "shared"
    with ThreadPoolExecutor(3) as threads:
        together = list(threads.map(lambda case: evaluate(shared, *case), cases))
    assert together == alone
