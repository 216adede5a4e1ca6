"""Whole runs with perturbations."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from summbench.core.errors import SummbenchError
from tests.commands import MINE, ROWS, TABLE, jsonl, model_config, rows, run, written
from tests.gates import load


def _write_advert(folder: Path) -> None:
    """An advert of one's own, at both ends if the severity is 1."""
    configs = folder / "my_configs" / "perturbation"
    configs.mkdir(parents=True)
    node = {
        "_target_": "summbench.perturbations.injected.Injected",
        "lines": ["Visit our shop."], "at": "ends", "keeps_meaning": True,
    }  # fmt: skip
    (configs / "advert.yaml").write_text(json.dumps({"advert": node}), encoding="utf-8")


@pytest.mark.slow
def test_a_run_with_two_models_and_two_articles(tmp_path: Path) -> None:
    jsonl(tmp_path / "news.jsonl", ROWS[:2])
    _write_advert(tmp_path)
    model_config(tmp_path, "echo", "tests.fakes.Echo", words=3)
    model_config(tmp_path, "broken", "tests.fakes.Broken", on="Visit")
    options = ("perturbation=[advert,dropped_sentence]", "severity=[1]", "seed=7")
    process = run(tmp_path, "run", *MINE, *TABLE, "model=[echo,broken]", *options, code=1)
    assert "Robustness of run" in process.stdout
    robustness = written(tmp_path, "robustness.json")
    trials = {(t["model"], t["operator"]): t for t in robustness["trials"]}
    echo = {name: e["mean"] for name, e in trials["echo", "advert"]["numbers"].items()}
    # "The dam held." and "Boats sank. Two" before; "Visit our shop." for both after.
    assert (echo["stability.rouge2"], echo["length_change"], echo["leakage"]) == (0, 0, 1)
    # The references are "The dam held." and "Boats sank.": 1 and 2 * 1 / (2 + 1) before, 0 after.
    assert echo["clean.rouge.rouge2_f"] == pytest.approx((1 + 2 / 3) / 2)
    assert echo["relative.rouge.rouge2_f"] == 1
    broken = trials["broken", "advert"]
    assert (broken["articles"], broken["changed"], broken["failed"]) == (2, 2, 2)
    assert broken["numbers"]["stability.rouge2"]["mean"] == 0
    assert trials["broken", "dropped_sentence"]["failed"] == 0
    assert [t["keeps_meaning"] for t in robustness["trials"]] == [True, True, False, False]
    metadata = written(tmp_path, "run.json")
    assert (metadata["config"]["seed"], metadata["config"]["severity"]) == (7, [1.0])
    assert metadata["perturbations"]["dropped_sentence"]["keeps_meaning"] is False
    failures = metadata["failures"]
    assert [(f["article_id"], f["perturbation"], f["severity"]) for f in failures] == [
        ("a", "advert", 1.0), ("b", "advert", 1.0),
    ]  # fmt: skip
    assert all(entry["n_failed"] == 0 for entry in written(tmp_path, "leaderboard.json")["entries"])


@pytest.mark.slow
def test_the_leaderboard_is_that_of_the_clean_articles_and_no_stale_file_is_left(
    tmp_path: Path,
) -> None:
    jsonl(tmp_path / "news.jsonl", rows(4))
    options = (*TABLE, "model=[lead1,oracle]")
    folder = tmp_path / "results" / "run"
    run(tmp_path, "run", *options, "perturbation=[speech]", "dataset.table.references=references")
    leaderboard = (folder / "leaderboard.json").read_bytes()
    assert written(tmp_path, "robustness.json")["skipped_models"] == ["oracle"]
    load(folder)
    (folder / "robustness.json").write_text("{}", encoding="utf-8")
    with pytest.raises(SummbenchError, match=r"robustness.json was changed or cut off"):
        load(folder)
    run(tmp_path, "run", *options, "overwrite=true")
    assert (folder / "leaderboard.json").read_bytes() == leaderboard
    assert not list(folder.glob("robustness.*"))
    load(folder)


@pytest.mark.slow
def test_shards_and_chunks_give_the_numbers_of_one_run(tmp_path: Path) -> None:
    jsonl(tmp_path / "news.jsonl", rows(6))
    options = (*TABLE, "model=[lead1,lead3]", "perturbation=[ocr,byline]", "severity=[0.05,0.5]")
    for shard in ("1/2", "2/2"):
        run(tmp_path, "run", *options, "name=r", f"shard={shard}", "chunk_size=4")
    run(tmp_path, "run", *options, "name=r", "merge_shards=2")
    run(tmp_path, "run", *options, "results=again", "name=r", "chunk_size=10")
    merged, whole = (
        (tmp_path / f / "r" / "robustness.json").read_bytes() for f in ("results", "again")
    )
    assert merged == whole


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (["severity=[1.5]"], "severity=[1.5] has a share that is not between 0 and 1."),
        (["severity=[]"], "The perturbations have no severity; give 'severity=[0.05]'."),
        (
            ["robustness_metrics=[rouge.rouge9_f]"],
            "robustness_metrics names 'rouge.rouge9_f', which is no metric among",
        ),
        (["model=[oracle]"], "Perturbations need a model that can predict other texts"),
        (["perturbation=[ocd]"], "There is no perturbation 'ocd'. Did you mean 'ocr'?"),
    ],
)
def test_mistakes_are_named_before_anything_is_computed(
    tmp_path: Path, overrides: list[str], message: str
) -> None:
    process = run(tmp_path, "run", "model=[lead1]", "perturbation=[ocr]", *overrides, code=1)
    assert message in " ".join(process.stderr.split())
    assert not list(tmp_path.rglob("*.parquet"))
