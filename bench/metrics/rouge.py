"""ROUGE as rouge-score computes it, on sentences that are explicit or split by a named splitter."""

from collections.abc import Mapping, Sequence
from importlib.metadata import version

from rouge_score.rouge_scorer import RougeScorer

from bench.records import Column, Example
from bench.text import SPLITTER, summary_sentences

_TYPES = ("rouge1", "rouge2", "rougeL", "rougeLsum")
_PARTS = {"p": "precision", "r": "recall", "f": "fmeasure"}


class Rouge:
    """Precision, recall and F of n-gram (1, 2) and subsequence (L, Lsum) overlap with a reference.

    Without stemming the numbers are those of ROUGE-1.5.5 to five digits; with it (`stem`) they are
    not those of its -m option, which looks words up in WordNet first. `rougeLsum` is the ROUGE-L of
    the literature; `rougeL` ignores sentences. Of several references the one with the best F
    counts, for each type by itself. Comparable only with numbers of the same signature. Range 0 to
    1; an empty summary scores 0. (Lin, 2004; rouge-score.)
    """

    def __init__(
        self, stem: bool = False, types: Sequence[str] = _TYPES, language: str = "en"
    ) -> None:
        self._scorer = RougeScorer(list(types), use_stemmer=stem)
        self._types, self._language = tuple(types), language
        quality = Column("higher", "quality", frozenset({"references"}))
        self.columns: Mapping[str, Column] = {f"{t}_{p}": quality for t in types for p in _PARTS}
        self.signature = (
            f"rouge|agg:mean|multi:max-f|stem:{'porter-nltk' if stem else 'no'}|tok:rouge-score"
            f"|split:explicit,{SPLITTER}-{language}|trunc:none|impl:rouge-score-{version('rouge-score')}"
            "|v:1"
        )

    def score(
        self, examples: Sequence[Example], summaries: Sequence[str]
    ) -> dict[str, list[float]]:
        """Twelve numbers an example; NaN without a reference."""
        values: dict[str, list[float]] = {name: [] for name in self.columns}
        for example, summary in zip(examples, summaries, strict=True):
            for name, value in self._one(example.references, summary).items():
                values[name].append(value)
        return values

    def _one(self, references: Sequence[str], summary: str) -> dict[str, float]:
        if not references:
            return dict.fromkeys(self.columns, float("nan"))
        best = self._scorer.score_multi(
            [self._one_a_line(reference) for reference in references], self._one_a_line(summary)
        )
        return {
            f"{t}_{p}": float(getattr(best[t], part))
            for t in self._types
            for p, part in _PARTS.items()
        }

    def _one_a_line(self, text: str) -> str:
        return "\n".join(summary_sentences(text, self._language))
