"""Trials of an evaluation: relative losses, severities and chunks."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from pathlib import Path
from typing import Any

import pytest

from summbench.analysis.robustness.accumulator import TrialAccumulator, compute_relative_loss
from summbench.analysis.robustness.trials import (
    Trial,
)
from summbench.core.records import Article, Example
from summbench.datasets.description import describe_dataset
from summbench.evaluation.chunks import Evaluation
from summbench.evaluation.executors.local import Local
from summbench.evaluation.metric_spec import MetricSpec
from summbench.evaluation.session import ModelSpec
from summbench.metrics.chrf import Chrf
from summbench.perturbations.injected import Injected
from summbench.perturbations.perturbation import PerturbationSpec
from summbench.stats.intervals import estimate
from summbench.store.store import Store
from tests.fakes import Echo

_ADVERT = Injected(["Read more: boats sank"], "ends", keeps_meaning=True)


def _quiet(label: str, done: int, total: int) -> None:
    pass


def test_the_relative_loss_is_a_ratio_of_means() -> None:
    # Means 0.3 and 0.25: a sixth is lost, though the losses of the two articles are 1/4 and 0.
    drop, clean = estimate([0.1, 0.0]), estimate([0.4, 0.2])
    loss = compute_relative_loss(drop, clean)
    assert loss.mean == pytest.approx(1 / 6)
    # Student's t with one degree of freedom: 12.7062 times 0.05, over 0.3.
    assert (loss.high - loss.low) / 2 == pytest.approx(12.7062 * 0.05 / 0.3, rel=1e-5)
    assert (loss.n, loss.method) == (2, "student-t (small n)")


@pytest.mark.parametrize("before", [[0.0, 0.0], [], [-0.2, 0.1]])
def test_without_a_mean_above_0_there_is_no_relative_loss(before: Sequence[float]) -> None:
    assert isnan(compute_relative_loss(estimate([0.1, 0.2]), estimate(before)).mean)


def _examples(count: int) -> list[Example]:
    return [Example(Article(str(i), f"Item {i}. Rain fell."), ("Rain.",)) for i in range(count)]


def _build_evaluation(
    folder: Path, model: Any, severities: Sequence[float], count: int = 5
) -> Evaluation:
    metric, examples = MetricSpec("chrf", Chrf(), "c" * 64), _examples(count)
    return Evaluation(
        [ModelSpec("echo", "system", lambda: model, "f" * 64)],
        {"d": examples}, {"d": describe_dataset(examples)}, [metric], Store(folder), Local(),
        perturbations=[PerturbationSpec("advert", _ADVERT, severity) for severity in severities],
        robustness_metrics=[metric],
    )  # fmt: skip


def _compute_trials(evaluation: Evaluation, chunk_size: int) -> list[Trial]:
    accumulator = TrialAccumulator({"chrf.chrf2": "higher"})
    for chunk in evaluation.iterate_chunks(chunk_size, _quiet):
        accumulator.add(chunk)
    return accumulator.build_trials({"d": evaluation.statistics["d"].order})


def test_severity_0_predicts_nothing_new_and_changes_nothing(tmp_path: Path) -> None:
    model = Echo(2)
    [trial] = _compute_trials(_build_evaluation(tmp_path, model, [0.0]), 5)
    assert sorted(model.asked) == list("01234")
    assert (trial.articles, trial.changed, trial.failed) == (5, 0, 0)
    means = {name: estimate.mean for name, estimate in trial.numbers.items()}
    assert means.pop("clean.chrf.chrf2") > 0
    assert isnan(means.pop("leakage"))
    ones = {"stability.rouge2", "stability.chrf2", "source.rouge2"}
    assert means == {name: 1.0 if name in ones else 0.0 for name in means}


def test_a_text_is_predicted_once_however_often_it_comes(tmp_path: Path) -> None:
    model = Echo(2)
    # At 0.05 and 0.1 the one unit that is applied is the same.
    [few, more] = _compute_trials(_build_evaluation(tmp_path, model, [0.05, 0.1]), 5)
    assert sorted(model.asked) == sorted("01234" * 2)
    assert few.numbers == more.numbers


def test_the_chunk_size_changes_no_number(tmp_path: Path) -> None:
    whole = _compute_trials(_build_evaluation(tmp_path / "one", Echo(9), [0.05, 1.0]), 5)
    in_chunks = _compute_trials(_build_evaluation(tmp_path / "many", Echo(9), [0.05, 1.0]), 2)
    assert repr(whole) == repr(in_chunks)
    assert [trial.severity for trial in whole] == [0.05, 1.0]
