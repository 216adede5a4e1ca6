"""rouge-score, the definition: slow, and imported only when something is checked against it."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.metadata import version

from summbench.metrics.rouge.engines import Overlaps
from summbench.metrics.rouge.partial_nltk import import_parts_of_nltk

with import_parts_of_nltk():
    from rouge_score.rouge_scorer import RougeScorer
    from rouge_score.tokenizers import DefaultTokenizer

_MAX_CACHED_STEMS = 65_536


class ReferenceEngine:
    """rouge-score itself, pair by pair."""

    name = f"rouge-score-{version('rouge-score')}"

    def __init__(self, types: Sequence[str], stem: bool) -> None:
        self._types = tuple(types)
        # When it builds this tokenizer itself, it logs that by absl, which adds a root handler:
        # from then on the process prints the log of every library.
        tokenizer = DefaultTokenizer(stem)
        if stem:  # most of the time goes into nltk's stemmer: it is asked for a word once
            tokenizer._stemmer.stem = lru_cache(_MAX_CACHED_STEMS)(tokenizer._stemmer.stem)
        self._scorer = RougeScorer(list(types), tokenizer=tokenizer)

    def score(self, references: Sequence[str], candidates: Sequence[str]) -> Mapping[str, Overlaps]:
        """Score one pair after the other."""
        scores = list(map(self._scorer.score, references, candidates))
        return {
            rouge_type: Overlaps(
                *([float(score[rouge_type][part]) for score in scores] for part in range(3))
            )
            for rouge_type in self._types
        }
