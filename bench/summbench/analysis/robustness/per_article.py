"""What a perturbation of each article does to the article's summary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from summbench.analysis.robustness.similarity import Similarity
from summbench.core.records import Direction, Prediction, TaskResult
from summbench.core.text import split_words
from summbench.perturbations.edits import PerturbedText
from summbench.perturbations.perturbed import PerturbedDataset
from summbench.perturbations.spans import FUNCTION_WORDS

_NAN = float("nan")
Bigrams = frozenset[tuple[str, str]]
PredictionPairs = Sequence[tuple[Prediction, Prediction]]
"""The predictions for the clean and for the perturbed article, an article after another."""


class SourceChange:
    """What a perturbation does to the articles, whichever model reads them.

    `similarity` is ROUGE-2 F of clean and perturbed article; `injected` are the injected bigrams.
    """

    def __init__(self, copy: PerturbedDataset, similarity: Similarity) -> None:
        originals = [text.original for text in copy.texts]
        self.similarity = similarity.compute_rouge2(originals, [text.text for text in copy.texts])
        self.injected = [
            find_injected_bigrams(text, original)
            for text, original in zip(copy.texts, originals, strict=True)
        ]


def find_injected_bigrams(perturbed: PerturbedText, original: str) -> Bigrams:
    """Find the word bigrams of inserted text that the original does not have.

    Bigrams of function words alone are left out. A longer n-gram is in a summary only if its
    bigrams are.
    """
    inserted = {
        bigram
        for edit in perturbed.edits
        if not edit.before
        for bigram in extract_bigrams(edit.after)
    }
    content = frozenset(bigram for bigram in inserted if not FUNCTION_WORDS.issuperset(bigram))
    return content - extract_bigrams(original) if content else content


def extract_bigrams(text: str) -> Bigrams:
    """Extract the bigrams of the lower-cased words."""
    return frozenset(pairwise(split_words(text)))


def compute_numbers(
    clean: TaskResult,
    perturbed: TaskResult,
    source: SourceChange,
    similarity: Similarity,
    metrics: Mapping[str, Direction],
) -> dict[str, list[float]]:
    """Compute each number of `Trial` but the relative losses.

    Each has a value an article, which is NaN where it is undefined.
    """
    pairs = list(zip(clean.predictions, perturbed.predictions, strict=True))
    texts = [before.summary for before, _ in pairs], [after.summary for _, after in pairs]
    numbers = {
        "stability.rouge2": _compute_stability(pairs, similarity.compute_rouge2(*texts)),
        "stability.chrf2": _compute_stability(pairs, similarity.compute_chrf2(*texts)),
        "source.rouge2": _mask_failed_clean(pairs, source.similarity),
    }
    both = zip(numbers["source.rouge2"], numbers["stability.rouge2"], strict=True)
    numbers["excess.rouge2"] = [of_source - of_summary for of_source, of_summary in both]
    numbers["length_change"] = [_compute_length_change(before, after) for before, after in pairs]
    numbers["leakage"] = [
        _compute_leakage(before, after, injected)
        for (before, after), injected in zip(pairs, source.injected, strict=True)
    ]
    for metric, direction in metrics.items():
        if metric in perturbed.scores:
            sign = -1 if direction == "lower" else 1
            numbers |= _compute_losses(metric, sign, pairs, clean.scores, perturbed.scores)
    return numbers


def _mask_failed_clean(pairs: PredictionPairs, values: Sequence[float]) -> list[float]:
    return [
        _NAN if before.error is not None else value
        for (before, _), value in zip(pairs, values, strict=True)
    ]


def _compute_stability(pairs: PredictionPairs, similarities: Sequence[float]) -> list[float]:
    values = [
        0.0 if after.error is not None else similarity
        for (_, after), similarity in zip(pairs, similarities, strict=True)
    ]
    return _mask_failed_clean(pairs, values)


def _compute_length_change(before: Prediction, after: Prediction) -> float:
    length = len(split_words(before.summary))
    if before.error is not None or after.error is not None or not length:
        return _NAN
    return len(split_words(after.summary)) / length - 1


def _compute_leakage(before: Prediction, after: Prediction, injected: Bigrams) -> float:
    if before.error is not None or after.error is not None or not injected:
        return _NAN
    return len(injected & extract_bigrams(after.summary)) / len(injected)


def _compute_losses(
    metric: str,
    sign: int,
    pairs: PredictionPairs,
    clean: Mapping[str, Sequence[float]],
    perturbed: Mapping[str, Sequence[float]],
) -> dict[str, list[float]]:
    """The clean score, only where the loss is defined, and the loss."""
    scores = list(zip(clean[metric], perturbed[metric], strict=True))
    losses = _mask_failed_clean(pairs, [sign * (before - after) for before, after in scores])
    clean_scores = [
        before if loss == loss else _NAN for (before, _), loss in zip(scores, losses, strict=True)
    ]
    return {f"clean.{metric}": clean_scores, f"drop.{metric}": losses}
