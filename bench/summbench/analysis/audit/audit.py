"""How far each system's ROUGE moves with the convention, and which orders flip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from summbench.analysis.audit.conventions import AGGREGATES, FAMILIES, Convention
from summbench.analysis.audit.tables import Table, tables
from summbench.core.errors import SummbenchError
from summbench.core.records import Example, Prediction
from summbench.core.text import is_latin_script
from summbench.leaderboard.board import ALPHA
from summbench.stats.intervals import Resamples
from summbench.stats.multiplicity import holm
from summbench.stats.paired import count_resamples, sign_flip_pairs

Floats = NDArray[np.float64]

_ROUNDING = 1e-9
_DRAWN = 1_000  # resamples of rouge-score's BootstrapAggregator


@dataclass(frozen=True, slots=True)
class Flip:
    """`a` leads `b` by `lead` under one convention, and trails by `deficit` under another.

    Both are largest of all conventions, as fractions; `p` is of the paired sign-flip test under the
    canonical convention, Holm's correction over all pairs of the family.
    """

    a: str
    b: str
    one: Convention
    other: Convention
    lead: float
    deficit: float
    p: float

    @property
    def significant(self) -> bool:
        """Whether the two differ under the canonical convention."""
        return self.p <= ALPHA


@dataclass(frozen=True, slots=True)
class Family:
    """Scores (conventions, systems) of one kind of ROUGE; the first convention is the canonical."""

    name: str
    conventions: Sequence[Convention]
    scores: Floats
    flips: Sequence[Flip]

    def moved(self, place: int) -> tuple[float, int]:
        """How far a convention is from the canonical at most, and pairs in another order there."""
        canonical, other = self.scores[0], self.scores[place]
        first, second = np.triu_indices(len(canonical), 1)
        apart, there = canonical[first] - canonical[second], other[first] - other[second]
        reordered = (apart * there < 0) & (np.minimum(np.abs(apart), np.abs(there)) > _ROUNDING)
        return float(np.abs(other - canonical).max()), int(reordered.sum())


@dataclass(frozen=True, slots=True)
class Audit:
    """What a dataset's outputs are under all conventions; `left_out` articles have no reference."""

    dataset: str
    systems: Sequence[str]
    articles: int
    left_out: int
    families: Sequence[Family]


def audit(
    dataset: str,
    examples: Sequence[Example],
    predicted: Mapping[str, Sequence[Prediction]],
    language: str = "en",
    seed: int = 0,
) -> Audit:
    """Unstemmed, sentences by sentencex, best reference, mean of F is canonical, and comes first.

    A failed article scores 0. `<n>` is a line break everywhere, as only PEGASUS means it.
    """
    kept = [i for i, e in enumerate(examples) if e.references and _latin(e)]
    if not kept:
        raise SummbenchError(
            f"{dataset} has no article with a reference in Latin script: there is no ROUGE to "
            "audit. ROUGE's tokeniser keeps a-z and 0-9 alone."
        )
    some = [examples[i] for i in kept]
    texts = {
        system: ["" if found[i].error is not None else found[i].summary for i in kept]
        for system, found in predicted.items()
    }
    found = dict(tables(some, texts, language))
    families = [_family(name, kinds, found, list(texts), seed) for name, kinds in FAMILIES.items()]
    return Audit(dataset, list(texts), len(kept), len(examples) - len(kept), families)


def _latin(example: Example) -> bool:
    return all(map(is_latin_script, example.references))


def _family(
    name: str,
    kinds: Sequence[str],
    scored: Mapping[Table, Floats],
    systems: Sequence[str],
    seed: int,
) -> Family:
    own = sorted((key for key in scored if key[0] in kinds), key=lambda key: kinds.index(key[0]))
    resamples = Resamples(scored[own[0]].shape[2], _DRAWN, seed)
    conventions, scores = [], []
    for key in own:
        for aggregate, values in _aggregated(scored[key], resamples).items():
            conventions.append(Convention(*key, aggregate))
            scores.append(values)
    flips = _flips(scored[own[0]][2], conventions, np.array(scores), systems, seed)
    return Family(name, conventions, np.array(scores), flips)


def _aggregated(table: Floats, resamples: Resamples) -> dict[str, Floats]:
    """Each system's number by each of `AGGREGATES`."""
    p, r, f = table.mean(axis=2)
    of_means = np.divide(2 * p * r, p + r, out=np.zeros_like(p), where=p + r > 0)
    median = np.median(resamples.means(table[2].T), axis=1)
    return dict(zip(AGGREGATES, (f, of_means, median), strict=True))


def _flips(
    canonical: Floats,
    conventions: Sequence[Convention],
    scores: Floats,
    systems: Sequence[str],
    seed: int,
) -> list[Flip]:
    """Every pair of systems whose order is not the same everywhere, the plainest first."""
    pairs = list(combinations(range(len(systems)), 2))
    if not pairs:
        return []
    first, second = np.array(pairs, dtype=np.intp).T
    p = holm(sign_flip_pairs(canonical.T, first, second, count_resamples(len(pairs), ALPHA), seed))
    apart = scores[:, first] - scores[:, second]
    best, worst = apart.argmax(axis=0), apart.argmin(axis=0)
    found = [
        Flip(
            systems[i],
            systems[j],
            conventions[best[k]],
            conventions[worst[k]],
            float(apart[best[k], k]),
            float(-apart[worst[k], k]),
            float(p[k]),
        )
        for k, (i, j) in enumerate(pairs)
        if apart[best[k], k] > _ROUNDING and apart[worst[k], k] < -_ROUNDING
    ]
    return sorted(found, key=lambda flip: (-min(flip.lead, flip.deficit), flip.a, flip.b))
