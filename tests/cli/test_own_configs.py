"""`score` and `metaeval` take YAML of one's own, as `run` does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from summbench.cli.hydra import compose_for_inputs
from summbench.core.errors import SummbenchError
from summbench.evaluation.score_inputs import ScoreInputs
from tests.commands import ROWS, jsonl, run, written


def _write_metric(folder: Path, target: str = "tests.fakes.Words") -> None:
    folder.mkdir(parents=True)
    (folder / "words.yaml").write_text(json.dumps({"words": {"_target_": target}}), "utf-8")


@pytest.mark.slow
def test_score_takes_a_metric_of_ones_own_in_a_folder_with_any_name(tmp_path: Path) -> None:
    _write_metric(tmp_path / "my 'configs, [v1]" / "metric")
    jsonl(tmp_path / "mine.jsonl", [row | {"prediction": "Boats sank."} for row in ROWS])
    options = ("--config-dir", "my 'configs, [v1]", "metric=[rouge,words]")
    done = run(tmp_path, "score", "mine.jsonl", *options, code=1)
    assert "add --allow-code tests" in done.stderr
    run(tmp_path, "score", "mine.jsonl", *options, "--allow-code", "tests")
    entries = written(tmp_path, "leaderboard.json", "mine")["entries"]
    assert [e["mean"] for e in entries if e["metric"] == "words.n"] == [2.0]


def test_a_mistake_is_a_sentence(tmp_path: Path) -> None:
    _write_metric(tmp_path / "mine" / "metric")
    file = jsonl(tmp_path / "mine.jsonl", [row | {"prediction": "x"} for row in ROWS])
    inputs = ScoreInputs([file])
    config, _ = compose_for_inputs(inputs, ["metric=[words]"], tmp_path / "mine")
    assert list(config.metric) == ["words"]
    with pytest.raises(SummbenchError, match=r"no metric 'wrds'. Did you mean 'words'"):
        compose_for_inputs(inputs, ["metric=[wrds]"], tmp_path / "mine")
    with pytest.raises(SummbenchError, match=r"nix is no folder; expected one with YAML"):
        compose_for_inputs(inputs, [], tmp_path / "nix")
    with pytest.raises(SummbenchError, match=r"no option '--cfg' here; --help lists the options"):
        compose_for_inputs(inputs, ["--cfg", "job"])
