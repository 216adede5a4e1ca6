"""rouge-score, the definition: slow, and imported only when something is checked against it."""

from collections.abc import Sequence
from importlib.metadata import version

from rouge_score.rouge_scorer import RougeScorer

from bench.rouge.engines import Overlap, Pair, Scores


class Reference:
    """rouge-score itself, pair by pair."""

    name = f"rouge-score-{version('rouge-score')}"

    def __init__(self, types: Sequence[str], stem: bool) -> None:
        self._scorer = RougeScorer(list(types), use_stemmer=stem)

    def score(self, pairs: Sequence[Pair]) -> Sequence[Scores]:
        """One pair after the other."""
        return [self._one(pair) for pair in pairs]

    def _one(self, pair: Pair) -> Scores:
        found = self._scorer.score(pair.reference, pair.candidate)
        return {kind: Overlap(*map(float, score)) for kind, score in found.items()}
