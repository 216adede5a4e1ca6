"""Hydra's launchers: the jobs of a sweep as processes or Slurm jobs of their own, one store."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.commands import MINE, TABLE, jsonl, model_config, run, written

pytestmark = pytest.mark.skipif(
    find_spec("hydra_plugins") is None, reason="needs the extra [launchers]"
)


@pytest.mark.parametrize("launcher", ["joblib", "submitit_local"])
def test_the_jobs_of_a_sweep_fill_one_store_and_a_failed_one_is_told(
    tmp_path: Path, launcher: str
) -> None:
    jsonl(tmp_path / "news.jsonl")
    model_config(tmp_path, "broken", "tests.fakes.Broken", on="Boats")
    models = ("model=[lead1],[lead3],[broken]", "name=sweep${hydra:job.num}")
    run(tmp_path, "run", "-m", *MINE, *TABLE, *models, f"hydra/launcher={launcher}", code=1)
    for number, model in enumerate(["lead1", "lead3"]):
        assert list(written(tmp_path, "run.json", f"sweep{number}")["models"]) == [model]
    [failure] = written(tmp_path, "run.json", "sweep2")["failures"]
    assert failure["article_id"] == "b"
    stored = (tmp_path / "results" / "store" / "predictions").iterdir()
    assert sorted(place.name.partition("-")[0] for place in stored) == ["broken", "lead1", "lead3"]
