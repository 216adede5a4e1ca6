"""Nonsense is one sentence, before anything is computed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import summbench
from summbench.core.records import MetricInfo
from summbench.models.lead import Lead
from tests.commands import ROWS, python

_NEWS = {"news": ROWS}
_REFERENCES = ["a b", "c d"]


class _Metric:
    """A metric of somebody's own."""

    signature: Any = "mine|v:1"

    def __init__(self, columns: Any = None, error: Exception | None = None) -> None:
        self.columns = {"x": MetricInfo("higher", "quality")} if columns is None else columns
        self._error = error

    def score(self, examples: Any, summaries: Any) -> dict[str, list[float]]:
        if self._error is not None:
            raise self._error
        return {"x": [1.0] * len(summaries)}


def _evaluate(**keywords: Any) -> summbench.Run:
    return summbench.evaluate("lead1", _NEWS, "rouge", **keywords)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: summbench.load(3), "path is 3; expected a path."),  # type: ignore[arg-type]
        (lambda: summbench.replay(None), "path is None; expected a path."),  # type: ignore[arg-type]
        (lambda: _evaluate(out=3), "out is 3; expected a path."),
        (lambda: _evaluate(store=3), "store is 3; expected a path."),
        (lambda: _evaluate(executor=3), "executor is 3; expected a name or a config node."),
        (lambda: _evaluate(progress="yes"), "progress is 'yes'; expected True, False"),
        (lambda: _evaluate(allow_code=3), "allow_code is 3; expected a list of names."),
        (lambda: _evaluate(perturbation=3), "perturbation is 3; expected a list of names."),
        (lambda: _evaluate(model="lead3"), "model= is called models= here."),
        (lambda: summbench.evaluate(Lead, _NEWS), "Lead is a class; expected an object of it."),
        (lambda: summbench.evaluate({"": len}, _NEWS), "A model has an empty name"),
        (lambda: summbench.evaluate("lead1", []), "The list of datasets, or of rows, is empty."),
        (lambda: summbench.evaluate("lead1", _NEWS, _Metric), "_Metric is a class"),
        (
            lambda: summbench.evaluate("lead1", _NEWS, _Metric({"x": 1})),
            "column 'x' has 1; expected a MetricInfo('higher', 'quality')",
        ),
        (
            lambda: summbench.evaluate(
                "lead1", _NEWS, _Metric(error=ValueError("no")), primary="_metric.x"
            ),
            "The metric '_metric' failed: ValueError: no",
        ),
        (lambda: summbench.score(["a", "b"], "ab"), "a does not exist; expected a file"),
        (lambda: summbench.score({"x": "ab"}, _REFERENCES), "'x' is a str; expected a list"),
        (lambda: summbench.score({"a", "b"}, _REFERENCES), "'system' is a set; expected a list"),
        (lambda: summbench.score(3, _REFERENCES), "'system' is a int; expected a list"),
        (
            lambda: summbench.score(["a"], [3]),  # type: ignore[list-item]
            "a reference is a int; expected a list",
        ),
        (lambda: summbench.score({"x": ["a"]}), "references are missing"),
        (
            lambda: summbench.plan(sd=-1),
            "sd=-1 is no standard deviation; expected a number above 0",
        ),
    ],
)
def test_it_is_one_sentence(call: Callable[[], Any], sentence: str) -> None:
    with pytest.raises(summbench.SummbenchError) as raised:
        call()
    assert sentence in str(raised.value)


def test_a_verification_of_nothing_does_not_pass(tmp_path: Path) -> None:
    result = summbench.evaluate("lead1", _NEWS, "rouge", out=tmp_path / "run")
    with pytest.raises(summbench.SummbenchError, match="articles is 0; it must be at least 1"):
        summbench.verify(result, articles=0)
    assert summbench.load(tmp_path / "run").data.run_metadata.certificate is None


def test_a_damaged_run_is_not_saved(tmp_path: Path) -> None:
    folder = summbench.evaluate("lead1", _NEWS, "rouge").save(tmp_path / "run")
    damaged = bytearray((folder / "scores.parquet").read_bytes())
    damaged[100] ^= 1
    (folder / "scores.parquet").write_bytes(damaged)
    with pytest.raises(summbench.SummbenchError, match=r"scores\.parquet was changed or cut off"):
        summbench.load(folder).save(tmp_path / "copy")


def test_without_articles_nothing_is_called_empty(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "summbench"):
        summbench.score(_REFERENCES, _REFERENCES, metrics="rouge")
    assert caplog.messages == []


@pytest.mark.slow
def test_the_callers_root_logger_stays_as_it_was(tmp_path: Path) -> None:
    code = (
        "import logging, summbench; summbench.score(['a b'], ['a c']); "
        "print(logging.getLogger().handlers)"
    )
    done = python(tmp_path, "-c", code)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_a_report_of_the_gate_is_short(tmp_path: Path) -> None:
    first = summbench.evaluate("lead1", _NEWS, "rouge")
    report = summbench.compare(first, first)
    assert repr(report) == "<GateReport pass: 3 pass>"
