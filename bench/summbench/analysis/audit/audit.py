"""How far each system's ROUGE moves with the convention, and which pairs change their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from summbench.analysis.audit.conventions import AGGREGATES, FAMILIES, Convention
from summbench.analysis.audit.scoring import ScoringKey, score_conventions
from summbench.core.article_order import sort_examples
from summbench.core.errors import SummbenchError
from summbench.core.records import Example, Prediction
from summbench.core.replies import read_example, read_text
from summbench.core.text import is_latin_script
from summbench.leaderboard.board import ALPHA
from summbench.stats.multiplicity import holm
from summbench.stats.resamples import Resamples
from summbench.stats.sign_flips import sign_flip

Floats = NDArray[np.float64]

_ROUNDING = 1e-9
_RESAMPLES = 1_000  # as rouge-score's BootstrapAggregator


@dataclass(frozen=True, slots=True)
class Flip:
    """A pair of systems that changes its order: `a` leads by `lead`, or trails by `deficit`.

    Both are the largest of all conventions, as fractions. `p` is of the paired sign-flip test under
    the canonical convention, with Holm's correction over all pairs of the family.
    """

    a: str
    b: str
    leading_convention: Convention
    trailing_convention: Convention
    lead: float
    deficit: float
    p: float

    @property
    def is_significant(self) -> bool:
        """Whether the two differ under the canonical convention."""
        return self.p <= ALPHA


@dataclass(frozen=True, slots=True)
class Family:
    """Scores (conventions, systems) of one kind of ROUGE; the first convention is the canonical."""

    name: str
    conventions: Sequence[Convention]
    scores: Floats
    flips: Sequence[Flip]

    def compare_with_canonical(self, position: int) -> tuple[float, int]:
        """Return the largest distance of a convention's scores, and how many pairs it reorders."""
        canonical, other = self.scores[0], self.scores[position]
        first, second = np.triu_indices(len(canonical), 1)
        gaps, other_gaps = canonical[first] - canonical[second], other[first] - other[second]
        are_apart = np.minimum(np.abs(gaps), np.abs(other_gaps)) > _ROUNDING
        reordered = (gaps * other_gaps < 0) & are_apart
        return float(np.abs(other - canonical).max()), int(reordered.sum())


@dataclass(frozen=True, slots=True)
class Audit:
    """The scores of a dataset's systems under all conventions.

    `skipped` articles have no reference that ROUGE can read.
    """

    dataset: str
    systems: Sequence[str]
    articles: int
    skipped: int
    families: Sequence[Family]


def audit_dataset(
    dataset: str,
    examples: Sequence[Example],
    predictions: Mapping[str, Sequence[Prediction]],
    language: str = "en",
    seed: int = 0,
) -> Audit:
    """Score the systems of a dataset under every convention.

    Canonical, and first, is: unstemmed, sentences by auto, best reference, mean of F. A failed
    article scores 0. Texts are read as in a run (`core.replies`). Systems are sorted by name.

    Raises: SummbenchError if no article has a reference in Latin script.
    """
    rows = sort_examples(examples).tolist()
    examples = list(map(read_example, examples))
    usable = [i for i in rows if examples[i].references and _has_latin_references(examples[i])]
    if not usable:
        raise SummbenchError(
            f"{dataset} has no article with a reference in Latin script, so ROUGE can't be "
            "audited. ROUGE's tokenizer keeps only a-z and 0-9."
        )
    texts = {
        system: [
            "" if of_system[i].error is not None else read_text(of_system[i].summary)
            for i in usable
        ]
        for system, of_system in sorted(predictions.items())
    }
    scores = dict(score_conventions([examples[i] for i in usable], texts, language))
    systems = list(texts)
    families = [
        _build_family(name, kinds, scores, systems, seed) for name, kinds in FAMILIES.items()
    ]
    return Audit(dataset, systems, len(usable), len(examples) - len(usable), families)


def _has_latin_references(example: Example) -> bool:
    return all(map(is_latin_script, example.references))


def _build_family(
    name: str,
    kinds: Sequence[str],
    scores: Mapping[ScoringKey, Floats],
    systems: Sequence[str],
    seed: int,
) -> Family:
    keys = sorted((key for key in scores if key[0] in kinds), key=lambda key: kinds.index(key[0]))
    resamples = Resamples(scores[keys[0]].shape[2], _RESAMPLES, seed)
    conventions, rows = [], []
    for key in keys:
        for aggregate, values in _aggregate(scores[key], resamples).items():
            conventions.append(Convention(*key, aggregate))
            rows.append(values)
    matrix = np.array(rows)
    flips = _find_flips(scores[keys[0]][2], conventions, matrix, systems)
    return Family(name, conventions, matrix, flips)


def _aggregate(scores: Floats, resamples: Resamples) -> dict[str, Floats]:
    """Compute each system's number by each of `AGGREGATES`, from P, R and F."""
    p, r, f = scores.mean(axis=2)
    f_of_means = np.divide(2 * p * r, p + r, out=np.zeros_like(p), where=p + r > 0)
    median = np.median(resamples.means(scores[2].T), axis=1)
    return dict(zip(AGGREGATES, (f, f_of_means, median), strict=True))


def _find_flips(
    canonical: Floats,
    conventions: Sequence[Convention],
    scores: Floats,
    systems: Sequence[str],
) -> list[Flip]:
    """List the pairs of systems whose order is not the same everywhere, the clearest first."""
    pairs = list(combinations(range(len(systems)), 2))
    if not pairs:
        return []
    first, second = np.array(pairs, dtype=np.intp).T
    largest = np.abs(canonical).max(axis=1)
    differences = (canonical[first] - canonical[second]).T
    p = holm(sign_flip(differences, np.maximum(largest[first], largest[second])))
    gaps = scores[:, first] - scores[:, second]
    rounded = np.round(gaps, 9)  # of conventions with the same gap the first, whatever its last bit
    best, worst = rounded.argmax(axis=0), rounded.argmin(axis=0)
    flips = [
        Flip(
            systems[i],
            systems[j],
            conventions[best[k]],
            conventions[worst[k]],
            float(gaps[best[k], k]),
            float(-gaps[worst[k], k]),
            float(p[k]),
        )
        for k, (i, j) in enumerate(pairs)
        if gaps[best[k], k] > _ROUNDING and gaps[worst[k], k] < -_ROUNDING
    ]
    return sorted(flips, key=lambda flip: (-min(flip.lead, flip.deficit), flip.a, flip.b))
