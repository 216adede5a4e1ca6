"""`make bench` at its smallest: what it measures are commands that work, what it fits is right."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.performance.__main__ import PARTS, README, replace_part
from tests.performance.growth import fit_exponent, get_slope
from tests.performance.harnesses import build_matches, run_match
from tests.performance.processes import Cost, FailedError, measure
from tests.performance.texts import write_news


@pytest.mark.parametrize("exponent", [0.9, 1.0, 2.0, 4.0])
@pytest.mark.parametrize("start", [0.0, 3.0])
def test_the_exponent_is_found_beyond_any_start(exponent: float, start: float) -> None:
    sizes = (50, 100, 200, 400)
    busy = [start + 1e-4 * size**exponent for size in sizes]
    assert fit_exponent(sizes, busy) == pytest.approx(exponent, abs=1e-6)
    if not start:
        assert get_slope(sizes, busy) == pytest.approx(exponent)


def test_the_processor_time_is_that_of_the_command(tmp_path: Path) -> None:
    code = "x = bytearray(200_000_000); t = __import__('time')\nwhile t.process_time() < .5: pass"
    cost = measure([sys.executable, "-c", code], tmp_path)
    assert 0.5 <= cost.busy < 2 and cost.seconds >= 0.5 and 200 < cost.megabytes < 260


def test_a_command_that_fails_or_lasts_is_no_figure(tmp_path: Path) -> None:
    with pytest.raises(FailedError, match="ValueError: no"):
        measure([sys.executable, "-c", "raise ValueError('no')"], tmp_path)
    with pytest.raises(FailedError, match=r"not done in 1 s"):
        measure([sys.executable, "-c", "import time; time.sleep(60)"], tmp_path, limit=1)


def test_the_texts_are_all_distinct_and_of_real_length(tmp_path: Path) -> None:
    write_news(tmp_path / "news.jsonl", 120, 3)
    lines = (tmp_path / "news.jsonl").read_text(encoding="utf-8").strip().split("\n")
    rows = list(map(json.loads, lines))
    documents = {row["document"] for row in rows}
    assert len(documents) == 120
    assert 500 < sum(len(text.split()) for text in documents) / 120 < 900
    assert len(rows[0]["systems"]) == 3


def test_the_readme_has_a_place_for_every_table() -> None:
    text = README.read_text(encoding="utf-8")
    for part in PARTS:
        assert "NEW" in replace_part(text, part, "NEW")
    with pytest.raises(SystemExit, match="no marks for other"):
        replace_part(text, "other", "NEW")


@pytest.mark.slow
def test_both_sides_of_a_match_work() -> None:
    """What is not installed says so; rouge-score is."""
    ours, rivals = run_match(build_matches(0.001)[0])
    assert isinstance(ours, Cost) and isinstance(rivals["rouge-score, a loop"], Cost)
