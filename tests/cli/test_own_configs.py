"""`score`, `metaeval`, `list` and `doctor` take YAML of one's own, as `run` does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from summbench.cli.hydra import compose_for_inputs
from summbench.core.errors import SummbenchError
from summbench.evaluation.score_inputs import ScoreInputs
from tests.cli.commands_in_process import call
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


def test_list_and_doctor_show_a_folder_of_ones_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _write_metric(tmp_path / "mine" / "metric")
    models = tmp_path / "mine" / "model"
    models.mkdir()
    target = "summbench.models.seq2seq.Seq2Seq"
    bart = f"# mine/model/bart.yaml\n# Our BART.\nbart: {{_target_: {target}, weights: us/bart}}\n"
    (models / "bart.yaml").write_text(bart, "utf-8")
    (models / "flat.yaml").write_text("_target_: nowhere_to_find.First\n", "utf-8")
    place = ("--config-dir", str(tmp_path / "mine"))
    code, text = call(capsys, "list", "models", *place)
    own, _, shipped = text.partition("models that ship:")
    assert code == 0 and " lead3 " in shipped
    assert "bart Our BART. [weights from the hub: us/bart (not pinned)]" in own
    assert "nowhere_to_find.First [--allow-code nowhere_to_find; nowhere_to_find on PYTHON" in own
    assert call(capsys, "list", "--signatures", *place)[1].startswith("words: --allow-code tests")
    text = call(capsys, "doctor", "--results", str(tmp_path), *place)[1]
    assert "weights from the hub: bart, bart_large_cnn" in text
    assert "--allow-code tests: words" in text


def test_a_folder_that_run_would_not_take_is_not_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bart.yaml").write_text("bart: {}\n", "utf-8")
    code, text = call(capsys, "list", "--config-dir", str(tmp_path))
    assert code == 1 and "has no YAML where it is looked for. A model's goes to" in text
    assert "is no folder" in call(capsys, "doctor", "--config-dir", str(tmp_path / "nix"))[1]
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "lead3.yaml").write_text("lead3: {}\n", "utf-8")
    assert "name of a file that ships" in call(capsys, "list", "-cd", str(tmp_path))[1]
