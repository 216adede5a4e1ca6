"""The greedy extractive oracle: how far extraction could get if it knew the references."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from summbench.core.errors import require_at_least_one
from summbench.core.records import Example, Prediction
from summbench.core.text import split_sentences, tokenize_for_rouge


class Oracle:
    """Sentences added one by one while ROUGE-1 F + ROUGE-2 F rises (Nallapati et al., 2017).

    With several references the best one counts. Greedy, so not the true maximum, but a score that
    no published extractive system reaches.
    """

    batch_size = 64

    def __init__(self, max_sentences: int | None = None, language: str = "en") -> None:
        require_at_least_one(max_sentences=max_sentences)
        self._most, self._language = max_sentences, language

    def summarise_with_references(self, examples: Sequence[Example]) -> list[Prediction]:
        """One extract an example; empty where nothing overlaps with a reference."""
        return [Prediction(e.article.id, "\n".join(self._extract(e))) for e in examples]

    def _extract(self, example: Example) -> list[str]:
        found = split_sentences(example.article.text, self._language)
        tokens = [tokenize_for_rouge(sentence) for sentence in found]
        references = [_grams(tokenize_for_rouge(text)) for text in example.references]
        chosen: list[int] = []
        best = 0.0
        while self._most is None or len(chosen) < self._most:
            tries = [sorted([*chosen, i]) for i in range(len(found)) if i not in chosen]
            rated = [
                (_gain((tokens[i] for i in indices), references), indices) for indices in tries
            ]
            top, indices = max(rated, key=lambda r: r[0], default=(0.0, chosen))
            if top <= best:
                break
            best, chosen = top, indices
        return [found[i] for i in chosen]


_Gram = tuple[str, ...]
_Grams = tuple[Counter[_Gram], Counter[_Gram]]


def _grams(tokens: Sequence[str]) -> _Grams:
    return Counter((t,) for t in tokens), Counter(pairwise(tokens))


def _gain(sentences: Iterable[Sequence[str]], references: Sequence[_Grams]) -> float:
    """ROUGE-1 F + ROUGE-2 F against the best reference."""
    ours = _grams([token for sentence in sentences for token in sentence])
    scores = (_f(ours[0], reference[0]) + _f(ours[1], reference[1]) for reference in references)
    return max(scores, default=0.0)


def _f(ours: Counter[_Gram], theirs: Counter[_Gram]) -> float:
    """2PR/(P+R) = twice the clipped matches over both lengths."""
    sizes = ours.total() + theirs.total()
    matches = sum(min(count, theirs[gram]) for gram, count in ours.items())
    return 2 * matches / sizes if sizes else 0.0
