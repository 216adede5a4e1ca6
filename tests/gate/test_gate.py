"""The gate from folders to exit codes: every verdict, baselines, margins."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from summbench.cli import app
from summbench.core.errors import SummbenchError
from summbench.core.records import Prediction
from tests.commands import ROWS, TABLE, jsonl, run
from tests.gates import COUNT, PRIMARY, SCORES, Run, articles, load, moved

PLAIN = Run()
SPREAD = moved([0.1, -0.1] * (COUNT // 2))  # mean 0, bounds near +-3 points
FEW = Run({"m": SCORES[:4]}, articles(4))
OTHER = [*articles()[:-2], *articles(COUNT + 1)[-1:], replace(articles()[3], references=("new",))]


def summbench(*arguments: object) -> int:
    """The command in this process; a SummbenchError comes through."""
    code = app([str(argument) for argument in arguments], standalone_mode=False)
    assert isinstance(code, int)
    return code


@pytest.fixture(autouse=True)
def _not_in_actions(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)


def _nan(plain: Run) -> Run:
    return plain.with_answer(7, math.nan, summary="A word.")


@pytest.mark.parametrize(
    ("before", "after", "code", "verdict", "message"),
    [
        (PLAIN, PLAIN, 0, "pass", "| 0.00 | - | 0 of 30 |"),
        (PLAIN, moved(-0.05), 3, "regressed", "| -5.00 | -5.00 to -5.00 | 30 of 30 |"),
        (PLAIN, moved(-0.005), 0, "pass", "| -0.50 | -0.50 to -0.50 |"),
        (PLAIN, moved(0.05), 0, "improved", "| +5.00 | +5.00 to +5.00 |"),
        # sd .1 * sqrt(30/29), z 2.486475: (2.486475 * .101710 / .01) ** 2 = 639.6
        (PLAIN, SPREAD, 0, "inconclusive", "30 articles are too few; about 640 are needed"),
        (PLAIN, replace(PLAIN, signature="rouge|v:2"), 2, "not comparable", r"rouge\|v:2"),
        (PLAIN, Run({"m": SCORES[1:]}, articles()[1:]), 2, "not comparable",
         "1 removed (the first: 'a0')"),
        (PLAIN, Run({"m": SCORES}, OTHER), 2, "not comparable", "news has other articles"),
        (PLAIN, Run({"m": SCORES[::-1]}, articles()[::-1]), 0, "pass", "| 0 of 30 |"),
        (PLAIN, Run({"n": SCORES, "o": SCORES}), 2, "not comparable",
         "its models on news are 'n', 'o'"),
        (PLAIN, Run({"n": SCORES}), 0, "pass", "the only system of each"),
        (PLAIN, Run(metric="rouge.rouge1_f"), 2, "not comparable", "has no rouge.rouge2\\_f"),
        (Run({"m": []}, []), Run({"m": []}, []), 2, "not comparable", "news has no articles"),
        (_nan(PLAIN), PLAIN, 2, "not comparable", "for 1 of 30 articles, the first 'a7'"),
        (PLAIN, _nan(PLAIN), 3, "regressed", "1 newly without a score (the first: 'a7')"),
        (PLAIN, PLAIN.with_answer(7, 0.0, error="boom"), 3, "regressed",
         "of 30 articles 1 newly failed (the first: 'a7')"),
        (PLAIN, PLAIN.with_answer(7, 0.0, summary=" "), 3, "regressed", "1 newly empty"),
        (PLAIN.with_answer(7, 0.0, error="boom"), PLAIN.with_answer(7, 0.0, error="boom"), 0,
         "pass", "| 1 of 30 |"),
        (FEW, Run({"m": [*SCORES[:3], SCORES[3] - 0.02]}, articles(4)), 3, "regressed",
         "4 articles are too few for a test; 'a3' lost more than the margin"),
        (FEW, Run({"m": [s - 0.005 for s in SCORES[:4]]}, articles(4)), 0, "pass", "| -0.50 |"),
        (PLAIN, Run({"m": SCORES, "new": SCORES}), 0, "pass", "new on news: new in the candidate."),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_every_verdict_has_its_exit_code_and_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str],
    before: Run, after: Run, code: int, verdict: str, message: str,
) -> None:  # fmt: skip
    folders = before.write(tmp_path / "before"), after.write(tmp_path / "after")
    assert summbench("compare", *folders, "--summary", tmp_path / "gate.md") == code
    assert capsys.readouterr().out.startswith(f"Verdict: {verdict}.")
    shown = re.sub(" +", " ", (tmp_path / "gate.md").read_text("utf-8"))
    assert shown.startswith(f"## Gate: {verdict}\n")
    assert message in shown
    if verdict == "not comparable":
        after_then = f"summbench report {folders[1]} --baseline results/baseline"
        assert f"make the baseline again: {after_then}".replace("_", r"\_") in shown


def test_strict_fails_what_is_inconclusive(tmp_path: Path) -> None:
    folders = PLAIN.write(tmp_path / "before"), SPREAD.write(tmp_path / "after")
    assert summbench("compare", *folders, "--strict") == 4
    assert summbench("compare", *folders, "--margin", f"{PRIMARY}=0.2", "--strict") == 0


@pytest.mark.parametrize(
    ("margin", "message"),
    [
        (
            "length.tokens=1",
            r"'length\.tokens' is a diagnostic.*Quality metrics here: rouge\.rouge2_f",
        ),
        ("rouge.rouge9_f=0.01", "not among the metrics"),
        (f"{PRIMARY}=1", r"are 0 to 1; 1 point is 0\.01\."),
        (f"{PRIMARY}=much", "is not METRIC=VALUE with a number"),
        (PRIMARY, "is not METRIC=VALUE with a number"),
    ],
)
def test_a_margin_that_is_none_is_refused(tmp_path: Path, margin: str, message: str) -> None:
    folder = PLAIN.write(tmp_path / "run")
    with pytest.raises(SummbenchError, match=message):
        summbench("compare", folder, folder, "--margin", margin)


def test_a_baseline_says_what_the_run_says_and_nothing_of_the_machine(tmp_path: Path) -> None:
    run_with_failure = replace(
        PLAIN.with_answer(7, 0.0, error="no /home/me/file"), margins={PRIMARY: 0.03}
    )
    folder = run_with_failure.write(tmp_path / "run")
    for name, options in {"one": [], "two": [], "hashes": ["--hashes-only"]}.items():
        assert summbench("report", folder, "--baseline", tmp_path / name, *options) == 0
    first, second, hashes = (
        {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()}
        for name in ("one", "two", "hashes")
    )
    assert first == second
    assert not [
        name for name, data in first.items() if b"/home/me" in data or b"machine of" in data
    ]
    run, baseline = load(folder), load(tmp_path / "one")
    assert (baseline.quality_scores, baseline.articles) == (run.quality_scores, run.articles)
    assert baseline.margins == {PRIMARY: 0.03}
    for name in ("name", "finished", "versions", "git", "datasets"):
        assert getattr(baseline.metadata, name) == getattr(run.metadata, name)
    digests = [
        a
        for answers in load(tmp_path / "hashes").prediction_digests.values()
        for a in answers.values()
    ]
    assert {a.summary for a in digests} == {None}
    whole = [a for answers in run.prediction_digests.values() for a in answers.values()]
    assert [a.summary_sha256 for a in digests] == [a.summary_sha256 for a in whole]
    assert b"It scores" not in b"".join(hashes.values())


def test_a_baseline_without_summaries_judges_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    summbench("report", PLAIN.write(tmp_path / "run"), "--baseline", tmp_path / "b",
              "--hashes-only")  # fmt: skip
    assert summbench("compare", tmp_path / "b", tmp_path / "run") == 0
    capsys.readouterr()
    assert summbench("compare", tmp_path / "b", moved(-0.05).write(tmp_path / "worse")) == 3
    assert "before: the summary was not stored" in capsys.readouterr().out
    other = replace(PLAIN, signature="rouge|v:2").write(tmp_path / "other")
    assert summbench("compare", tmp_path / "b", other) == 2
    assert f"{tmp_path / 'b'} --hashes-only" in " ".join(capsys.readouterr().out.split())


def test_no_baseline_is_made_of_a_run_in_which_all_failed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = {("m", i): Prediction(f"a{i}", error="no way") for i in range(len(PLAIN.examples))}
    folder = replace(PLAIN, answers=broken).write(tmp_path / "run")
    with pytest.raises(SummbenchError, match="Every output of this run failed, so nothing could"):
        summbench("report", folder, "--baseline", tmp_path / "b")
    assert not (tmp_path / "b").exists()
    some = PLAIN.with_answer(7, 0.0, error="no way").write(tmp_path / "some")
    assert summbench("report", some, "--baseline", tmp_path / "b") == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert f"are no standard to hold (m: 1 of {len(PLAIN.examples)})" in printed


def test_a_baseline_never_overwrites_a_run(tmp_path: Path) -> None:
    folder = PLAIN.write(tmp_path / "run")
    with pytest.raises(SummbenchError, match="a baseline would overwrite it"):
        summbench("report", folder, "--baseline", folder)
    with pytest.raises(SummbenchError, match="made of one run"):
        summbench("report", folder, folder, "--baseline", tmp_path / "b")
    with pytest.raises(SummbenchError, match="made of one run"):
        summbench("report", folder, "--hashes-only")


@pytest.mark.parametrize("baseline", [False, True])
def test_rendering_again_leaves_a_folder_readable(tmp_path: Path, baseline: bool) -> None:
    folder = PLAIN.write(tmp_path / "run")
    if baseline:
        summbench("report", folder, "--baseline", tmp_path / "b")
        folder = tmp_path / "b"
    assert summbench("report", folder) == 0
    assert summbench("compare", folder, folder) == 0


def test_github_gets_annotations_and_a_summary(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "step.md"))
    (tmp_path / "step.md").write_text("before\n")
    folders = PLAIN.write(tmp_path / "before"), moved(-0.05).write(tmp_path / "after")
    options = ["--junit", tmp_path / "new" / "gate.xml", "--json", tmp_path / "gate.json"]
    assert summbench("compare", *folders, *options) == 3
    shown = capsys.readouterr().out
    assert "\n::error title=summbench%3A regressed::regressed: m on news" in shown
    summary = (tmp_path / "step.md").read_text("utf-8")
    assert summary.startswith("before\n## Gate: regressed")
    assert ET.parse(tmp_path / "new" / "gate.xml").getroot()[0].get("failures") == "1"
    assert json.loads((tmp_path / "gate.json").read_text("utf-8"))["exit_code"] == 3


def test_a_file_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    folder = PLAIN.write(tmp_path / "run")
    with pytest.raises(SummbenchError, match="can't be written"):
        summbench("compare", folder, folder, "--junit", folder)


@pytest.mark.slow
def test_a_run_ends_with_the_gate(tmp_path: Path) -> None:
    jsonl(tmp_path / "news.jsonl", [{**row, "id": f"{row['id']}{i}"} for row in ROWS for i in "12"])
    run(tmp_path, "run", *TABLE, "name=first", "+margins={rouge.rouge1_f: 0.02}")
    process = run(tmp_path, "report", "results/first", "--baseline", "kept")
    assert "rouge.rouge1_f=0.02" in process.stdout
    overrides = (*TABLE, "baseline=kept")
    assert "Verdict: pass." in run(tmp_path, "run", *overrides, "name=same").stdout
    # Lead-3 is the whole article and has the reference in it; random words lose all of it.
    worse = [{"id": f"{row['id']}{i}", "document": row["document"], "references": row["references"],
              "systems": {"lead3": "nothing"}} for row in ROWS for i in "12"]  # fmt: skip
    jsonl(tmp_path / "table.jsonl", worse)
    process = run(tmp_path, "score", "table.jsonl", "--out", "out", "baseline=kept", code=3)
    assert "Verdict: regressed." in process.stdout
    assert process.stdout.endswith(run(tmp_path, "compare", "kept", "out", code=3).stdout)
    (tmp_path / "kept" / "scores.parquet").unlink()
    process = run(tmp_path, "run", *overrides, "name=late", code=1)
    assert "scores.parquet can't be read" in process.stderr.replace("\n", " ")
    assert not (tmp_path / "results" / "late").exists()
    process = run(tmp_path, "run", *TABLE, "name=first", "baseline=results/first", code=1)
    assert "is the folder that this run writes to" in process.stderr.replace("\n", " ")


@pytest.mark.slow
def test_a_margin_of_the_config_is_checked_before_anything_is_computed(tmp_path: Path) -> None:
    jsonl(tmp_path / "news.jsonl")
    process = run(tmp_path, "run", *TABLE, "+margins={length.tokens: 0.01}", code=1)
    assert "a diagnostic" in process.stderr.replace("\n", " ")
    process = run(tmp_path, "run", *TABLE, "+margins.rouge.rouge2_f=2", code=1)
    assert "scores of rouge.rouge2_f are 0 to 1; 2 points are 0.02." in process.stderr
    assert not list(tmp_path.rglob("*.parquet"))


def test_runs_without_a_hash_of_each_article_are_compared_by_their_fingerprint(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = replace(PLAIN, hashed=False)
    folder = plain.write(tmp_path / "run")
    summbench("report", folder, "--baseline", tmp_path / "baseline")
    metadata = json.loads((tmp_path / "baseline" / "run.json").read_bytes())
    assert metadata["datasets"]["news"]["articles"] == {}
    worse = replace(moved(-0.05), hashed=False).write(tmp_path / "worse")
    assert summbench("compare", tmp_path / "baseline", worse) == 3
    shifted = [*articles()[:-1], *articles(COUNT + 1)[-1:]]
    other = replace(plain, examples=shifted).write(tmp_path / "other")
    capsys.readouterr()
    assert summbench("compare", tmp_path / "baseline", other) == 2
    message = " ".join(capsys.readouterr().out.split())
    assert (
        "1 added (the first: 'a30'), 1 removed (the first: 'a29'). Texts may have changed too"
        in message
    )
    assert "has no hashes of the articles" in message
