"""Only what is missing is predicted and scored; one failure never takes others with it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Example, Kind, MetricInfo, Prediction, TaskResult
from summbench.evaluation.executors.local import Local
from summbench.evaluation.metric_spec import MetricSpec
from summbench.evaluation.predict import predict, prepare
from summbench.evaluation.score import score
from summbench.evaluation.session import ModelSession, ModelSpec
from summbench.metrics.length import Length
from summbench.metrics.rouge.metric import Rouge
from summbench.store.store import Store
from tests.fakes import Broken, Cheat, Echo, Shuffler, Silent, Slow, Unstartable

_TEXTS = {
    "a": "The dam held after rain.",
    "b": "Nobody was hurt in the flood at all.",
    "c": "Boats sank.",
}
_EXAMPLES = [Example(Article(k, t), ("The dam held.",)) for k, t in _TEXTS.items()]


def _quiet(label: str, done: int, total: int) -> None:
    pass


def _spec(
    build: Callable[[], Any], kind: Kind = "system", fingerprint: str = "f" * 64
) -> ModelSpec:
    return ModelSpec("fake", kind, build, fingerprint)


def _predict(
    spec: ModelSpec,
    store: Store,
    examples: Sequence[Example] = _EXAMPLES,
    recompute: bool = False,
) -> list[Prediction]:
    datasets = {"d": examples}
    return predict(
        prepare(ModelSession(spec), datasets, store, recompute), datasets, store, _quiet, Local()
    )["d"]


def test_predictions_are_in_the_order_of_the_articles(tmp_path: Path) -> None:
    predictions = _predict(_spec(lambda: Echo(2)), Store(tmp_path))
    assert [(p.article_id, p.summary) for p in predictions] == [
        ("a", "The dam"),
        ("b", "Nobody was"),
        ("c", "Boats sank."),
    ]


def test_what_is_stored_is_not_predicted_again_and_the_model_is_not_built(tmp_path: Path) -> None:
    first = _predict(_spec(lambda: Echo(2)), Store(tmp_path))
    again = _predict(_spec(Unstartable), Store(tmp_path))
    assert again == first


def test_only_new_articles_are_asked_for_whatever_the_order_or_dataset(tmp_path: Path) -> None:
    _predict(_spec(lambda: Echo(2)), Store(tmp_path), _EXAMPLES[:2])
    model = Echo(2)
    predictions = _predict(_spec(lambda: model), Store(tmp_path), _EXAMPLES[::-1])
    assert model.asked == ["c"]
    assert [p.article_id for p in predictions] == ["c", "b", "a"]


def test_the_same_text_under_another_id_is_found(tmp_path: Path) -> None:
    _predict(_spec(lambda: Echo(2)), Store(tmp_path))
    renamed = [Example(Article("z", _TEXTS["a"]))]
    assert _predict(_spec(Unstartable), Store(tmp_path), renamed)[0].article_id == "z"


def test_fresh_predicts_again(tmp_path: Path) -> None:
    _predict(_spec(lambda: Echo(1)), Store(tmp_path))
    assert _predict(_spec(lambda: Echo(2)), Store(tmp_path), recompute=True)[0].summary == "The dam"
    assert _predict(_spec(Unstartable), Store(tmp_path))[0].summary == "The dam"


def test_one_broken_article_is_marked_and_the_others_are_kept(tmp_path: Path) -> None:
    predictions = _predict(_spec(lambda: Broken(on="Nobody")), Store(tmp_path))
    assert [p.summary for p in predictions] == ["fine", "", "fine"]
    assert predictions[1].error == "RuntimeError: the fake broke, as it should"
    repaired = Echo(1)
    _predict(_spec(lambda: repaired), Store(tmp_path))
    assert repaired.asked == ["b"]


class _Wordless:
    """Fails on each article, on the third in another way."""

    batch_size = 1

    def summarise(self, articles: Sequence[Article]) -> list[Prediction]:
        return [Prediction(a.id, error="boats" if a.id == "c" else "no text") for a in articles]


def test_an_error_that_many_articles_have_is_logged_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    predictions = _predict(_spec(_Wordless), Store(tmp_path))
    assert [p.error for p in predictions] == ["no text", "no text", "boats"]
    errors = [record.getMessage().partition(" failed: ")[2] for record in caplog.records]
    assert sorted(errors) == ["boats", "no text"]


class _Replying:
    """A reply of eleven characters to the second article, of ten to the others, after thoughts."""

    batch_size = 3

    def summarise(self, articles: Sequence[Article]) -> list[Prediction]:
        replies = {"a": "ten letter", "b": "eleven lett", "c": "<think>Hm, long.</think>ten letter"}
        return [Prediction(a.id, raw=replies[a.id]) for a in articles]


def test_a_summary_over_the_limit_is_its_articles_error_and_is_not_stored(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    limited = replace(_spec(_Replying), max_summary_characters=10)
    predictions = _predict(limited, Store(tmp_path))
    assert [p.summary for p in predictions] == ["ten letter", "", "ten letter"]
    assert [p.error for p in predictions] == [
        None, "the summary is longer than the 10 characters of max_summary_characters", None,
    ]  # fmt: skip
    assert len([r for r in caplog.records if "'b' failed" in r.getMessage()]) == 1
    raised = Echo(2)  # what is stored has the key that it has without a limit
    _predict(_spec(lambda: raised), Store(tmp_path))
    assert raised.asked == ["b"]


def test_a_limit_holds_for_what_was_stored_without_one(tmp_path: Path) -> None:
    stored = _predict(_spec(_Replying), Store(tmp_path))
    assert [p.error for p in stored] == [None, None, None]
    limited = replace(_spec(Unstartable), max_summary_characters=10)
    predictions = _predict(limited, Store(tmp_path))
    assert [p.error is None for p in predictions] == [True, False, True]
    assert _predict(_spec(Unstartable), Store(tmp_path)) == stored


def test_a_model_that_does_not_start_fails_on_every_article(tmp_path: Path) -> None:
    predictions = _predict(_spec(Unstartable), Store(tmp_path))
    assert {p.error for p in predictions} == {"OSError: no such device"}


def test_a_mistake_of_the_user_in_the_config_stops_before_anything_is_computed(
    tmp_path: Path,
) -> None:
    def refuse() -> None:
        raise SummbenchError("the weights are missing")

    spec = replace(_spec(refuse), check=refuse)
    with pytest.raises(SummbenchError, match="weights are missing"):
        prepare(ModelSession(spec), {"d": _EXAMPLES}, Store(tmp_path))
    with pytest.raises(SummbenchError, match="weights are missing"):
        _predict(_spec(refuse), Store(tmp_path))


def test_a_model_that_cannot_work_at_all_is_asked_once(tmp_path: Path) -> None:
    class Unloadable:
        batch_size = 1
        calls = 0

        def summarise(self, articles: Sequence[Article]) -> list[Prediction]:
            self.calls += 1
            raise SummbenchError("the file is no checkpoint")

    model = Unloadable()
    predictions = _predict(_spec(lambda: model), Store(tmp_path))
    assert [p.error for p in predictions] == ["the file is no checkpoint"] * 3
    assert model.calls == 1


def test_answers_in_the_wrong_order_are_no_answers(tmp_path: Path) -> None:
    class Pairwise(Shuffler):
        batch_size = 3

    predictions = _predict(_spec(Pairwise), Store(tmp_path))
    # Asked one by one, even this model can't confuse them.
    assert [(p.article_id, p.summary) for p in predictions] == [("a", "x"), ("b", "x"), ("c", "x")]


def test_an_empty_article_is_summarised_as_empty_without_asking_the_model(tmp_path: Path) -> None:
    blank = [Example(Article("blank", " \n"), ("Something.",))]
    [predictions] = _predict(_spec(Broken), Store(tmp_path), blank)
    assert predictions == Prediction("blank", finish_reason="empty_article")


def test_a_bound_is_known_by_its_references_too(tmp_path: Path) -> None:
    _predict(_spec(Cheat, "bound"), Store(tmp_path))
    other = [Example(Article("a", _TEXTS["a"]), ("Another reference.",))]
    assert (
        _predict(_spec(Cheat, "bound"), Store(tmp_path), other)[0].summary == "Another reference."
    )


def test_an_interrupted_model_keeps_what_it_finished(tmp_path: Path) -> None:
    def stop_after_two(label: str, done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    datasets = {"d": _EXAMPLES}
    state = prepare(ModelSession(_spec(lambda: Slow(0.0))), datasets, Store(tmp_path))
    with pytest.raises(KeyboardInterrupt):
        predict(state, datasets, Store(tmp_path), stop_after_two, Local())
    rest = Echo(1)
    _predict(_spec(lambda: rest), Store(tmp_path))
    assert len(rest.asked) == 1


def _score(
    metrics: Sequence[MetricSpec], predictions: Sequence[Prediction], store: Store,
    examples: Sequence[Example] = _EXAMPLES,
) -> TaskResult:  # fmt: skip
    [result] = score({"d": examples}, {("d", "m"): predictions}, metrics, store, _quiet)
    return result


def test_a_failed_article_scores_zero_on_quality_and_nothing_on_diagnostics(tmp_path: Path) -> None:
    predictions = [
        Prediction("a", "The dam held."),
        Prediction("b", error="boom"),
        Prediction("c", ""),
    ]
    metrics = [MetricSpec("rouge", Rouge(), "r"), MetricSpec("length", Length(), "l")]
    result = _score(metrics, predictions, Store(tmp_path))
    assert result.scores["rouge.rouge1_f"] == [1.0, 0.0, 0.0]
    assert result.scores["length.tokens"][0] == 3.0
    assert math.isnan(result.scores["length.tokens"][1])
    assert result.scores["length.tokens"][2] == 0.0


def test_columns_that_need_what_the_dataset_has_not_are_absent(tmp_path: Path) -> None:
    bare = [Example(example.article) for example in _EXAMPLES]
    predictions = [Prediction(example.article.id, "The dam.") for example in bare]
    metrics = [MetricSpec("rouge", Rouge(), "r"), MetricSpec("length", Length(), "l")]
    assert set(_score(metrics, predictions, Store(tmp_path), bare).scores) == {
        "length.tokens",
        "length.sentences",
        "length.characters",
    }


class _Counting:
    """A metric that counts the pairs it was asked about."""

    columns = {"one": MetricInfo("higher", "quality")}  # noqa: RUF012
    signature = "counting|v:1"

    def __init__(self) -> None:
        self.asked = 0

    def score(
        self, examples: Sequence[Example], summaries: Sequence[str]
    ) -> dict[str, list[float]]:
        self.asked += len(summaries)
        return {"one": [float(len(summary)) for summary in summaries]}


def test_a_pair_is_scored_once_whichever_model_wrote_the_summary(tmp_path: Path) -> None:
    metric = _Counting()
    predictions = _predict(_spec(lambda: Echo(2)), Store(tmp_path))
    for _ in range(2):
        _score([MetricSpec("counting", metric, "c")], predictions, Store(tmp_path))
    assert metric.asked == 3
    _score([MetricSpec("counting", metric, "another")], predictions, Store(tmp_path))
    assert metric.asked == 6


def test_a_metric_of_the_whole_dataset_gets_it_in_one_call_and_is_not_stored(
    tmp_path: Path,
) -> None:
    class Whole(_Counting):
        corpus_level = True

    metric = Whole()
    predictions = _predict(_spec(lambda: Echo(2)), Store(tmp_path))
    for _ in range(2):
        result = _score([MetricSpec("whole", metric, "w")], predictions, Store(tmp_path))
    assert result.scores["whole.one"] == [7.0, 10.0, 11.0]
    assert metric.asked == 6


def test_a_metric_that_returns_too_little_is_refused(tmp_path: Path) -> None:
    class Short(_Counting):
        def score(
            self, examples: Sequence[Example], summaries: Sequence[str]
        ) -> dict[str, list[float]]:
            return {"one": [1.0]}

    predictions = _predict(_spec(Silent), Store(tmp_path))[:2]
    with pytest.raises(SummbenchError, match="'short' returned 1 numbers in 'one' for 3 summaries"):
        _score(
            [MetricSpec("short", Short(), "s")],
            [Prediction("a", "x"), Prediction("b", "y"), *predictions[:1]],
            Store(tmp_path),
        )


def test_a_metric_that_returns_text_is_refused_in_a_sentence(tmp_path: Path) -> None:
    class Wordy(_Counting):
        def score(
            self, examples: Sequence[Example], summaries: Sequence[str]
        ) -> dict[str, list[float]]:
            return {"one": ["good"] * len(summaries)}  # type: ignore[list-item]

    predictions = _predict(_spec(Echo), Store(tmp_path))
    with pytest.raises(
        SummbenchError, match="'wordy' returned a str in 'one'; expected numbers, or NaN"
    ):
        _score([MetricSpec("wordy", Wordy(), "w")], predictions, Store(tmp_path))
