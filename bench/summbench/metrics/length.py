"""How long the summaries are."""

from collections.abc import Sequence
from functools import lru_cache

from summbench.core.records import Example, MetricInfo
from summbench.core.text import LINE_SEPARATOR, format_splitter, split_summary
from summbench.metrics.rouge.tokens import tokenize_words

_MAX_CACHED_REFERENCES = 256  # the summaries of one article come side by side


class Length:
    """Words (`tokens`), sentences, characters, and `ratio`: words over those of the reference.

    Words are ROUGE's tokens of any script: "state-of-the-art" is four, and a text has as many as
    its tokenised copy.

    Diagnostic, no direction: recall grows with length and F has an optimum, so read a ROUGE with
    its length (Sun et al., 2019). With several references `ratio` takes their mean length; it is
    NaN without one.
    """

    columns = {  # noqa: RUF012
        "tokens": MetricInfo("neither", "diagnostic"),
        "sentences": MetricInfo("neither", "diagnostic"),
        "characters": MetricInfo("neither", "diagnostic"),
        "ratio": MetricInfo(
            "neither", "diagnostic", frozenset({"references"}), "no reference has a word"
        ),
    }

    def __init__(self, language: str = "en") -> None:
        self._language = language
        self._count_reference_words = lru_cache(_MAX_CACHED_REFERENCES)(_count_words)
        self.signature = (
            f"length|agg:mean|tok:words-2|split:{format_splitter('auto', language)}|v:2"
        )

    def score(
        self, examples: Sequence[Example], summaries: Sequence[str]
    ) -> dict[str, list[float]]:
        """Return four numbers an example; an empty summary has length 0."""
        tokens = [float(_count_words(summary)) for summary in summaries]
        pairs = zip(tokens, examples, strict=True)
        return {
            "tokens": tokens,
            "sentences": [float(len(split_summary(s, self._language))) for s in summaries],
            "characters": [float(len(s.removesuffix(LINE_SEPARATOR))) for s in summaries],
            "ratio": [self._compute_ratio(count, example.references) for count, example in pairs],
        }

    def _compute_ratio(self, count: float, references: Sequence[str]) -> float:
        total = sum(map(self._count_reference_words, references))
        return count * len(references) / total if total else float("nan")


def _count_words(text: str) -> int:
    return len(tokenize_words(text))
