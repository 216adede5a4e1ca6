"""axe-core, fetched from npm for the test alone, finds nothing serious on any page."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from summbench.core.records import Kind
from summbench.gate.alignment import align_runs
from summbench.gate.changes import find_changes
from summbench.gate.verdict import run_gate
from summbench.leaderboard.serialization import from_json
from summbench.report.html.comparison import render_comparison_page
from summbench.report.html.document import render_document
from summbench.report.html.report import write_html_report
from summbench.runs import files
from tests.browser.chromium import Browser
from tests.browser.conftest import absent
from tests.browser.reports import cells, examples, made
from tests.gates import PRIMARY, Run, load, moved

_AXE = "axe-core@4.14.1"
_MODELS = ["alpha", "beta", "gamma"]
_KINDS: dict[str, Kind] = {"alpha": "system", "beta": "floor", "gamma": "bound"}
_NAMES = ["index.html", "articles.html", "datasets.html", "robustness.html"]
_PAGE = """# Robustness of news

A sentence.

## Meaning kept

| operator | stability |
| -------- | --------: |
| ocr      |     99.00 |

> A summary.

### Notes

- stability: of the summaries.
"""
_RUN = """
    const done = arguments[arguments.length - 1];
    axe.run(document, {resultTypes: ['violations'], preload: false}).then(
        (found) => done(found.violations.map((v) => [v.impact, v.id, v.nodes.map((n) => n.html)])));
"""


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The script of axe-core."""
    folder = tmp_path_factory.mktemp("axe")
    npm = shutil.which("npm")
    if npm is None:
        absent("npm is missing: apt-get install npm")
    command = [str(npm), "pack", "--silent", _AXE]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    except subprocess.TimeoutExpired:
        absent("npm did not answer in two minutes")
    if done.returncode:
        absent(f"npm has no {_AXE} for us: {done.stderr.strip()[-200:]}")
    [archive] = folder.glob("*.tgz")
    with tarfile.open(archive) as files:
        script = files.extractfile("package/axe.min.js")
        assert script is not None
        return script.read().decode()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results") / "run"
    found = {"news": examples(30), "brief": examples(10)}
    both = [cell for name, of in found.items() for cell in cells(_MODELS, of, name)]
    made(folder, found, both, _KINDS)
    (folder / files.ROBUSTNESS_MARKDOWN).write_text(_PAGE, "utf-8")
    board = from_json((folder / files.LEADERBOARD).read_text("utf-8"), "test")
    write_html_report(folder, board)
    return folder / "report"


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gate")
    before, after = (load(run.write(folder / name)) for name, run in
                     (("before", Run()), ("after", moved(-0.05))))  # fmt: skip
    gate = run_gate(before, after, {PRIMARY: 0.01})
    changes = find_changes(align_runs(before, after), [("news", "m", PRIMARY)])
    page = folder / "index.html"
    page.write_text(render_comparison_page(gate, changes, 30), encoding="utf-8")
    return page


def _serious(browser: Browser, axe: str) -> list[object]:
    browser.js(axe)
    found = browser.driver.execute_async_script(_RUN)
    return [violation for violation in found if violation[0] in {"serious", "critical"}]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "name", ["index.html", "articles.html", "datasets.html", "robustness.html"]
)
def test_a_page_of_the_report(
    browser: Browser, axe: str, report: Path, name: str, theme: str
) -> None:
    browser.system_theme(theme)
    browser.open(report / name)
    assert _serious(browser, axe) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_page_in_one_file(browser: Browser, axe: str, tmp_path: Path, theme: str) -> None:
    page = tmp_path / "page.html"
    page.write_text(render_document(_PAGE, "rated"), "utf-8")
    browser.system_theme(theme)
    browser.show(page)
    assert _serious(browser, axe) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_comparison(browser: Browser, axe: str, comparison: Path, theme: str) -> None:
    browser.system_theme(theme)
    browser.show(comparison)
    assert _serious(browser, axe) == []


def test_with_differences_columns_and_help_open(browser: Browser, axe: str, report: Path) -> None:
    browser.open(report / "index.html", "#vs=alpha")
    browser.one("#columns-menu summary").click()
    browser.js("document.querySelector('.legend').open = true")
    assert _serious(browser, axe) == []
    browser.one("#keys-help").click()
    assert _serious(browser, axe) == []
