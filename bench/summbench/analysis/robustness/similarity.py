"""Similarity of two texts, neither of which is the better one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from summbench.core.records import Article, Example, Metric
from summbench.core.text import tokenize_for_rouge
from summbench.metrics.chrf import Chrf
from summbench.metrics.rouge.metric import Rouge


class Similarity:
    """ROUGE-2 F and chrF2 of pairs of texts, 0 to 1; the first text serves as the reference.

    Equal texts score 1, also if they are empty or too short for a bigram; for ROUGE, so do texts
    of the same words. ROUGE is NaN if the first text is mostly in another script than Latin.
    """

    def __init__(self) -> None:
        self._rouge, self._chrf = Rouge(types=["rouge2"], splitter="lines"), Chrf()
        self.signatures = {"rouge2": self._rouge.signature, "chrf2": self._chrf.signature}

    def compute_rouge2(self, before: Sequence[str], after: Sequence[str]) -> list[float]:
        """Compute one number a pair."""
        return _score_similarity(self._rouge, "rouge2_f", before, after, _has_same_words)

    def compute_chrf2(self, before: Sequence[str], after: Sequence[str]) -> list[float]:
        """Compute one number a pair; white space does not count."""
        return _score_similarity(self._chrf, "chrf2", before, after, _has_same_characters)


def _score_similarity(
    metric: Metric,
    column: str,
    before: Sequence[str],
    after: Sequence[str],
    is_same: Callable[[str, str], bool],
) -> list[float]:
    pairs = enumerate(zip(before, after, strict=True))
    changed = [i for i, (a, b) in pairs if not is_same(a, b)]
    examples = [Example(Article(str(i), ""), (before[i],)) for i in changed]
    scores = metric.score(examples, [after[i] for i in changed])
    by_index = dict(zip(changed, scores[column], strict=True))
    return [by_index.get(i, 1.0) for i in range(len(before))]


def _has_same_words(before: str, after: str) -> bool:
    words = tokenize_for_rouge(before)
    return before == after or (bool(words) and words == tokenize_for_rouge(after))


def _has_same_characters(before: str, after: str) -> bool:
    return before.split() == after.split()
