"""What is another in a candidate is named: settings, weights, code and packages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

import summbench
from summbench.gate.baseline import write_baseline
from summbench.gate.verdict import run_gate
from summbench.runs.run import RunData
from summbench.runs.schema import ModelRecord, RunMetadata
from tests.gates import Run, load, moved

_NODE = {"_target_": "m.Model", "sentences": 3, "generate": {"beams": 4}}


def _with_model(run: RunData, weights: str = "w", code: str = "c", **node: Any) -> RunData:
    assert isinstance(run.metadata, RunMetadata)
    record = ModelRecord(kind="system", fingerprint=code, weights=weights, environments=[])
    config = {**run.metadata.config, "model": {"m": {**_NODE, **node}}}
    run.metadata = msgspec.structs.replace(run.metadata, config=config, models={"m": record})
    return run


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"sentences": 1}, "m: sentences: 3 -> 1"),
        ({"generate": {"beams": 1, "top_k": 5}},
         "m: generate.beams: 4 -> 1; m: generate.top_k: (none) -> 5"),
        ({"weights": "v"}, "m: its weights"),
        ({"code": "d"}, "m: its code"),
        ({}, ""),
    ],
)  # fmt: skip
def test_a_changed_setting_is_named(tmp_path: Path, changes: dict[str, Any], expected: str) -> None:
    before = _with_model(load(Run().write(tmp_path / "a")))
    write_baseline(before, tmp_path / "baseline")
    after = _with_model(load(moved(-0.05).write(tmp_path / "b")), **changes)
    for old in (before, RunData.open(tmp_path / "baseline")):
        gate = run_gate(old, after)
        assert "; ".join(gate.changed_settings) == expected
        assert gate.remedy.startswith("Revert the change. If it is meant, make the baseline again")


def test_only_the_models_whose_summaries_changed_have_changed_settings(tmp_path: Path) -> None:
    before = _with_model(load(Run().write(tmp_path / "a")))
    after = _with_model(load(Run().write(tmp_path / "b")), sentences=4)
    gate = run_gate(before, after)
    assert (gate.changed_settings, gate.remedy) == ([], "")


def test_a_long_value_is_shown_where_it_differs_and_folders_are_not(tmp_path: Path) -> None:
    prompt = "Summarise the article. " * 20
    runs = load(Run().write(tmp_path / "a")), load(moved(-0.05).write(tmp_path / "b"))
    before = _with_model(runs[0], prompt=f"{prompt}Be brief.", path="/a/x")
    after = _with_model(runs[1], prompt=f"{prompt}Go.", path="/b/x")
    [line] = run_gate(before, after).changed_settings
    assert line == "m: prompt: ...marise the article. Be brief. -> ...marise the article. Go."


def test_a_baseline_of_hashes_has_no_text_of_a_prompt_and_still_names_its_change(
    tmp_path: Path,
) -> None:
    shots = [{"article": "The harbour froze.", "summary": "Ice."}, {"港は凍った。": "氷"}]
    texts: dict[str, Any] = {
        "prompt": "Summarise: {article}",
        "shots": shots,
        "weights_of": "me/model-1.5",
    }
    before = _with_model(load(Run().write(tmp_path / "a")), **texts)
    write_baseline(before, tmp_path / "baseline", hashes_only=True)
    stored = (tmp_path / "baseline" / "run.json").read_text("utf-8")
    assert not [text for text in ("harbour", "凍", "\\u6c37", "Summarise") if text in stored]
    assert '"me/model-1.5"' in stored and '"sha256:' in stored
    runs = {
        name: _with_model(load(moved(-0.05).write(tmp_path / name)), **{**texts, **change})
        for name, change in {"same": {}, "other": {"prompt": "Go: {article}"}}.items()
    }
    old = RunData.open(tmp_path / "baseline")
    assert run_gate(old, runs["same"]).changed_settings == []
    [line] = run_gate(old, runs["other"]).changed_settings
    assert line.startswith("m: prompt: sha256:") and line.endswith(" -> Go: {article}")


def test_summaries_of_a_file_have_no_settings() -> None:
    before, after = (
        summbench.score({"ours": [summary] * 6}, references=["The port was shut."] * 6)
        for summary in ("The port was shut.", "A storm.")
    )
    [line] = run_gate(before.data, after.data).changed_settings
    assert line.startswith("ours: its summaries were read from a file")


def test_outputs_that_failed_are_no_change_to_revert(tmp_path: Path) -> None:
    before = load(Run().write(tmp_path / "a"))
    after = load(moved(-0.05).write(tmp_path / "b"))
    board = after.leaderboard
    health = [replace(h, failed=3) for h in board.health]
    after.leaderboard = replace(board, health=health)
    gate = run_gate(_with_model(before), _with_model(after))
    assert gate.verdict == "regressed"
    assert gate.remedy.startswith("3 outputs of the candidate failed. Find out why, and run it")
