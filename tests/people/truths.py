"""What a study of very many articles would say, by numerical integration over what is planted."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import qmc

from summbench.people.study import Design
from summbench.stats.bradley_terry import Choices, fit_choices
from summbench.stats.krippendorff import Scale
from tests.people.raters import Population, choose, count_marked, judge_fact, rank_four, rate

Floats = NDArray[np.float64]

WORDS = 6
"""Of the summaries in tests/people/studies.py."""
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(41)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()
_SPREAD = ndtri(qmc.Sobol(4, seed=0).random_base2(12))  # of four systems' summaries


class Answered(NamedTuple):
    """A design whose answers are about one summary: their chances, and what they are worth."""

    chances: Callable[[Floats], Floats]
    scale: Scale
    values: Floats
    scores: dict[str, Floats]


SINGLE: dict[str, Answered] = {
    "likert": Answered(rate, "ordinal", np.arange(5.0), {"": np.arange(1.0, 6)}),
    "spans": Answered(
        lambda quality: count_marked(quality, WORDS),
        "interval",
        1 - np.arange(WORDS + 1) / WORDS,
        {"supported": 1 - np.arange(WORDS + 1) / WORDS},
    ),
    "checklist": Answered(
        judge_fact,
        "nominal",
        np.arange(3.0),
        {"completeness": np.array([1.0, 0, 0]), "faithfulness": np.array([1.0, 1, 0])},
    ),
}


def compute_means(design: Design, population: Population) -> dict[str, Floats]:
    """Each system's mean over all articles and raters (systems,), by dimension ("" is any)."""
    means = np.array(population.means)
    own = np.hypot(population.summary, population.taste)
    if design in SINGLE:
        spread = np.hypot(own, np.hypot(population.article, population.rater))
        chances = SINGLE[design].chances(means[:, None] + spread * _NODES)
        return {
            name: np.einsum("ktc,t,c->k", chances, _WEIGHTS, worth)
            for name, worth in SINGLE[design].scores.items()
        }
    if design == "best_worst":
        chances, orders = rank_four(means + own * _SPREAD)
        mean = chances.mean(axis=0)
        return {
            design: np.array(
                [mean[orders[:, 0] == k].sum() - mean[orders[:, -1] == k].sum() for k in range(4)]
            )
        }
    shares = np.zeros(len(means))
    for i, j in combinations(range(len(means)), 2):
        apart = means[i] - means[j] + np.sqrt(2) * own * _NODES
        both = choose(apart, 0 * apart), choose(-apart, 0 * apart)[:, [1, 0, 2]]
        share = sum(((c[:, 0] + c[:, 2] / 2) * _WEIGHTS).sum() for c in both) / 2
        shares += np.where(np.arange(len(means)) == i, share, 0)
        shares += np.where(np.arange(len(means)) == j, 1 - share, 0)
    return {"preferred": shares / (len(means) - 1)}


def compute_alpha(design: Design, population: Population, offsets: Floats) -> float:
    """Krippendorff's alpha of these raters, whose offsets are (raters, systems)."""
    means = np.array(population.means)
    if design in SINGLE:
        spread = np.hypot(population.summary, population.article)
        quality = means[:, None] + offsets[:, :, None] + spread * _NODES
        chances = SINGLE[design].chances(quality).reshape(len(offsets), -1, _count(design))
        weights = np.tile(_WEIGHTS, len(means))
        return _alpha(chances, weights, SINGLE[design].scale, SINGLE[design].values)
    if design == "best_worst":
        ranked, orders = rank_four(means + offsets[:, None] + population.summary * _SPREAD)
        units = []
        for k in range(4):
            best, worst = (ranked[..., orders[:, place] == k].sum(axis=-1) for place in (0, -1))
            units.append(np.stack([worst, 1 - worst - best, best], axis=-1))
        chances = np.concatenate(units, axis=1)
        return _alpha(chances, np.ones(chances.shape[1]), "ordinal", np.arange(3.0))
    units = []
    for i, j in combinations(range(len(means)), 2):
        quality = (means + offsets)[:, [i, j]] @ [1, -1]
        apart = quality[:, None] + np.sqrt(2) * population.summary * _NODES
        straight, turned = choose(apart, 0 * apart), choose(-apart, 0 * apart)[..., [1, 0, 2]]
        is_first = np.arange(len(offsets))[:, None, None] % 2 == 0
        units += [np.where(is_first, straight, turned), np.where(is_first, turned, straight)]
    units += [unit[..., [1, 0, 2]] for unit in units]
    chances = np.concatenate(units, axis=1)
    weights = np.tile(_WEIGHTS, len(units))
    return _alpha(chances, weights, "nominal", np.arange(3.0))


def _count(design: Design) -> int:
    return len(SINGLE[design].values)


def _alpha(chances: Floats, weights: Floats, scale: Scale, values: Floats) -> float:
    """Alpha of infinitely many units whose answers have these chances (raters, units, answers)."""
    raters = len(chances)
    total = chances.sum(axis=0)
    together = np.einsum("u,uc,uk->ck", weights, total, total)
    together -= np.einsum("u,ruc,ruk->ck", weights, chances, chances)
    together /= (raters - 1) * raters * weights.sum()
    shares = together.sum(axis=0)
    if scale == "nominal":
        costs = 1 - np.eye(len(values))
    elif scale == "interval":
        costs = (values[:, None] - values) ** 2
    else:
        ranks = np.cumsum(shares) - shares / 2
        costs = (ranks[:, None] - ranks) ** 2
    return float(1 - (costs * together).sum() / (costs * shares[:, None] * shares).sum())


def compute_strengths(
    design: Design, population: Population, offsets: Floats
) -> tuple[Floats, float]:
    """Log strengths (systems,) and the advantage of the first place, for these raters."""
    means, k = np.array(population.means), len(population.means)
    rows, weights = [], []
    ranked, orders = rank_four(means + offsets[:, None] + population.summary * _SPREAD)
    mean = ranked.mean(axis=(0, 1))
    for i, j in combinations(range(k), 2):
        apart = ((means + offsets)[:, [i, j]] @ [1, -1])[:, None]
        apart = apart + np.sqrt(2) * population.summary * _NODES
        for first, second, sign in ((i, j, 1), (j, i, -1)):
            if design == "pairwise":
                chances = np.einsum("rtc,t->c", choose(sign * apart, 0 * apart), _WEIGHTS)
            else:
                wins = [
                    mean[(orders[:, 0] == a) | (orders[:, -1] == b)].sum()
                    for a, b in ((first, second), (second, first))
                ]
                chances = np.array([*wins, 0.0])
            rows += [(first, second, outcome) for outcome in (1, -1, 0)]
            weights += chances.tolist()
    first, second, outcome = np.array(rows).T
    terms = np.ones((len(rows), 1))
    fits = fit_choices(Choices(first, second, outcome, terms), k, np.array([weights]))
    return fits.strengths[0], float(fits.terms[0, 0])
