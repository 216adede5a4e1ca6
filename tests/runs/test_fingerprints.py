"""The fingerprints that runs name: what the store has to keep for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from summbench.core.errors import SummbenchError
from summbench.gate.baseline import write_baseline
from summbench.runs.fingerprints import collect_fingerprints
from summbench.runs.schema import MetricRecord, ModelRecord, encode_metadata
from tests.gates import Run, build_metadata, load


def _model(fingerprint: str | None) -> ModelRecord:
    return ModelRecord(kind="system", fingerprint=fingerprint, weights=None, environments=[])


def test_every_run_below_the_folder_counts_and_a_replay_has_none(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "run"
    folder.mkdir(parents=True)
    metadata = build_metadata(
        models={"lead3": _model("1" * 64), "replayed": _model(None)},
        metrics={"rouge": MetricRecord(signature="s", fingerprint="3" * 64, versions={})},
    )
    (folder / "run.json").write_bytes(encode_metadata(metadata))
    assert collect_fingerprints([tmp_path]) == {"1" * 64, "3" * 64}


def test_a_baseline_needs_nothing_of_the_store(tmp_path: Path) -> None:
    write_baseline(load(Run().write(tmp_path / "run")), tmp_path / "results" / "baseline")
    assert collect_fingerprints([tmp_path / "results"]) == frozenset()


@pytest.mark.parametrize("content", [None, "{", '{"models": {}, "metrics": {"rouge": {}}}'])
def test_a_results_folder_that_does_not_say_what_it_needs_is_refused(
    tmp_path: Path, content: str | None
) -> None:
    if content is not None:
        (tmp_path / "run.json").write_text(content)
    with pytest.raises(SummbenchError, match=r"run\.json"):
        collect_fingerprints([tmp_path])
