"""`python -m tests.performance.pages [11490 10 45]`: how long a large report takes to open.

Synthetic articles of 700 words and summaries of 55, as CNN/DailyMail has them; in headless Chromium
from a folder. A page is drawn when all its tables and pictures are; memory is the scripts' heap and
arrays after a collection.
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from selenium import webdriver

from summbench.core.records import Article, Example, Kind, Prediction, TaskResult
from summbench.leaderboard.board import DatasetInfo, LeaderboardMetric
from summbench.leaderboard.compute import Ranking, compute_leaderboard
from summbench.leaderboard.outcomes import collect_outcomes
from summbench.leaderboard.serialization import to_json
from summbench.report.html.report import write_html_report
from summbench.runs.example_writer import ExampleWriter
from summbench.runs.writer import RunWriter
from tests.browser.chromium import Browser, started
from tests.gates import build_metadata

_WATCH = """
    new MutationObserver(() => {
      if (document.documentElement.dataset.ready) window.readyAfter ??= performance.now();
    }).observe(document, {attributes: true, subtree: true});
"""
_CHANGE = """
    const [order, done] = arguments;
    const begun = performance.now();
    const select = document.getElementById('order');
    select.value = order;
    select.dispatchEvent(new Event('change'));
    const list = document.getElementById('list');
    new MutationObserver(() => done(performance.now() - begun)).observe(list, {childList: true});
"""


def _texts(count: int, words: int, seed: int) -> list[str]:
    chance = random.Random(seed)
    known = [f"{a}{b}" for a in "bdfgklmnprst" for b in ("ank", "ell", "in", "ost", "um", "ire")]
    return [" ".join(chance.choices(known, k=words)).capitalize() + "." for _ in range(count)]


def _cells(systems: int, articles: int, metrics: Sequence[str]) -> list[TaskResult]:
    rng = np.random.default_rng(0)
    shared = rng.beta(2, 8, size=(len(metrics), articles))
    return [
        TaskResult("news", f"system{k}",
             [Prediction(str(i), text, 900, 70, 0.1 * (k + 1))
              for i, text in enumerate(_texts(articles, 55, k))],
             {m: (0.6 * of + 0.4 * rng.beta(2, 8, size=articles) + 0.001 * k).tolist()
              for m, of in zip(metrics, shared, strict=True)})
        for k in range(systems)
    ]  # fmt: skip


def _written(folder: Path, articles: int, systems: int, columns: int) -> tuple[float, int]:
    """Seconds that the report took, and its bytes."""
    metrics = {f"q.m{i}": LeaderboardMetric("higher", "quality", "q|v:1") for i in range(columns)}
    found = {
        "news": [Example(Article(str(i), text), ("A reference.",))
                 for i, text in enumerate(_texts(articles, 700, -1))]
    }  # fmt: skip
    cells = _cells(systems, articles, list(metrics))
    kinds: Mapping[str, Kind] = {cell.model: "system" for cell in cells}
    info = {"news": DatasetInfo(articles, "ab" * 32)}
    shown = list(metrics)[:6]
    ranking = Ranking("q.m0", shown)
    board = compute_leaderboard(
        "large", info, kinds, metrics, collect_outcomes(cells, found), ranking
    )
    with (
        RunWriter(folder) as recording,
        ExampleWriter(folder, None, "q.m0", list(kinds)) as keeping,
    ):
        recording.add(cells)
        keeping.add(found, cells)
        keeping.finish()
        recording.finish({"leaderboard.json": to_json(board)}, build_metadata(folder.name))
    begun = perf_counter()
    size = write_html_report(folder, board)
    return perf_counter() - begun, size


def _megabytes(driver: webdriver.Chrome) -> float:
    driver.execute_cdp_cmd("HeapProfiler.collectGarbage", {})
    used: dict[str, Any] = driver.execute_cdp_cmd("Runtime.getHeapUsage", {})
    return float(used["usedSize"] + used.get("backingStorageSize", 0)) / 1e6


def _measured(folder: Path) -> None:
    chromium, driver_file = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver_file is None:
        sys.exit("Chromium or chromedriver is missing: apt-get install chromium chromium-driver")
    driver = started(Path(chromium), Path(driver_file))
    driver.set_script_timeout(120)
    browser = Browser(driver)
    driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": _WATCH})
    print("| page | seconds until drawn | MB of script heap |\n| --- | --: | --: |")
    for name, hash_ in (("index.html", ""), ("articles.html", ""), ("articles.html", "#order=a")):
        times = []
        for _ in range(5):
            browser.open(folder / "report" / name, hash_)
            times.append(browser.js("return window.readyAfter") / 1000)
        print(f"| {name}{hash_} | {sorted(times)[2]:.2f} | {_megabytes(driver):.1f} |", flush=True)
    for order in ("systems", "metrics", "flags"):
        took = driver.execute_async_script(_CHANGE, order)
        print(f"| ... then #order={order} | {took / 1000:.2f} | {_megabytes(driver):.1f} |")
    begun = perf_counter()
    browser.js("const s = document.getElementById('search'); s.value = 'qqq';"
               "document.getElementById('deep').click()")  # fmt: skip
    browser.until(lambda: browser.texts("#found")[0].startswith("0 of"))
    took = perf_counter() - begun
    print(f"| ... then all texts searched | {took:.2f} | {_megabytes(driver):.1f} |")
    driver.quit()


def main() -> None:
    """What the report takes to write, and what its pages take to open."""
    articles, systems, columns = map(int, sys.argv[1:] or (11_490, 10, 45))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "large"
        seconds, size = _written(folder, articles, systems, columns)
        print(
            f"{articles:,} articles x {systems} systems x {columns} metrics: {size / 1e6:,.0f} MB, "
            f"{size / articles / 1e3:.1f} kB an article, written in {seconds:.1f} s\n",
            flush=True,
        )
        _measured(folder)


if __name__ == "__main__":
    main()
