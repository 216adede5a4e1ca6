"""How alike two texts are, whichever of them is the better one."""

from __future__ import annotations

from collections.abc import Sequence

from sacrebleu.metrics.chrf import CHRF

from bench.metrics.rouge import Rouge
from bench.records import Article, Example
from bench.text import rouge_tokens


class Similarity:
    """ROUGE-2 F and chrF2 of pairs of texts, 0 to 1.

    The first of a pair stands for the reference. The same text has 1, also where it is too short
    for a bigram or empty, and so has for ROUGE one of the same words. ROUGE is NaN where the first
    is mostly in another script than the Latin.
    """

    def __init__(self) -> None:
        self._rouge = Rouge(types=["rouge2"], splitter="lines")
        self._chrf = CHRF()
        self._chrf.sentence_score("x", ["x"])  # sacrebleu's signature is complete after a call
        settings = str(self._chrf.get_signature()).partition("|")[2]
        self.signatures = {
            "rouge2": self._rouge.signature,
            "chrf2": f"chrf2|agg:mean-sent|{settings}|v:1",
        }

    def rouge2(self, before: Sequence[str], after: Sequence[str]) -> list[float]:
        """One number a pair."""
        changed = [
            i
            for i, (a, b) in enumerate(zip(before, after, strict=True))
            if a != b and (rouge_tokens(a) != rouge_tokens(b) or not rouge_tokens(a))
        ]
        examples = [Example(Article(str(i), ""), (before[i],)) for i in changed]
        found = self._rouge.score(examples, [after[i] for i in changed])
        values = dict(zip(changed, found["rouge2_f"], strict=True))
        return [values.get(i, 1.0) for i in range(len(before))]

    def chrf2(self, before: Sequence[str], after: Sequence[str]) -> list[float]:
        """One number a pair; white space does not count."""
        return [self._of_characters(a, b) for a, b in zip(before, after, strict=True)]

    def _of_characters(self, before: str, after: str) -> float:
        a, b = (" ".join(text.split()) for text in (before, after))
        return 1.0 if a == b else float(self._chrf.sentence_score(b, [a]).score) / 100
