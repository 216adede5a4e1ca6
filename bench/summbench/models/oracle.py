"""The greedy extractive oracle: how far extraction could get if it knew the references."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from summbench.core.errors import Count, require_at_least_one
from summbench.core.records import Example, Prediction
from summbench.core.text import (
    Splitter,
    require_splitter,
    split_sentences,
    tokenize_for_rouge,
)


class Oracle:
    """Sentences added one by one while ROUGE-1 F + ROUGE-2 F rises (Nallapati et al., 2017).

    With several references the best one counts. Greedy, so not the true maximum, but a score that
    no published extractive system reaches.
    """

    batch_size = 64

    def __init__(
        self,
        max_sentences: Count | None = None,
        language: str = "en",
        splitter: Splitter = "auto",
    ) -> None:
        require_at_least_one(max_sentences=max_sentences)
        require_splitter(splitter)
        self._max_sentences, self._language, self._splitter = max_sentences, language, splitter

    def summarise_with_references(self, examples: Sequence[Example]) -> Iterator[Prediction]:
        """Yield one extract an example; empty where nothing overlaps with a reference."""
        for example in examples:
            yield Prediction(example.article.id, "\n".join(self._extract(example)))

    def _extract(self, example: Example) -> list[str]:
        sentences = split_sentences(example.article.text, self._language, self._splitter)
        tokens = [tokenize_for_rouge(sentence) for sentence in sentences]
        references = [_count_grams(tokenize_for_rouge(text)) for text in example.references]
        extract: list[int] = []
        best_score = 0.0
        while self._max_sentences is None or len(extract) < self._max_sentences:
            longer = [sorted([*extract, i]) for i in range(len(sentences)) if i not in extract]
            scored = [
                (_score((tokens[i] for i in positions), references), positions)
                for positions in longer
            ]
            score, positions = max(scored, key=lambda pair: pair[0], default=(0.0, extract))
            if score <= best_score:
                break
            best_score, extract = score, positions
        return [sentences[i] for i in extract]


_Gram = tuple[str, ...]
_Grams = tuple[Counter[_Gram], Counter[_Gram]]


def _count_grams(tokens: Sequence[str]) -> _Grams:
    return Counter((t,) for t in tokens), Counter(pairwise(tokens))


def _score(sentences: Iterable[Sequence[str]], references: Sequence[_Grams]) -> float:
    """ROUGE-1 F + ROUGE-2 F against the best reference."""
    extract = _count_grams([token for sentence in sentences for token in sentence])
    scores = (
        _compute_f(extract[0], reference[0]) + _compute_f(extract[1], reference[1])
        for reference in references
    )
    return max(scores, default=0.0)


def _compute_f(extract: Counter[_Gram], reference: Counter[_Gram]) -> float:
    """2PR/(P+R) = twice the clipped matches over both lengths."""
    length = extract.total() + reference.total()
    matches = sum(min(count, reference[gram]) for gram, count in extract.items())
    return 2 * matches / length if length else 0.0
