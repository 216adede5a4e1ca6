"""Several references: four policies that give different numbers, each by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import nan

from summbench.core.text import tokenize_for_rouge
from summbench.metrics.rouge.engines import Overlap

Policy = Callable[[Sequence[Overlap], Sequence[int], int], Overlap]
"""Overlaps with each reference, n-grams of each, n-grams of the candidate -> one overlap."""


def max_f(overlaps: Sequence[Overlap], references: Sequence[int], candidate: int) -> Overlap:
    """The overlap with the best F, as rouge-score's score_multi; the first of several."""
    return max(overlaps, key=lambda overlap: overlap.fmeasure)


def mean(overlaps: Sequence[Overlap], references: Sequence[int], candidate: int) -> Overlap:
    """The mean over references of P, R and F, each by itself."""
    return Overlap(*(sum(part) / len(overlaps) for part in zip(*overlaps, strict=True)))


def pooled(overlaps: Sequence[Overlap], references: Sequence[int], candidate: int) -> Overlap:
    """Matches and lengths summed over references first: ROUGE-1.5.5 with -f A, its default."""
    hits = sum(round(o.recall * size) for o, size in zip(overlaps, references, strict=True))
    possible = candidate * len(overlaps)
    precision = hits / possible if possible else 0.0
    recall = hits / sum(references) if sum(references) else 0.0
    total = precision + recall
    return Overlap(precision, recall, 2 * precision * recall / total if total else 0.0)


def jackknife(overlaps: Sequence[Overlap], references: Sequence[int], candidate: int) -> Overlap:
    """The mean of `max_f` over all sets that leave one reference out (Lin, 2004, section 2.1).

    It makes a system's score comparable with that of a human, who has one reference less. Undefined
    with a single reference.
    """
    if len(overlaps) == 1:
        return Overlap(nan, nan, nan)
    sets = [[*overlaps[:i], *overlaps[i + 1 :]] for i in range(len(overlaps))]
    return mean([max_f(left, (), 0) for left in sets], (), 0)


POLICIES: Mapping[str, Policy] = {
    "max-f": max_f,
    "mean": mean,
    "pooled": pooled,
    "jackknife": jackknife,
}


def n_grams(text: str, kind: str) -> int:
    """How many n-grams (or words, for L and Lsum) ROUGE counts in the text."""
    words = len(tokenize_for_rouge(text))
    n = int(kind.removeprefix("rouge")) if kind[-1].isdigit() else 1
    return max(0, words - n + 1)
