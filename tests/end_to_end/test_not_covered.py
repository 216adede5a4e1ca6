"""Code beside a class of one's own, which its fingerprint does not cover, is named in run.json."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands import jsonl, run, written

pytestmark = pytest.mark.slow

_METRIC = """
from helper_of_mine import count
from summbench import MetricInfo

class Words:
    columns = {"n": MetricInfo("neither", "diagnostic")}
    signature = "words"

    def score(self, examples, summaries):
        return {"n": [float(count(summary)) for summary in summaries]}
"""
_MODEL = """
from helper_of_mine import count
from summbench import Prediction

class First:
    def summarise(self, articles):
        return [Prediction(a.id, a.text[: count(a.text) * 5]) for a in articles]
"""


def test_a_helper_outside_the_package_is_named_for_models_and_metrics(tmp_path: Path) -> None:
    (tmp_path / "helper_of_mine.py").write_text("def count(text): return len(text.split())\n")
    (tmp_path / "my_metric.py").write_text(_METRIC)
    (tmp_path / "my_model.py").write_text(_MODEL)
    for group, name, target in [("metric", "words", "my_metric.Words"),
                                ("model", "first", "my_model.First")]:  # fmt: skip
        (tmp_path / "mine" / group).mkdir(parents=True)
        node = json.dumps({name: {"_target_": target}})
        (tmp_path / "mine" / group / f"{name}.yaml").write_text(node)
    jsonl(tmp_path / "news.jsonl")
    allow = ("--allow-code", "my_metric", "--allow-code", "my_model")
    done = run(
        tmp_path, "run", "-cd", "mine", "model=first,lead1", "metric=chrf,words",
        "dataset=news.jsonl", *allow,
    )  # fmt: skip
    metadata = written(tmp_path, "run.json")
    assert metadata["models"]["first"]["not_covered"] == ["helper_of_mine"]
    assert metadata["metrics"]["words"]["not_covered"] == ["helper_of_mine"]
    assert not metadata["models"]["lead1"].get("not_covered")
    assert not metadata["metrics"]["chrf"].get("not_covered")
    for name in ("first", "words"):
        assert f"{name}: its fingerprint does not cover helper_of_mine" in done.stderr
