"""The order in which metrics see pairs, and what they share."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from summbench.core.records import Article, Example, MetricInfo, Prediction, ignore_progress
from summbench.core.text import _split_line, split_summary
from summbench.evaluation.metric_spec import LARGEST_PART, MetricSpec
from summbench.evaluation.score import score
from summbench.metrics.copying import Copying
from summbench.metrics.length import Length
from summbench.metrics.rouge.metric import Rouge
from summbench.store.store import Store


class _Recording:
    """A metric that notes which summaries it got, in a list that it shares with others."""

    columns = {"one": MetricInfo("higher", "quality")}  # noqa: RUF012
    signature = "recording|v:1"

    def __init__(self, name: str, calls: list[tuple[str, list[str]]]) -> None:
        self._name, self._calls = name, calls

    def score(
        self, examples: Sequence[Example], summaries: Sequence[str]
    ) -> dict[str, list[float]]:
        self._calls.append((self._name, list(summaries)))
        return {"one": [float(summary) for summary in summaries]}


def test_all_metrics_score_a_part_before_the_next_one(tmp_path: Path) -> None:
    size = 2 * LARGEST_PART + 1
    examples = [Example(Article(str(i), f"text {i}")) for i in range(size)]
    predictions = [Prediction(str(i), str(i)) for i in range(size)]
    calls: list[tuple[str, list[str]]] = []
    metrics = [MetricSpec(name, _Recording(name, calls), name) for name in "ab"]
    [result] = score(
        {"d": examples}, {("d", "m"): predictions}, metrics, Store(tmp_path), ignore_progress
    )
    expected = list(map(float, range(size)))
    assert result.scores == {"a.one": expected, "b.one": expected}
    for name in "ab":
        assert [s for n, part in calls if n == name for s in part] == list(map(str, range(size)))
    n_scored = {"a": 0, "b": 0}
    for name, part in calls:
        n_scored[name] += len(part)
        assert 0 <= n_scored["a"] - n_scored["b"] <= LARGEST_PART


def test_a_summary_is_split_once_for_all_metrics(tmp_path: Path) -> None:
    examples = [Example(Article(str(i), "It held."), ("It held. It did.",)) for i in range(300)]
    predictions = [Prediction(str(i), f"It held {i} times. It rained.") for i in range(300)]
    metrics = [
        MetricSpec("rouge", Rouge(), "r"),
        MetricSpec("rouge_stem", Rouge(stem=True), "s"),
        MetricSpec("length", Length(), "l"),
        MetricSpec("copying", Copying(), "c"),
    ]
    _split_line.cache_clear()
    score({"d": examples}, {("d", "m"): predictions}, metrics, Store(tmp_path), ignore_progress)
    assert _split_line.cache_info().misses == 301  # 300 summaries and their one reference


def test_a_long_summary_is_split_and_not_kept() -> None:
    _split_line.cache_clear()
    assert split_summary("It held. " * 1_000) == ["It held."] * 1_000
    assert _split_line.cache_info().currsize == 0
