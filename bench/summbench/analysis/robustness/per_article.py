"""The numbers of one article after another: what noise did to its summary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from summbench.analysis.robustness.similarity import Similarity
from summbench.core.records import Direction, Prediction, TaskResult
from summbench.core.text import split_words
from summbench.perturbations.edits import PerturbedText
from summbench.perturbations.perturbed import PerturbedDataset
from summbench.perturbations.places import FUNCTION_WORDS

_NAN = float("nan")
Bigrams = frozenset[tuple[str, str]]


class Source:
    """What is the same for all models: how alike the articles still are, and what was injected."""

    def __init__(self, copies: PerturbedDataset, similarity: Similarity) -> None:
        clean = [garbled.restored for garbled in copies.garbled]
        self.likeness = similarity.rouge2(clean, [garbled.text for garbled in copies.garbled])
        self.injected = [
            injected(garbled, text) for garbled, text in zip(copies.garbled, clean, strict=True)
        ]


def injected(garbled: PerturbedText, article: str) -> Bigrams:
    """The word bigrams of what was put in, without the article's and those of function words.

    A longer n-gram is in a summary only if its bigrams are.
    """
    found = {pair for e in garbled.edits if not e.before for pair in bigrams(e.after)}
    content = frozenset(pair for pair in found if not FUNCTION_WORDS.issuperset(pair))
    return content - bigrams(article) if content else content


def bigrams(text: str) -> Bigrams:
    """Those of the lower-cased words."""
    return frozenset(pairwise(split_words(text)))


def numbers(
    clean: TaskResult,
    noisy: TaskResult,
    source: Source,
    similarity: Similarity,
    metrics: Mapping[str, Direction],
) -> dict[str, list[float]]:
    """Each number of `Trial` but the relative ones, a value an article, NaN where undefined."""
    pairs = list(zip(clean.predictions, noisy.predictions, strict=True))
    found = {
        "stability.rouge2": _stable(pairs, similarity.rouge2(*_summaries(pairs))),
        "stability.chrf2": _stable(pairs, similarity.chrf2(*_summaries(pairs))),
        "source.rouge2": _of_answered(pairs, source.likeness),
    }
    both = zip(found["source.rouge2"], found["stability.rouge2"], strict=True)
    found["excess.rouge2"] = [likeness - stable for likeness, stable in both]
    found["length_change"] = [_length_change(before, after) for before, after in pairs]
    leaks = zip(pairs, source.injected, strict=True)
    found["leakage"] = [_leakage(before, after, put_in) for (before, after), put_in in leaks]
    for metric, direction in metrics.items():
        if metric in noisy.scores:
            sign = -1 if direction == "lower" else 1
            found |= _losses(metric, sign, pairs, clean.scores, noisy.scores)
    return found


Pairs = Sequence[tuple[Prediction, Prediction]]


def _summaries(pairs: Pairs) -> tuple[list[str], list[str]]:
    return [before.summary for before, _ in pairs], [after.summary for _, after in pairs]


def _of_answered(pairs: Pairs, values: Sequence[float]) -> list[float]:
    return [
        _NAN if before.error is not None else value
        for (before, _), value in zip(pairs, values, strict=True)
    ]


def _stable(pairs: Pairs, values: Sequence[float]) -> list[float]:
    failed = [after.error is not None for _, after in pairs]
    lost = [0.0 if f else value for f, value in zip(failed, values, strict=True)]
    return _of_answered(pairs, lost)


def _length_change(before: Prediction, after: Prediction) -> float:
    length = len(split_words(before.summary))
    if before.error is not None or after.error is not None or not length:
        return _NAN
    return len(split_words(after.summary)) / length - 1


def _leakage(before: Prediction, after: Prediction, put_in: Bigrams) -> float:
    if before.error is not None or after.error is not None or not put_in:
        return _NAN
    return len(put_in & bigrams(after.summary)) / len(put_in)


def _losses(
    metric: str,
    sign: int,
    pairs: Pairs,
    clean: Mapping[str, Sequence[float]],
    noisy: Mapping[str, Sequence[float]],
) -> dict[str, list[float]]:
    """The metric before, only where its loss is defined, and the loss."""
    both = list(zip(clean[metric], noisy[metric], strict=True))
    loss = _of_answered(pairs, [sign * (before - after) for before, after in both])
    kept = [before if d == d else _NAN for (before, _), d in zip(both, loss, strict=True)]
    return {f"clean.{metric}": kept, f"drop.{metric}": loss}
