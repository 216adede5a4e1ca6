"""How much of the summary was copied from the article, and how much it repeats itself."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from bench.records import Column, Example
from bench.text import words

_ORDERS = (1, 2, 3, 4)
_NAN = float("nan")


class Copying:
    """Extractive fragments, novel and repeated n-grams, on lower-cased words.

    `coverage` is the share of summary words inside fragments copied from the article, `density` the
    mean length of the fragment a word stands in, `compression` article words over summary words
    (Grusky et al., 2018: greedy, with the article pointer jumping past each partial match, as
    published). `novel1..4` is the share of summary n-grams that the article does not have (See et
    al., 2017), `repeated1..4` the share that occurred before in the summary. Diagnostics, never
    quality: lead-3 is perfectly copied. NaN where there is no article, no word or no n-gram.
    """

    columns = {  # noqa: RUF012
        **{
            name: Column("neither", "diagnostic", frozenset({"article"}))
            for name in ("coverage", "density", "compression", *(f"novel{n}" for n in _ORDERS))
        },
        **{f"repeated{n}": Column("lower", "diagnostic") for n in _ORDERS},
    }
    signature = "copying|agg:mean|frag:grusky2018|tok:words|case:lower|v:1"

    def score(
        self, examples: Sequence[Example], summaries: Sequence[str]
    ) -> dict[str, list[float]]:
        """Eleven numbers an example."""
        values: dict[str, list[float]] = {name: [] for name in self.columns}
        for example, summary in zip(examples, summaries, strict=True):
            for name, value in _copying(words(example.article.text), words(summary)).items():
                values[name].append(value)
        return values


def _copying(article: list[str], summary: list[str]) -> dict[str, float]:
    lengths = list(fragments(article, summary))
    size = len(summary) if article else 0
    found = {
        "coverage": sum(lengths) / size if size else _NAN,
        "density": sum(length**2 for length in lengths) / size if size else _NAN,
        "compression": len(article) / size if size else _NAN,
    }
    for n in _ORDERS:
        source = set(_grams(article, n))
        ours = list(_grams(summary, n))
        novel = sum(gram not in source for gram in ours)
        found[f"novel{n}"] = novel / len(ours) if ours and article else _NAN
        found[f"repeated{n}"] = 1 - len(set(ours)) / len(ours) if ours else _NAN
    return found


def fragments(article: Sequence[str], summary: Sequence[str]) -> Iterator[int]:
    """The lengths of the spans that the summary shares with the article, from left to right."""
    places = defaultdict(list)
    for j, word in enumerate(article):
        places[word].append(j)
    i = 0
    while i < len(summary):
        longest = end = 0
        for j in places.get(summary[i], ()):
            if j < end:
                continue
            length = _shared(article, j, summary, i)
            longest, end = max(longest, length), j + length
        if longest:
            yield longest
        i += max(longest, 1)


def _shared(article: Sequence[str], j: int, summary: Sequence[str], i: int) -> int:
    length = 0
    for ours, theirs in zip(summary[i:], article[j:], strict=False):
        if ours != theirs:
            break
        length += 1
    return length


def _grams(tokens: Sequence[str], n: int) -> Iterator[tuple[str, ...]]:
    return zip(*(tokens[k:] for k in range(n)), strict=False)
