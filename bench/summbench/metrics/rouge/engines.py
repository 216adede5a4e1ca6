"""The fast engine, and the one that keeps checking it against rouge-score."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from random import Random
from typing import NamedTuple, Protocol

from rouge_score_rs.rouge_scorer import RougeScorer

from summbench.core.errors import SummbenchError
from summbench.core.text import tokenize_for_rouge

_CHECKED_FIRST, _CHECKED_LATER = 64, 2
_LONG = 1_000
_BLOCK = 128  # its 640 records are gone before Python looks for garbage, at 700
_MOST_CELLS_TO_CHECK = 4_000_000


class Overlap(NamedTuple):
    """Precision, recall and F of one pair."""

    precision: float
    recall: float
    fmeasure: float


class Overlaps(NamedTuple):
    """Precision, recall and F of many pairs, a list each."""

    precision: list[float]
    recall: list[float]
    fmeasure: list[float]

    def of(self, i: int) -> Overlap:
        """Those of a single pair."""
        return Overlap(self.precision[i], self.recall[i], self.fmeasure[i])


class Engine(Protocol):
    """Scores texts with a sentence a line; every engine gives the same floats, to the last bit."""

    name: str

    def score(self, references: Sequence[str], candidates: Sequence[str]) -> Mapping[str, Overlaps]:
        """By ROUGE type the overlaps of each reference with the candidate in its place."""
        ...


class Fast:
    """rouge-score-rs: rouge-score in Rust, on all cores (fewer: RAYON_NUM_THREADS)."""

    name = f"rouge-score-rs-{version('rouge-score-rs')}"

    def __init__(self, types: Sequence[str], stem: bool) -> None:
        self._types = tuple(types)
        self._scorer = RougeScorer(list(types), use_stemmer=stem)  # type: ignore[no-untyped-call]

    def score(self, references: Sequence[str], candidates: Sequence[str]) -> Mapping[str, Overlaps]:
        """Block by block, so that only numbers are kept: records cost 1-2 KiB a pair."""
        found = {kind: Overlaps([], [], []) for kind in self._types}
        for start in range(0, len(references), _BLOCK):
            block = slice(start, start + _BLOCK)
            scores = self._scorer.score_batch(references[block], candidates[block])  # type: ignore[no-untyped-call]
            for kind, columns in found.items():
                parts = zip(*[score[kind] for score in scores], strict=True)
                for column, part in zip(columns, parts, strict=True):
                    column += part
        return found


class Checked:
    """An engine of which a seeded sample is scored again by rouge-score, and must be equal.

    64 pairs at first and then 2 of each call are drawn by lot, and as many of those with something
    unusual: an empty text, a character beyond ASCII, over 1,000 tokens. Pairs whose
    subsequence table would have more than four million cells are left to the fast engine.
    """

    def __init__(self, engine: Engine, reference: Callable[[], Engine], seed: int = 0) -> None:
        self.name = engine.name
        self.checked = 0
        self._engine, self._make_reference, self._seed = engine, reference, seed
        self._reference: Engine | None = None

    def score(self, references: Sequence[str], candidates: Sequence[str]) -> Mapping[str, Overlaps]:
        """All pairs by the engine, some of them twice; refuses the first that differs."""
        found = self._engine.score(references, candidates)
        chosen = self._chosen(references, candidates)
        if chosen:
            self._reference = self._reference or self._make_reference()
            texts = [references[i] for i in chosen], [candidates[i] for i in chosen]
            for kind, right in self._reference.score(*texts).items():
                for k, (i, *pair) in enumerate(zip(chosen, *texts, strict=True)):
                    if found[kind].of(i) != right.of(k):
                        raise _difference(self.name, kind, found[kind].of(i), right.of(k), *pair)
            self.checked += len(chosen)
        return found

    def _chosen(self, references: Sequence[str], candidates: Sequence[str]) -> list[int]:
        most = max(_CHECKED_LATER, _CHECKED_FIRST - self.checked)
        chance = Random(f"{self._seed}:{self.checked}")  # noqa: S311
        pairs = list(zip(references, candidates, strict=True))
        drawn = chance.sample(range(len(pairs)), min(most, len(pairs)))
        odd = [i for i, (r, c) in enumerate(pairs) if _is_unusual(r) or _is_unusual(c)]
        odd = chance.sample(odd, min(most, len(odd)))
        return sorted(i for i in {*drawn, *odd} if _cells(*pairs[i]) <= _MOST_CELLS_TO_CHECK)


def _is_unusual(text: str) -> bool:
    return (
        not text.isascii() or not text.strip() or (len(text) > _LONG and text.count(" ") >= _LONG)
    )


def _cells(reference: str, candidate: str) -> int:
    return len(tokenize_for_rouge(reference)) * len(tokenize_for_rouge(candidate))


def _difference(
    name: str, kind: str, found: Overlap, right: Overlap, reference: str, candidate: str
) -> SummbenchError:
    return SummbenchError(
        f"The ROUGE engine {name} disagrees with rouge-score: {kind} is {tuple(found)}, not "
        f"{tuple(right)}, for the reference {reference[:200]!r} and the candidate "
        f"{candidate[:200]!r}. Use metric.<name>.engine=reference, and please report the pair."
    )
