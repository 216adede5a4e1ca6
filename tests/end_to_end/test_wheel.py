"""A wheel carries its configs and its corpus, and works from any folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import CLONE, PACKAGE

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel unpacked into a folder; its dependencies are those of this environment."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "-o",
        str(folder),
        str(CLONE),
    ]
    subprocess.run(build, check=True, capture_output=True)
    [wheel] = folder.glob("summbench-*.whl")
    target = folder / "site"
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index"]
    subprocess.run([*install, "--target", str(target), str(wheel)], check=True, capture_output=True)
    return target


def _run(installed: Path, folder: Path, *arguments: str) -> str:
    command = [sys.executable, *arguments]
    env = {**os.environ, "PYTHONPATH": str(installed), "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_is_the_wheel_that_runs(installed: Path, tmp_path: Path) -> None:
    shown = _run(installed, tmp_path, "-c", "import summbench; print(summbench.__file__)")
    assert Path(shown.strip()) == installed / "summbench" / "__init__.py"


def test_list_and_run_work_from_any_folder(installed: Path, tmp_path: Path) -> None:
    assert "newsdesk" in _run(installed, tmp_path, "-m", "summbench", "list", "datasets")
    shown = _run(installed, tmp_path, "-m", "summbench", "run", "model=[lead3]")
    assert "newsdesk: 50 articles" in shown
    assert (tmp_path / "results" / "run" / "leaderboard.md").exists()
    report = tmp_path / "results" / "run" / "report"
    own = PACKAGE / "report" / "html" / "assets"
    assert sorted(p.name for p in (report / "assets").iterdir()) == sorted(
        p.name for p in own.iterdir()
    )
    assert (report / "index.html").exists() and (report / "articles.html").exists()


def test_what_a_stranger_left_beside_it_is_not_taken_for_its_own(
    installed: Path, tmp_path: Path
) -> None:
    site, folder = tmp_path / "site", tmp_path / "elsewhere"
    folder.mkdir()
    shutil.copytree(installed, site)
    for name in ("configs/bench.yaml", "data/newsdesk/articles.jsonl"):
        garbage = site / name
        garbage.parent.mkdir(parents=True)
        garbage.write_text("{garbage: [", encoding="utf-8")
    assert "newsdesk" in _run(site, folder, "-m", "summbench", "list", "datasets")
    shown = _run(site, folder, "-m", "summbench", "run", "model=[lead3]", "limit=2")
    assert "newsdesk: 2 articles" in shown
    code = """
import json, summbench
run = summbench.evaluate("lead3", "newsdesk", limit=2)
print(json.dumps([summbench.__file__, *run.predictions.to_pandas()["article_id"]]))
"""
    rows = (CLONE / "data" / "newsdesk" / "articles.jsonl").read_text("utf-8").splitlines()[:2]
    assert json.loads(_run(site, folder, "-c", code)) == [
        str(site / "summbench" / "__init__.py"),
        *(json.loads(row)["id"] for row in rows),
    ]


def test_tests_examples_and_results_stay_out_of_the_wheel(installed: Path) -> None:
    assert {p.name for p in installed.iterdir() if "dist-info" not in p.name} <= {
        "summbench",
        "bin",
    }


def test_the_exceptions_of_rouge_155_are_in_the_wheel(installed: Path, tmp_path: Path) -> None:
    code = (
        "from summbench.metrics.rouge.rouge155 import build_stem_encoder as build; "
        "print(build('wn2.0')('children'))"
    )
    assert _run(installed, tmp_path, "-c", code).strip() == "child"
