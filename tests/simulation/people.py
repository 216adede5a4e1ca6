"""`python -m tests.simulation.people`: do intervals of ratings and choices hold the truth?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from summbench.people.choices import Choice
from summbench.people.preferences import estimate_preferences
from summbench.stats.krippendorff import Scale, estimate_alpha, krippendorff_alpha
from summbench.stats.prediction_powered import compute_powered_means
from summbench.stats.two_way import estimate_crossed_means
from tests.simulation.printing import show

Floats = NDArray[np.float64]

SYSTEMS = 4
MEANS = np.array([3.6, 3.3, 3.3, 2.9])
"""Planted, on a scale from 1 to 5."""
ARTICLES, REST = 0.5, 0.7
"""Standard deviations of what an article, and a single rating, add."""
RATERS = (0.0, 0.2, 0.4)
"""Of what a rater adds: to a mean, and separately for each system to a difference."""
STRENGTHS = np.array([0.6, 0.2, -0.2, -0.6])
_HUGE = 200_000


def draw_ratings(
    raters: int, articles: int, sd: float, repetitions: int, rng: np.random.Generator
) -> Floats:
    """Ratings of one system (raters, articles, repetitions) about 0."""
    shapes = ((1, articles), (raters, 1), (raters, articles))
    parts = zip((ARTICLES, sd, REST), shapes, strict=True)
    return np.asarray(sum(s * rng.normal(size=(*shape, repetitions)) for s, shape in parts))


def cover_means(
    raters: int, articles: int, sd: float, repetitions: int, resamples: int = 400
) -> tuple[float, float, float, float]:
    """Shares of intervals that hold the mean: ours, resampled both ways, over articles, p <= .05.

    Both ways: articles and raters are drawn independently of each other.
    """
    rng = np.random.default_rng(31)
    table = draw_ratings(raters, articles, sd, repetitions, rng)
    ours = estimate_crossed_means(table)
    of_articles = rng.multinomial(articles, np.full(articles, 1 / articles), size=resamples)
    of_raters = rng.multinomial(raters, np.full(raters, 1 / raters), size=resamples)
    drawn = np.einsum(
        "br,ram,ba->bm", of_raters / raters, table, of_articles / articles, optimize=True
    )
    both = np.quantile(drawn, [0.025, 0.975], axis=0)
    single = estimate_crossed_means(table.mean(axis=0, keepdims=True))
    return (
        _hold(ours.low, ours.high),
        _hold(*both),
        _hold(single.low, single.high),
        float((ours.p <= 0.05).mean()),
    )


def _hold(low: Floats, high: Floats, value: float = 0.0) -> float:
    return float(((low <= value) & (value <= high)).mean())


def cover_powered(
    n: int, unrated: int, correlation: float, repetitions: int
) -> tuple[float, float, float]:
    """Shares of powered and of classical intervals that hold the mean; by how much they shrink."""
    rng = np.random.default_rng(32)
    scores = rng.normal(size=(n + unrated, repetitions))
    rest = np.sqrt(1 - correlation**2) * rng.normal(size=(n, repetitions))
    means = compute_powered_means(correlation * scores[:n] + rest, scores[:n], scores[n:])
    half = (means.high - means.mean) / means.error * means.rated_error
    alone = _hold(means.rated_mean - half, means.rated_mean + half)
    gain = 1 - float(np.median(means.error / means.rated_error))
    return _hold(means.low, means.high), alone, gain


def cover_alpha(raters: int, articles: int, scale: Scale, repetitions: int) -> float:
    """The share of intervals that hold the alpha of very many articles."""
    rng = np.random.default_rng(33)

    def draw(count: int) -> Floats:
        quality = rng.normal(size=(1, count, SYSTEMS)) * ARTICLES + MEANS
        noise = REST * rng.normal(size=(raters, count, SYSTEMS))
        return np.asarray(np.clip(np.round(quality + noise), 1, 5).reshape(raters, -1))

    true_alpha = krippendorff_alpha(draw(_HUGE // SYSTEMS), scale)
    names = [f"{i // SYSTEMS:04}" for i in range(articles * SYSTEMS)]
    held = 0
    for _ in range(repetitions):
        estimate = estimate_alpha(draw(articles), names, scale)
        held += estimate.low <= true_alpha <= estimate.high
    return held / repetitions


def draw_choices(
    articles: int, raters: int, sd: float, rng: np.random.Generator
) -> tuple[NDArray[np.int64], Floats]:
    """Outcomes (articles, raters, pairs) of pairs (i, j) in the order of triu_indices.

    The first shown is the earlier system in every other case, and has an advantage of .2; an
    article adds to each system's strength with standard deviation `sd`.
    """
    i, j = np.triu_indices(SYSTEMS, 1)
    strengths = STRENGTHS + sd * rng.normal(size=(articles, 1, SYSTEMS))
    order = (np.arange(articles)[:, None, None] + np.arange(raters)[:, None] + i + j) % 2
    sign = np.where(order == 0, 1, -1)
    u = sign * (strengths[..., i] - strengths[..., j]) + 0.2
    odds = np.stack([np.exp(u / 2), np.exp(-u / 2), np.full(u.shape, 0.6)])
    cut = np.cumsum(odds / odds.sum(axis=0), axis=0)
    draw = rng.random(u.shape)
    outcome = np.where(draw < cut[0], 1, np.where(draw < cut[1], -1, 0))
    return outcome, sign


def build_choices(outcome: NDArray[np.int64], sign: Floats) -> list[Choice]:
    """The records of these outcomes."""
    names = "abcd"
    pairs = list(zip(*(x.tolist() for x in np.triu_indices(SYSTEMS, 1)), strict=True))
    sign = np.broadcast_to(sign, outcome.shape)
    return [
        Choice(
            f"{a:04}",
            str(r),
            names[i] if sign[a, r, p] > 0 else names[j],
            names[j] if sign[a, r, p] > 0 else names[i],
            int(outcome[a, r, p]),
        )
        for a in range(outcome.shape[0])
        for r in range(outcome.shape[1])
        for p, (i, j) in enumerate(pairs)
    ]


def cover_strengths(
    articles: int, raters: int, sd: float, repetitions: int, resamples: int = 300
) -> tuple[float, float, float]:
    """Shares of intervals that hold strengths and position; of studies with a wrong rank range."""
    rng = np.random.default_rng(34)
    huge = estimate_preferences(build_choices(*draw_choices(4_000, 1, sd, rng)), 2)
    truth = {row.system: row.strength.mean for row in huge.systems}
    strengths = positions = wrong = 0
    for repetition in range(repetitions):
        choices = build_choices(*draw_choices(articles, raters, sd, rng))
        result = estimate_preferences(choices, resamples, repetition)
        rows = result.systems
        strengths += sum(r.strength.low <= truth[r.system] <= r.strength.high for r in rows)
        positions += result.position.low <= huge.position.mean <= result.position.high
        true_ranks = {name: rank for rank, name in enumerate("abcd", start=1)}
        wrong += any(not r.rank_low <= true_ranks[r.system] <= r.rank_high for r in rows)
    return strengths / SYSTEMS / repetitions, positions / repetitions, wrong / repetitions


def table(repetitions: int) -> Iterator[str]:
    """The lines of four Markdown tables."""
    names = "raters | sd of raters | articles | ours | resampled both ways | over articles alone"
    yield f"| {names} | p <= .05 |"
    yield "|---" * 7 + "|"
    for raters in (2, 3, 5, 10):
        for sd in RATERS:
            for articles in (10, 30):
                means = cover_means(raters, articles, sd, repetitions)
                yield f"| {raters} | {sd} | {articles} | {_join(means)} |"
    yield ""
    yield "| rated | unrated | correlation | powered | ratings alone | interval shrinks by |"
    yield "|---" * 6 + "|"
    for n in (20, 50, 100):
        for correlation in (0.0, 0.2, 0.4, 0.6, 0.8):
            powered, alone, gain = cover_powered(n, 500, correlation, 5 * repetitions)
            yield f"| {n} | 500 | {correlation} | {powered:.3f} | {alone:.3f} | {gain:.0%} |"
    yield ""
    yield "| raters | articles x systems | nominal | ordinal | interval |"
    yield "|---" * 5 + "|"
    scales: tuple[Scale, ...] = ("nominal", "ordinal", "interval")
    for raters, articles in ((2, 30), (3, 30), (3, 100)):
        shares = [cover_alpha(raters, articles, scale, repetitions) for scale in scales]
        yield f"| {raters} | {articles} x {SYSTEMS} | {_join(shares)} |"
    yield ""
    yield "| articles | raters | sd of an article's strengths | strengths | position | wrong rank |"
    yield "|---" * 6 + "|"
    for articles, raters, sd in ((30, 1, 0.0), (30, 3, 0.0), (30, 3, 0.8), (100, 3, 0.8)):
        strengths = cover_strengths(articles, raters, sd, repetitions)
        yield f"| {articles} | {raters} | {sd} | {_join(strengths)} |"


def _join(shares: Iterable[float]) -> str:
    return " | ".join(f"{share:.3f}" for share in shares)


def main(repetitions: int = 2_000) -> None:
    """Print the tables as they grow; some minutes."""
    show(table(repetitions), repetitions)


if __name__ == "__main__":
    main()
