"""Raters that are scripts: planted opinions with noise, and those who do not read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import comb, expit, ndtr

from summbench.people.answers import count_words
from summbench.people.page import CHECK_FACTS
from summbench.people.rated import STATES
from summbench.people.study import Item, Study, digest_study

Floats = NDArray[np.float64]
Careless = Literal["", "random", "same"]
"""Reads nothing: answers by chance, or presses the same key for everything."""

FIRST_PLACE = 0.2
"""Log odds that of two equal summaries the first is chosen."""
SHARPNESS = 2.0
"""Log odds that the better of two is chosen, or called the best, a point of quality."""
_TIES = 0.6
_NOISE = 0.7
_OUTCOMES = ("first", "second", "tie")
_ORDERS = np.array(list(permutations(range(4))))
_CHECKS = [f"f{i + 1}" for i in range(len(CHECK_FACTS))]


@dataclass(frozen=True, slots=True)
class Opinions:
    """What each rater thinks of each summary (raters, articles, systems), noise apart.

    `offsets` (raters, systems) is what is a rater's own in it.
    """

    quality: Floats
    offsets: Floats


@dataclass(frozen=True, slots=True)
class Population:
    """The planted quality of systems on a scale from 1 to 5, and standard deviations about it.

    `article` is added to all summaries of an article, `summary` to one whoever reads it, `rater` to
    all that a rater reads, `taste` to what a rater reads of one system.
    """

    means: Sequence[float] = (4.2, 3.4, 3.2, 2.2)
    article: float = 0.4
    summary: float = 0.0
    rater: float = 0.0
    taste: float = 0.0

    def draw(self, raters: int, articles: int, rng: np.random.Generator) -> Opinions:
        """Draw raters and articles."""
        k = len(self.means)
        shared = self.article * rng.normal(size=(1, articles, 1))
        own = self.summary * rng.normal(size=(1, articles, k))
        offsets = self.rater * rng.normal(size=(raters, 1)) + self.taste * rng.normal(
            size=(raters, k)
        )
        return Opinions(np.array(self.means) + shared + own + offsets[:, None], offsets)


def rate(quality: Floats) -> Floats:
    """Chances of the points 1 to 5 (..., 5)."""
    borders = ndtr((np.arange(1.5, 5) - quality[..., None]) / _NOISE)
    ends = np.zeros((*quality.shape, 1))
    return np.asarray(np.diff(np.concatenate([ends, borders, ends + 1], axis=-1), axis=-1))


def count_marked(quality: Floats, words: int) -> Floats:
    """Chances of so many marked words (..., words + 1)."""
    marked, chance = np.arange(words + 1), expit(1.5 - quality[..., None])
    rest = (1 - chance) ** (words - marked)
    return np.asarray(comb(words, marked) * chance**marked * rest)


def judge_fact(quality: Floats) -> Floats:
    """Chances that a fact is stated, missing, contradicted (..., 3)."""
    stated = ndtr((quality - 2.8) / _NOISE)
    contradicted = ndtr((2.3 - quality) / _NOISE)
    return np.stack([stated, 1 - stated - contradicted, contradicted], axis=-1)


def choose(first: Floats, second: Floats) -> Floats:
    """Chances of first, second, tie (..., 3)."""
    u = SHARPNESS * (first - second) + FIRST_PLACE
    odds = np.stack([np.exp(u / 2), np.exp(-u / 2), np.full(u.shape, _TIES)], axis=-1)
    return np.asarray(odds / odds.sum(axis=-1, keepdims=True))


def rank_four(quality: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """Chances of the 24 orders of four (..., 24), and these orders, the best first.

    The best is drawn first, then the best of the rest, with odds exp(SHARPNESS quality).
    """
    odds = np.exp(SHARPNESS * quality)[..., _ORDERS]
    left = np.cumsum(odds[..., ::-1], axis=-1)[..., ::-1]
    return np.asarray((odds / left).prod(axis=-1)), _ORDERS


def answer(
    study: Study, item: Item, quality: Floats, rng: np.random.Generator, careless: Careless = ""
) -> dict[str, Any]:
    """What the page would hold for this item, whose summaries have this quality in turn."""
    if careless:
        return _answer_unread(study, item, rng, careless)
    if item.expected is not None:
        return _answer_check(study, item)
    if study.design == "likert":
        points = {d.name: _draw(rate(quality), rng) for d in study.dimensions}
        return {name: str(1 + place) for name, place in points.items()}
    if study.design == "pairwise":
        return {"choice": _OUTCOMES[_draw(choose(*quality[:, None]), rng)]}
    if study.design == "best_worst":
        chances, orders = rank_four(quality)
        order = orders[_draw(chances[None], rng)]
        return {"best": str(order[0]), "worst": str(order[-1])}
    if study.design == "spans":
        marked = _draw(count_marked(quality, count_words(study, item)), rng)
        return {"finished": True, "spans": [[0, marked - 1]] if marked else []}
    return {fact: STATES[_draw(judge_fact(quality), rng)] for fact in _list_facts(study, item)}


def _draw(chances: Floats, rng: np.random.Generator) -> int:
    """A place by its chance; chances are (1, places)."""
    return int(np.searchsorted(np.cumsum(chances[0])[:-1], rng.random(), side="right"))


def _list_facts(study: Study, item: Item) -> list[str]:
    facts = study.articles[0].facts
    return _CHECKS if item.expected is not None else [fact.id for fact in facts]


def _answer_unread(
    study: Study, item: Item, rng: np.random.Generator, careless: Careless
) -> dict[str, Any]:
    def pick(count: int) -> int:
        return 0 if careless == "same" else int(rng.integers(count))

    if study.design == "likert":
        return {d.name: str(1 + pick(len(d.anchors))) for d in study.dimensions}
    if study.design == "pairwise":
        return {"choice": _OUTCOMES[pick(3)]}
    if study.design == "best_worst":
        best = pick(len(item.systems))
        worst = (best + 1 + pick(len(item.systems) - 1)) % len(item.systems)
        return {"best": str(best), "worst": str(worst)}
    if study.design == "spans":
        marked = pick(4)
        return {"finished": True, "spans": [[0, marked - 1]] if marked else []}
    return {fact: STATES[pick(3)] for fact in _list_facts(study, item)}


def _answer_check(study: Study, item: Item) -> dict[str, Any]:
    expected = item.expected
    if study.design == "likert":
        return {name: str(point) for name, point in expected.items()}
    if study.design == "pairwise":
        return {"choice": expected}
    if study.design == "best_worst":
        worst = expected["worst"]
        return {"best": str((worst + 1) % len(item.systems)), "worst": str(worst)}
    if study.design == "spans":
        return {"finished": True, "spans": expected}
    return dict.fromkeys(_CHECKS, expected)


def answer_all(
    study: Study,
    rater: str,
    opinions: Opinions | None = None,
    *,
    careless: Careless = "",
    seed: int = 0,
) -> dict[str, dict[str, Any]]:
    """A rater's answer to each item, by the item's id."""
    raters = list(study.raters)
    if opinions is None:
        rng = np.random.default_rng(1)
        opinions = Population().draw(len(raters), len(study.articles), rng)
    row = raters.index(rater)
    rng = np.random.default_rng([seed, row])
    articles = {article.id: place for place, article in enumerate(study.articles)}
    systems = {name: place for place, name in enumerate(study.systems)}
    of_rater = opinions.quality[row]
    answers = {}
    for item in study.raters[rater]:
        columns = [systems.get(name, 0) for name in item.systems]
        quality = of_rater[articles[item.article]][columns]
        answers[item.id] = answer(study, item, quality, rng, careless)
    return answers


def write_answers(
    study: Study,
    folder: Path,
    rater: str,
    opinions: Opinions | None = None,
    *,
    careless: Careless = "",
    seed: int = 0,
    most: int | None = None,
) -> Path:
    """The file that the rater's page would save, with the first `most` items answered."""
    values = answer_all(study, rater, opinions, careless=careless, seed=seed)
    answers = {name: {"value": values[name], "seconds": 20.0} for name in list(values)[:most]}
    content = {
        "format": "summbench-answers", "version": 1, "study": study.id,
        "assignments": digest_study(study), "rater": rater,
        "saved": f"2026-11-30T10:00:{seed % 60:02}.000Z", "answers": answers,
    }  # fmt: skip
    path = folder / f"answers-{rater}-{seed}.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path
