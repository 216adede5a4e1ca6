"""Simulated ratings of real news, and ROUGE of more articles: what it buys, and when nothing."""

from __future__ import annotations

import json
from math import sqrt
from pathlib import Path

import numpy as np
import pytest

import summbench
from summbench.people.collect import Collection
from summbench.people.collection_text import render_collection
from summbench.people.study import read_study
from summbench.stats.prediction_powered import estimate_powered_mean
from tests.commands import SHARED_DATA
from tests.people.raters import Opinions, write_answers

_NEWS = SHARED_DATA / "cnndm-multi.test.jsonl"
_METRIC = "rouge.rouge2_f"
_RATED = 40
pytestmark = pytest.mark.skipif(not _NEWS.is_file(), reason="the shared data is not beside us")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> summbench.Run:
    """Four published systems on 95 articles."""
    rows = [json.loads(line) for line in _NEWS.read_text(encoding="utf-8").splitlines()]
    names = sorted(rows[0]["systems"])[:: len(rows[0]["systems"]) // 4][:4]
    for row in rows:
        row["systems"] = {name: row["systems"][name] for name in names}
    path = tmp_path_factory.mktemp("news") / "news.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return summbench.score(path, metrics="rouge")


def _standardize(scores: np.ndarray) -> np.ndarray:
    return np.asarray((scores - scores.mean(axis=0)) / scores.std(axis=0))


def _collect(run: summbench.Run, folder: Path, weight: float) -> Collection:
    """Three raters who go by ROUGE-2 with this weight, and by something else for the rest."""
    summbench.annotate(run, folder, articles=_RATED, dimensions=["relevance"], attention=0)
    study = read_study(folder)
    scores = run.data.quality_scores
    [dataset] = run.data.leaderboard.datasets
    columns = [scores[dataset, name, _METRIC] for name in study.systems]
    whole = _standardize(np.array([[c[a.id] for c in columns] for a in study.articles]))
    rng = np.random.default_rng(6)
    other = rng.normal(size=whole.shape)
    quality = 3 + 0.9 * (weight * whole + sqrt(1 - weight**2) * other)
    opinions = Opinions(np.stack([quality] * 3), np.zeros((3, 4)))
    files = [write_answers(study, folder, name, opinions) for name in study.raters]
    return summbench.collect(files, folder, run=run, metric=_METRIC, resamples=200)


def test_the_interval_shrinks_as_theory_says(run: summbench.Run, tmp_path: Path) -> None:
    collection = _collect(run, tmp_path / "study", 0.95)
    unrated = 95 - _RATED
    [board] = collection.boards
    for entry in board.entries:
        powered = entry.powered
        assert powered is not None
        assert (powered.reason, powered.unrated) == ("", unrated)
        # Theory, with the correlation of these ratings: r^2 N / (n + N) less variance.
        theory = 1 - sqrt(1 - powered.correlation**2 * unrated / 95)
        assert powered.correlation > 0.6
        assert powered.gain == pytest.approx(theory, abs=0.05)
        width = powered.estimate.high - powered.estimate.low
        alone = powered.rated.high - powered.rated.low
        assert width / alone == pytest.approx(1 - powered.gain)
    assert "55 unrated articles shrinks the interval over articles" in render_collection(collection)


def test_where_rouge_is_useless_nothing_is_claimed(run: summbench.Run, tmp_path: Path) -> None:
    collection = _collect(run, tmp_path / "study", 0.0)
    [board] = collection.boards
    for entry in board.entries:
        assert entry.powered is not None
        assert entry.powered.estimate == entry.powered.rated
    text = render_collection(collection)
    assert text.count("does not help on") == 1
    assert "with metric" not in text
    assert "shrinks the interval" not in text


@pytest.mark.parametrize("correlation", [0.0, 0.4, 0.8])
def test_with_scores_as_they_are_in_news_the_mean_is_held(
    run: summbench.Run, correlation: float
) -> None:
    # Many zeros and a long tail. Promised is .95, with four binomial sd of 1,000: .028.
    columns = [list(c.values()) for key, c in run.data.quality_scores.items() if key[2] == _METRIC]
    pool = _standardize(np.concatenate(columns))
    rng = np.random.default_rng(8)
    held, ratios = [], []
    for _ in range(1_000):
        scores = rng.choice(pool, _RATED + 500)
        noise = sqrt(1 - correlation**2) * rng.normal(size=_RATED)
        ratings = correlation * scores[:_RATED] + noise
        powered = estimate_powered_mean(ratings, scores[:_RATED], scores[_RATED:])
        held.append(powered.estimate.low <= 0 <= powered.estimate.high)
        ratios.append(1 - powered.gain)
    assert np.mean(held) == pytest.approx(0.95, abs=0.03)
    theory = sqrt(1 - correlation**2 * 500 / (_RATED + 500))
    assert np.median(ratios) == pytest.approx(theory, abs=0.03)
