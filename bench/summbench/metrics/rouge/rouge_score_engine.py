"""rouge-score, the definition: slow, and imported only when something is checked against it."""

from collections.abc import Mapping, Sequence
from importlib.metadata import version

from rouge_score.rouge_scorer import RougeScorer

from summbench.metrics.rouge.engines import Overlaps


class Reference:
    """rouge-score itself, pair by pair."""

    name = f"rouge-score-{version('rouge-score')}"

    def __init__(self, types: Sequence[str], stem: bool) -> None:
        self._types = tuple(types)
        self._scorer = RougeScorer(list(types), use_stemmer=stem)

    def score(self, references: Sequence[str], candidates: Sequence[str]) -> Mapping[str, Overlaps]:
        """One pair after the other."""
        found = list(map(self._scorer.score, references, candidates))
        return {
            kind: Overlaps(*([float(scores[kind][part]) for scores in found] for part in range(3)))
            for kind in self._types
        }
