"""The articles on which a candidate lost most."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import inf, isfinite

from summbench.gate.differences import ScorePair
from summbench.gate.records import ArticleRegression

_MOST = 10


def find_regressions(
    pairs: Sequence[ScorePair], other_scales: Collection[str]
) -> list[ArticleRegression]:
    """The articles that lost most, over all metrics; an undefined loss comes first.

    A loss on another scale counts as a share of the largest change of its row. An article is listed
    once a model, with the metric that lost most.
    """
    regressions: dict[tuple[str, str, str], tuple[float, ArticleRegression]] = {}
    for pair in pairs:
        is_fraction = pair.key[2] not in other_scales
        unit = 1.0 if is_fraction else max(map(abs, pair.differences.values()), default=1.0)
        for article, difference in pair.differences.items():
            if not difference >= 0:
                digests = pair.old_digests[article], pair.new_digests[article]
                row = ArticleRegression(*pair.key, article, -difference, *digests, is_fraction)
                size = row.loss / unit if isfinite(row.loss) else inf
                place = (*pair.key[:2], article)
                if place not in regressions or regressions[place][0] < size:
                    regressions[place] = size, row
    ordered = sorted(regressions.values(), key=lambda pair: -pair[0])
    return [row for _, row in ordered[:_MOST]]
