"""A rater's files say nothing of systems, metrics or the run, and the order is no cue either."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import summbench
from summbench.people.assignment import CHECK
from summbench.people.page import render_rater_page
from summbench.people.study import ASSIGNMENTS, Design, Study
from tests.people.studies import SYSTEMS, make_study, summary

_DESIGNS: tuple[Design, ...] = ("likert", "pairwise", "best_worst", "spans", "checklist")
_NAMES = ("Zephyr/7b-x", "quagga_v2", "ours (final)", "lead-3")
_ARTICLES = 12
_SEEDS = 60


@pytest.fixture(scope="module")
def run() -> summbench.Run:
    """Four systems with names that no text has; the fourth copies."""
    texts = [f"The dam of Orsk held on day {i}. Nobody was hurt. Work goes on." for i in range(12)]
    systems = {
        name: [f"Dam held on day {i}, {word}." for i in range(_ARTICLES)]
        for name, word in zip(_NAMES, ("they say", "it seems", "at last", "again"), strict=True)
    }
    references = [f"The dam held on day {i}." for i in range(_ARTICLES)]
    ids = [f"orsk-2031-{i:02}" for i in range(_ARTICLES)]
    return summbench.score(systems, references, texts, ids=ids, metrics=["rouge", "chrf"])


def _read_content(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="content">(.*?)</script>', page, re.S)
    assert found is not None
    return dict(json.loads(found[1]))


@pytest.mark.parametrize("design", _DESIGNS)
def test_no_file_of_a_rater_has_a_name_of_the_run(
    run: summbench.Run, tmp_path: Path, design: Design
) -> None:
    facts = tmp_path / "facts.jsonl"
    rows = [{"id": f"orsk-2031-{i:02}", "fact": "It held.", "kind": "k"} for i in range(_ARTICLES)]
    facts.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    annotation = summbench.annotate(
        run, tmp_path / "study", articles=6, differing=3, design=design,
        facts=facts if design == "checklist" else None,
    )  # fmt: skip
    board = run.data.leaderboard
    metrics = [part for name in board.metrics for part in (name, *name.split("."))]
    names = {
        *_NAMES, *metrics, "orsk-2031", "differing", '"selection"', '"expected"',
        '"seed"', "primary", "The dam held on day", str(tmp_path), f"{datetime.now(UTC):%Y-%m}",
    }  # fmt: skip
    written = {path.name for path in annotation.folder.iterdir()}
    assert written == {ASSIGNMENTS, "rater-1.html", "rater-2.html", "rater-3.html"}
    for path in annotation.pages:
        page = path.read_text(encoding="utf-8").lower()
        assert [name for name in names if name.lower() in page] == []
        others = written - {path.name, ASSIGNMENTS}
        assert [name for name in others if name.removesuffix(".html") in page] == []
    whole = (annotation.folder / ASSIGNMENTS).read_text(encoding="utf-8")
    assert all(name in whole for name in (*_NAMES, "differing", "orsk-2031"))


def _list_shown(study: Study, rater: str) -> list[list[int]]:
    """The systems of each screen of the page, by the texts in it; without checks."""
    texts = {summary(k, a): k for k in range(4) for a in range(len(study.articles))}
    screens = []
    for item in _read_content(render_rater_page(study, rater))["items"]:
        shown = ["".join(text) for text in item["summaries"]]
        if all(text in texts for text in shown):
            screens.append([texts[text] for text in shown])
    return screens


@pytest.mark.parametrize("design", _DESIGNS)
def test_the_place_on_a_page_says_nothing_of_the_system(design: Design) -> None:
    # The first screen of a rater, and the first summary on each screen, are of each system as
    # often: of 60 studies with two raters each binomial with sd 4.7, and all screens are balanced.
    first: Counter[int] = Counter()
    correlations = []
    for seed in range(_SEEDS):
        study = make_study(design, 8, 2, seed=seed)
        for rater in study.raters:
            screens = _list_shown(study, rater)
            first[screens[0][0]] += 1
            order = [system for screen in screens for system in screen]
            correlations.append(np.corrcoef(order, range(len(order)))[0, 1])
    assert set(first) == {0, 1, 2, 3}
    assert all(abs(count - 2 * _SEEDS / 4) < 4 * 4.75 for count in first.values())
    error = np.std(correlations) / np.sqrt(len(correlations))
    assert abs(np.mean(correlations)) < 4 * error + 1e-9


def test_articles_that_were_not_drawn_by_chance_stand_anywhere() -> None:
    places = []
    for seed in range(_SEEDS):
        study = make_study("best_worst", 10, 1, differing=5, seed=seed, attention=0)
        order = [item.article for item in study.raters["rater-1"]]
        places += [order.index(a.id) for a in study.articles if a.selection == "differing"]
    # The mean of places 0 to 9, of 300: sd at most 2.9 / sqrt(300).
    assert np.mean(places) == pytest.approx(4.5, abs=4 * 2.9 / np.sqrt(300))


def test_names_of_screens_and_studies_are_hashes_that_no_system_is_in() -> None:
    # The same study with its systems' names turned round has the same names of screens.
    straight, turned = (
        make_study("pairwise", 6, 2),
        make_study("pairwise", 6, 2, systems=SYSTEMS[::-1]),
    )
    for rater in straight.raters:
        ids = [[item.id for item in study.raters[rater]] for study in (straight, turned)]
        assert ids[0] == ids[1]
        assert all(re.fullmatch(r"[0-9a-f]{10}", name) for name in ids[0])


@pytest.mark.parametrize("design", _DESIGNS)
def test_raters_see_the_same_summaries_in_another_order(design: Design) -> None:
    study = make_study(design, 8, 3)
    shown = [_list_shown(study, rater) for rater in study.raters]
    contents = [Counter(frozenset(screen) for screen in screens) for screens in shown]
    assert contents[0] == contents[1] == contents[2]
    assert len({str(screens) for screens in shown}) == 3
    articles = [
        tuple(dict.fromkeys(i.article for i in items if CHECK not in i.systems))
        for items in study.raters.values()
    ]
    assert len(set(articles)) == 3
