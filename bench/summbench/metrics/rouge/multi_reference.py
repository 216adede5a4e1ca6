"""Several references: four policies that give different numbers, each by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isnan, nan

from summbench.core.text import tokenize_for_rouge
from summbench.metrics.rouge.engines import Overlap

Policy = Callable[[Sequence[Overlap], Sequence[int], int], Overlap]
"""Overlaps with each reference, n-grams of each, n-grams of the candidate -> one overlap."""


def max_f(overlaps: Sequence[Overlap], reference_sizes: Sequence[int], size: int) -> Overlap:
    """Return the overlap with the best F, as rouge-score's score_multi; the first of several."""
    return max(overlaps, key=lambda overlap: overlap.fmeasure)


def mean(overlaps: Sequence[Overlap], reference_sizes: Sequence[int], size: int) -> Overlap:
    """Return the mean over references of P, R and F, each by itself."""
    return Overlap(*(sum(part) / len(overlaps) for part in zip(*overlaps, strict=True)))


def pool(overlaps: Sequence[Overlap], reference_sizes: Sequence[int], size: int) -> Overlap:
    """Sum matches and lengths over references first: ROUGE-1.5.5 with -f A, its default.

    NaN if the overlap with any reference is.
    """
    if any(isnan(overlap.recall) for overlap in overlaps):
        return Overlap(nan, nan, nan)
    recalls = (overlap.recall for overlap in overlaps)
    matches = sum(round(r * length) for r, length in zip(recalls, reference_sizes, strict=True))
    candidate_total, reference_total = size * len(overlaps), sum(reference_sizes)
    precision = matches / candidate_total if candidate_total else 0.0
    recall = matches / reference_total if reference_total else 0.0
    total = precision + recall
    return Overlap(precision, recall, 2 * precision * recall / total if total else 0.0)


def jackknife(overlaps: Sequence[Overlap], reference_sizes: Sequence[int], size: int) -> Overlap:
    """Return the mean of `max_f` over all sets that leave one reference out.

    It makes a system's score comparable with that of a human, who has one reference less. NaN with
    a single reference. (Lin, 2004, section 2.1.)
    """
    if len(overlaps) == 1:
        return Overlap(nan, nan, nan)
    sets = [[*overlaps[:i], *overlaps[i + 1 :]] for i in range(len(overlaps))]
    return mean([max_f(rest, (), 0) for rest in sets], (), 0)


POLICIES: Mapping[str, Policy] = {
    "max-f": max_f,
    "mean": mean,
    "pooled": pool,
    "jackknife": jackknife,
}


def count_n_grams(text: str, rouge_type: str) -> int:
    """Return how many n-grams (or words, for L and Lsum) ROUGE counts in the text."""
    words = len(tokenize_for_rouge(text))
    n = int(rouge_type.removeprefix("rouge")) if rouge_type[-1].isdigit() else 1
    return max(0, words - n + 1)
