"""Wrong values in every field: each is an error that names its row, and the others are stored.

What is wrong is settled by the types and ranges of `Prediction` and by OpenAI's reference of a chat
completion; no expected value is taken from the code.
"""

from __future__ import annotations

import json
import logging
import math
from asyncio import CancelledError
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import pytest

from summbench.core.errors import SummbenchError
from summbench.core.prediction_checks import LONGEST_TEXT
from summbench.core.records import (
    Article,
    Example,
    MetricInfo,
    Prediction,
    ignore_progress,
)
from summbench.evaluation.executors.local import Local
from summbench.evaluation.metric_spec import MetricSpec
from summbench.evaluation.predict import predict, prepare
from summbench.evaluation.score import score
from summbench.evaluation.session import ModelSession, ModelSpec
from summbench.models.endpoint import Endpoint
from summbench.store.store import Store
from tests.servers import Answer, Moody, completion, fine, moody

_EXAMPLES = [Example(Article(name, f"{name} fell.")) for name in ("before", "bad", "after")]


class _Unwritable:
    def __repr__(self) -> str:
        raise RuntimeError("no words")


_NO_TEXT: Sequence[Any] = (
    3, 1.5, True, b"bytes", ["a"], {"a": 1}, ("a",), object(), _Unwritable(), "lone \ud800",
    "\udfff", math.nan,
)  # fmt: skip
_NO_COUNT: Sequence[Any] = (
    True, False, -1, 2**63, 10**30, 10**5000, 1.5, math.nan, math.inf, "12", [], {}, b"1",
    _Unwritable(),
)  # fmt: skip
_NO_DURATION: Sequence[Any] = (
    -0.5, math.inf, -math.inf, 10**400, True, "1", None, [], 1j, _Unwritable(),
)  # fmt: skip
_NO_FLAG: Sequence[Any] = (None, 0, 1, "true", [], _Unwritable())
_TOO_LONG = "a" * (LONGEST_TEXT + 1)
_WRONG: Mapping[str, Sequence[Any]] = {
    "summary": (*_NO_TEXT, None, _TOO_LONG),
    "reasoning": (*_NO_TEXT, None, _TOO_LONG),
    "raw": (*_NO_TEXT, _TOO_LONG),
    "raw_reasoning": (*_NO_TEXT, None, _TOO_LONG),
    "finish_reason": (*_NO_TEXT, None, "a" * 100_000),
    "error": _NO_TEXT,
    "input_tokens": _NO_COUNT,
    "output_tokens": _NO_COUNT,
    "seconds": _NO_DURATION,
    "input_truncated": _NO_FLAG,
}


class _Own:
    """Gives the article "bad" a prediction with the value in the field."""

    batch_size = 3

    def __init__(self, field: str, value: object, *, is_list: bool) -> None:
        self._wrong = {field: value}
        self._is_list = is_list
        self.calls = 0

    def summarise(self, articles: Sequence[Article]) -> Iterable[Prediction]:
        self.calls += 1
        predictions = (
            Prediction(a.id, **({"summary": "Fine."} if a.id != "bad" else self._wrong))
            for a in articles
        )
        return list(predictions) if self._is_list else predictions


def _predict(
    model: object, store: Path, max_summary_characters: int = LONGEST_TEXT
) -> dict[str, Prediction]:
    spec, datasets = ModelSpec("m", "system", lambda: model, "f" * 64), {"d": _EXAMPLES}
    spec = replace(spec, max_summary_characters=max_summary_characters)
    with ModelSession(spec) as session:
        state = prepare(session, datasets, Store(store))
        predictions = predict(state, datasets, Store(store), ignore_progress, Local())["d"]
    stored = Store(store).load_predictions("m", "f" * 64)
    assert len(stored.predictions) == 2
    assert {p.summary for p in stored.predictions.values()} == {"Fine."}
    return {prediction.article_id: prediction for prediction in predictions}


def _check(
    predictions: Mapping[str, Prediction], field: str, caplog: pytest.LogCaptureFixture
) -> None:
    error = predictions["bad"].error or ""
    assert field in error and "\n" not in error and len(error) < 700
    assert predictions["before"].error is None and predictions["after"].error is None
    [record] = [r for r in caplog.records if "failed" in r.getMessage()]
    assert ": article 'bad' failed: " in record.getMessage()


@pytest.mark.parametrize("is_list", [True, False], ids=["a list", "a generator"])
@pytest.mark.parametrize(
    ("field", "number"), [(field, i) for field in _WRONG for i in range(len(_WRONG[field]))]
)
def test_a_wrong_value_of_a_class_of_ones_own(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, field: str, number: int, is_list: bool
) -> None:
    model = _Own(field, _WRONG[field][number], is_list=is_list)
    with caplog.at_level(logging.WARNING, "summbench"):
        _check(_predict(model, tmp_path), field, caplog)
    assert model.calls == 1  # what was right, and what was wrong, is asked once


@pytest.mark.parametrize("thing", [None, "text", 3, {"summary": "a"}, object(), _Unwritable()])
def test_another_thing_among_predictions(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, thing: Any
) -> None:
    class Odd(_Own):
        def summarise(self, articles: Sequence[Article]) -> Iterable[Prediction]:
            return [thing if a.id == "bad" else Prediction(a.id, "Fine.") for a in articles]

    with caplog.at_level(logging.WARNING, "summbench"):
        _check(_predict(Odd("", "", is_list=True), tmp_path), "where a Prediction is", caplog)


class _Ending(BaseException):
    """Nothing that means Ctrl-C, and no Exception either."""


@pytest.mark.parametrize("error", [SystemExit(0), SystemExit(3), CancelledError(), _Ending()])
@pytest.mark.parametrize("is_list", [True, False], ids=["a list", "a generator"])
def test_code_that_would_end_the_run_fails_on_its_article(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, error: BaseException, is_list: bool
) -> None:
    class Ending(_Own):
        def summarise(self, articles: Sequence[Article]) -> Iterable[Prediction]:
            predictions = map(self._predict, articles)
            return list(predictions) if is_list else predictions

        def _predict(self, article: Article) -> Prediction:
            if article.id == "bad":
                raise error
            return Prediction(article.id, "Fine.")

    with caplog.at_level(logging.WARNING, "summbench"):
        _check(_predict(Ending("", "", is_list=is_list), tmp_path), type(error).__name__, caplog)


@pytest.mark.parametrize("is_first", [True, False])
def test_a_model_that_does_not_stop_repeating_itself_is_left(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, is_first: bool
) -> None:
    class Endless(_Own):
        def summarise(self, articles: Sequence[Article]) -> Iterable[Prediction]:
            if articles[0].id == "bad":
                return repeat(Prediction("before", "Fine."))
            fine = [Prediction(a.id, "Fine.") for a in articles if a.id != "bad"]
            return chain(fine, repeat(fine[0] if is_first else fine[-1]))

    with caplog.at_level(logging.WARNING, "summbench"):
        _check(
            _predict(Endless("", "", is_list=False), tmp_path), "not one for each article", caplog
        )


@pytest.mark.parametrize(
    "settings",
    [
        None, 3, {"a": object()}, {"a": "\ud800"}, {"usage": 3}, {"usage": {"tokens": "12"}},
        {"usage": {"cost": math.nan}},
    ],
)  # fmt: skip
def test_settings_that_can_not_be_recorded_cost_no_prediction(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, settings: Any
) -> None:
    class Odd(_Own):
        def get_settings(self) -> Any:
            return settings

    with caplog.at_level(logging.WARNING, "summbench"):
        predictions = _predict(Odd("seconds", -1, is_list=False), tmp_path)
    assert predictions["before"].error is None and predictions["after"].error is None
    assert caplog.text.count("get_settings() of the model is not recorded") == 1


# --- servers -------------------------------------------------------------------------------------

_JSON_NO_COUNT: Sequence[Any] = (True, False, -1, 2**63, 10**30, 1.5, "12", [], {}, [1], "NaN")
_JSON_NO_TEXT: Sequence[Any] = (3, 1.5, True, False, 10**30)
_JSON_NO_LABEL: Sequence[Any] = (*_JSON_NO_TEXT, [], ["stop"], {"a": 1}, "a" * 100_000)
_SERVER: Mapping[str, Sequence[Any]] = {
    "prompt_tokens": _JSON_NO_COUNT,
    "completion_tokens": _JSON_NO_COUNT,
    "usage": (3, True, "12", [1], [{}], 1.5, 10**30),
    "content": _JSON_NO_TEXT,
    "reasoning_content": _JSON_NO_TEXT,
    "finish_reason": _JSON_NO_LABEL,
    "refusal": _JSON_NO_TEXT,
}


def _answer_wrongly(field: str, value: object) -> dict[str, Any]:
    answer = completion("Fine.")
    if field == "usage":
        answer["usage"] = value
    elif field.endswith("_tokens"):
        answer["usage"][field] = value
    elif field == "finish_reason":
        answer["choices"][0][field] = value
    else:
        answer["choices"][0]["message"][field] = value
    return answer


class _Wrong(Moody):
    """Answers an article that is bad with another answer."""

    wrong = ""

    def answer(self, body: dict[str, Any], key: str) -> Answer | None:
        if body["messages"][-1]["content"].startswith("bad"):
            return 200, {"Content-Type": "application/json"}, self.wrong
        return fine(completion("Fine."))


@pytest.fixture(scope="module")
def server() -> Iterable[_Wrong]:
    with moody(_Wrong) as wrong:
        assert isinstance(wrong, _Wrong)
        yield wrong


@pytest.mark.parametrize(
    ("field", "number"), [(field, i) for field in _SERVER for i in range(len(_SERVER[field]))]
)
def test_a_wrong_value_of_a_server(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    server: _Wrong,
    field: str,
    number: int,
) -> None:
    server.wrong = json.dumps(_answer_wrongly(field, _SERVER[field][number]))
    model = Endpoint(server.url, "tiny", "{article}", retries=0)
    with caplog.at_level(logging.WARNING, "summbench"):
        _check(_predict(model, tmp_path), field, caplog)


@pytest.mark.parametrize(
    "body",
    ["[" * 100_000, '{"choices": ' * 50_000, "{", "null", "NaN", '"text"', "\u202e", "{}",
     '{"choices": [{"message": {"content": ' + '[{"text": ' * 400 + '"a"' + "}]" * 400 + "}}]}",
     '{"usage": {"completion_tokens": ' + "9" * 5000 + "}}"],
    ids=range(10),
)  # fmt: skip
def test_an_answer_of_another_shape(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, server: _Wrong, body: str
) -> None:
    server.wrong = body
    model = Endpoint(server.url, "tiny", "{article}", retries=0)
    with caplog.at_level(logging.WARNING, "summbench"):
        _check(_predict(model, tmp_path), "", caplog)


def test_a_summary_of_a_server_that_is_over_the_limit(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, server: _Wrong
) -> None:
    server.wrong = json.dumps(completion("Eleven here"))
    model = Endpoint(server.url, "tiny", "{article}", retries=0)
    with caplog.at_level(logging.WARNING, "summbench"):
        predictions = _predict(model, tmp_path, max_summary_characters=10)
        _check(predictions, "longer than the 10 characters of max_summary_characters", caplog)


def test_counts_that_are_whole_and_names_of_any_type_are_no_mistake(server: _Wrong) -> None:
    answer = completion("Fine.") | {"model": 3, "system_fingerprint": ["a"], "id": 7}
    answer["usage"] = {"prompt_tokens": 12.0, "completion_tokens": None}
    server.wrong = json.dumps(answer)
    model = Endpoint(server.url, "tiny", "{article}", retries=0)
    [prediction] = model.summarise([Article("bad", "bad")])
    assert (prediction.summary, prediction.error) == ("Fine.", None)
    assert (prediction.input_tokens, prediction.output_tokens) == (12, None)
    assert model.get_settings()["answered_by"] == []


# --- scores --------------------------------------------------------------------------------------


class _Metric:
    columns: Mapping[str, MetricInfo] = {"n": MetricInfo("higher", "quality")}
    signature = "n|v:1"

    def __init__(self, value: object) -> None:
        self._value = value

    def score(
        self, examples: Sequence[Example], summaries: Sequence[str]
    ) -> dict[str, list[float]]:
        return {"n": [self._value if e.article.id == "bad" else 1.0 for e in examples]}  # type: ignore[misc]


@pytest.mark.parametrize(
    "value", ["good", b"1", [1.0], {}, 1j, math.inf, -math.inf, 1e308, -1e101, 10**400, object(),
     _Unwritable()],
)  # fmt: skip
def test_a_wrong_score_is_said_with_its_article_and_the_others_are_stored(
    tmp_path: Path, value: object
) -> None:
    spec = MetricSpec("mine", _Metric(value), "f" * 64)
    predictions = [Prediction(e.article.id, "Fine.") for e in _EXAMPLES]
    with pytest.raises(SummbenchError, match=r"'mine' returned .* in 'n'.* the article 'bad'"):
        score({"d": _EXAMPLES}, {("d", "m"): predictions}, [spec], Store(tmp_path), ignore_progress)
    assert list(Store(tmp_path).load_scores("mine", "f" * 64).values()) == [(1.0,), (1.0,)]


def test_a_metric_that_would_end_the_run_is_a_failed_metric(tmp_path: Path) -> None:
    class Ending(_Metric):
        def score(
            self, examples: Sequence[Example], summaries: Sequence[str]
        ) -> dict[str, list[float]]:
            raise SystemExit(0)

    spec = MetricSpec("mine", Ending(1.0), "f" * 64)
    predictions = [Prediction(e.article.id, "Fine.") for e in _EXAMPLES]
    with pytest.raises(SummbenchError, match=r"'mine' failed: .*SystemExit\(0\)"):
        score({"d": _EXAMPLES}, {("d", "m"): predictions}, [spec], Store(tmp_path), ignore_progress)
