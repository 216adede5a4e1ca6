"""How alike two texts are, whichever of them is the better one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from summbench.core.records import Article, Example, Metric
from summbench.core.text import tokenize_for_rouge
from summbench.metrics.chrf import Chrf
from summbench.metrics.rouge.metric import Rouge


class Similarity:
    """ROUGE-2 F and chrF2 of pairs of texts, 0 to 1.

    The first of a pair stands for the reference. The same text has 1, also where it is too short
    for a bigram or empty, and so has for ROUGE one of the same words. ROUGE is NaN where the first
    is mostly in another script than the Latin.
    """

    def __init__(self) -> None:
        self._rouge, self._chrf = Rouge(types=["rouge2"], splitter="lines"), Chrf()
        self.signatures = {"rouge2": self._rouge.signature, "chrf2": self._chrf.signature}

    def rouge2(self, before: Sequence[str], after: Sequence[str]) -> list[float]:
        """One number a pair."""
        return _of_changed(self._rouge, "rouge2_f", before, after, _same_words)

    def chrf2(self, before: Sequence[str], after: Sequence[str]) -> list[float]:
        """One number a pair; white space does not count."""
        return _of_changed(self._chrf, "chrf2", before, after, _same_characters)


def _of_changed(
    metric: Metric,
    column: str,
    before: Sequence[str],
    after: Sequence[str],
    same: Callable[[str, str], bool],
) -> list[float]:
    pairs = enumerate(zip(before, after, strict=True))
    changed = [i for i, (a, b) in pairs if not same(a, b)]
    examples = [Example(Article(str(i), ""), (before[i],)) for i in changed]
    found = metric.score(examples, [after[i] for i in changed])
    values = dict(zip(changed, found[column], strict=True))
    return [values.get(i, 1.0) for i in range(len(before))]


def _same_words(before: str, after: str) -> bool:
    words = tokenize_for_rouge(before)
    return before == after or (bool(words) and words == tokenize_for_rouge(after))


def _same_characters(before: str, after: str) -> bool:
    return before.split() == after.split()
