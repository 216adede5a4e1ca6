"""chrF: overlap of character n-grams, for any script."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sacrebleu.metrics.chrf import CHRF

from bench.errors import BenchError
from bench.records import Column, Example


class Chrf:
    """The mean of sacrebleu's sentence scores: chrF2, or chrF2++ with `word_order` 2.

    Quality, 0 to 1 (sacrebleu prints it times 100), higher is better, case kept, white space left
    out. Follows human judgements of content better than ROUGE F does, and works on any script. Of
    several references the best counts. A corpus score of sacrebleu comes from summed statistics and
    is another number: comparable only with numbers of the same signature. (Popovic, 2015, 2017.)
    """

    def __init__(self, word_order: int = 0) -> None:
        if word_order not in (0, 2):
            raise BenchError(f"word_order={word_order!r} has no name; 0 is chrF2 and 2 is chrF2++.")
        self._name = "chrf2pp" if word_order else "chrf2"
        self._metric = _Chrf(word_order=word_order)
        self.columns = {self._name: Column("higher", "quality", frozenset({"references"}))}
        # sacrebleu knows the number of references only after a first call; ours stands elsewhere.
        self._metric.sentence_score("x", ["x"])
        settings = str(self._metric.get_signature()).partition("|")[2]
        self.signature = f"{self._name}|agg:mean-sent|multi:best|{settings}|v:1"
        # The statistics of references are the same for every system.
        self._statistics = lru_cache(100_000)(self._of_references)

    def score(
        self, examples: Sequence[Example], summaries: Sequence[str]
    ) -> dict[str, list[float]]:
        """One number an example; NaN without a reference."""
        pairs = zip(examples, summaries, strict=True)
        return {self._name: [self._one(e.references, summary) for e, summary in pairs]}

    def _one(self, references: tuple[str, ...], summary: str) -> float:
        if not references:
            return float("nan")
        if not summary.strip():
            return 0.0
        counts = self._metric._compute_segment_statistics(
            self._metric._preprocess_segment(_flat(summary)), self._statistics(references)
        )
        return float(self._metric._compute_score_from_stats(counts).score) / 100

    def _of_references(self, references: tuple[str, ...]) -> dict[str, Any]:
        found: dict[str, Any] = self._metric._extract_reference_info(
            [self._metric._preprocess_segment(_flat(reference)) for reference in references]
        )
        return found


class _Chrf(CHRF):
    """sacrebleu's, with the n-grams in common found by one intersection instead of a loop."""

    @staticmethod
    def _get_match_statistics(hyp_ngrams: Counter[str], ref_ngrams: Counter[str]) -> list[int]:
        common = hyp_ngrams.keys() & ref_ngrams.keys()
        counts = map(hyp_ngrams.__getitem__, common), map(ref_ngrams.__getitem__, common)
        size = hyp_ngrams.total() if ref_ngrams else 0
        return [size, ref_ngrams.total(), sum(map(min, *counts))]


def _flat(text: str) -> str:
    """On one line: sacrebleu reads a line break as the end of a segment."""
    return " ".join(text.split())
