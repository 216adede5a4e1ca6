"""Who meets whom on which article: every pair of systems, balanced if not all can be asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import gcd
from typing import NamedTuple

import numpy as np

from summbench.core.errors import SummbenchError
from summbench.core.replies import read_example
from summbench.people.sampling import (
    Summaries,
    choose_dataset,
    choose_systems,
    load_examples,
    read_summaries,
)
from summbench.runs.run import RunData

ORDERS = 2


class Meeting(NamedTuple):
    """Two systems on an article, their names sorted."""

    article: str
    a: str
    b: str


@dataclass(frozen=True, slots=True)
class Contest:
    """The texts of an arena.

    `texts` are those of its articles, in the order of the draw; `of_articles` is how many the run
    has, `n_textless` how many of them have no text. `excluded` are models of the run that do not
    compete. A summary that failed or is empty is not among `summaries`.
    """

    dataset: str
    systems: Sequence[str]
    texts: Mapping[str, str]
    summaries: Summaries
    of_articles: int
    n_textless: int
    excluded: Sequence[str]


def load_contest(
    run: RunData,
    *,
    dataset: str | None = None,
    systems: Sequence[str] | None = None,
    articles: int | None = None,
    first: Sequence[str] = (),
    seed: int = 0,
    allow_code: Sequence[str] = (),
) -> Contest:
    """Load the texts of `articles` drawn by chance, of all by default; `first` are drawn first.

    Raises: SummbenchError, if there are fewer, no texts, or not two systems.
    """
    name = choose_dataset(run, dataset)
    names = tuple(sorted(choose_systems(run, systems)))
    if len(names) < ORDERS:
        raise SummbenchError(
            f"An arena needs two systems, and there is {', '.join(names) or 'none'}. Bounds "
            "compete only if systems=A,B (--systems A,B) names them."
        )
    examples = {e.article.id: read_example(e) for e in load_examples(run, name, allow_code)}
    texts = {i: e.article.text for i, e in examples.items() if e.article.text.strip()}
    in_order = [article for article in run.articles[name] if article in texts]
    if not in_order:
        raise SummbenchError(
            f"{run.path} has no texts of articles on {name}, and the judge needs them. Give the "
            "articles to summbench run or score."
        )
    if articles is not None and not 1 <= articles <= len(in_order):
        raise SummbenchError(
            f"articles is {articles}; expected 1 to {len(in_order)}, as {run.path} has texts of "
            "so many."
        )
    drawn = np.random.default_rng(seed).permutation(len(in_order)).tolist()
    leading = set(first)
    order = sorted((in_order[i] for i in drawn), key=lambda article: article not in leading)
    return Contest(
        dataset=name,
        systems=names,
        texts={article: texts[article] for article in order[:articles]},
        summaries=read_summaries(run, name, names),
        of_articles=len(run.articles[name]),
        n_textless=len(run.articles[name]) - len(in_order),
        excluded=[model for model in run.leaderboard.models if model not in names],
    )


def schedule_meetings(
    articles: Sequence[str], systems: Sequence[str], seed: int = 0
) -> list[Meeting]:
    """Return every pair on every article, in an order of which any beginning is balanced.

    Pairs then differ by one meeting at most, and so do articles. Pair p of P meets in round r on
    article (r P + p + c) mod n, where c counts how often r P was a multiple of n before.
    """
    pairs = list(combinations(sorted(systems), 2))
    order = np.random.default_rng([seed, 1]).permutation(len(pairs)).tolist()
    n, step = len(articles), len(articles) // gcd(len(articles), len(pairs))
    return [
        Meeting(articles[(r * len(pairs) + place + r // step) % n], *pairs[p])
        for r in range(n)
        for place, p in enumerate(order)
    ]
