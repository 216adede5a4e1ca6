"""The fast engine, and the one that keeps checking it against rouge-score."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from random import Random
from typing import NamedTuple, Protocol

from rouge_score_rs.rouge_scorer import RougeScorer

from bench.errors import BenchError
from bench.text import rouge_tokens

_CHECKED_FIRST, _CHECKED_LATER = 64, 8
_LONG = 1_000
_MOST_CELLS_TO_CHECK = 4_000_000


class Overlap(NamedTuple):
    """Precision, recall and F of one ROUGE type."""

    precision: float
    recall: float
    fmeasure: float


class Pair(NamedTuple):
    """A reference and a candidate, one sentence a line."""

    reference: str
    candidate: str


Scores = Mapping[str, Overlap]


class Engine(Protocol):
    """Scores pairs; every engine gives the same floats, to the last bit."""

    name: str

    def score(self, pairs: Sequence[Pair]) -> Sequence[Scores]:
        """For each pair its overlap by ROUGE type."""
        ...


class Fast:
    """rouge-score-rs: rouge-score in Rust, on all cores (fewer: RAYON_NUM_THREADS)."""

    name = f"rouge-score-rs-{version('rouge-score-rs')}"

    def __init__(self, types: Sequence[str], stem: bool) -> None:
        self._scorer = RougeScorer(list(types), use_stemmer=stem)  # type: ignore[no-untyped-call]

    def score(self, pairs: Sequence[Pair]) -> Sequence[Scores]:
        """All pairs at once."""
        texts = [list(side) for side in zip(*pairs, strict=True)] or [[], []]
        found: Sequence[Scores] = self._scorer.score_batch(*texts)  # type: ignore[no-untyped-call]
        return found


class Checked:
    """An engine of which a seeded sample is scored again by rouge-score, and must be equal.

    64 pairs of the first call and 8 of each later one are drawn by lot, and as many of those with
    something unusual: an empty text, a character beyond ASCII, over 1,000 tokens. Pairs whose
    subsequence table would have more than four million cells are left to the fast engine.
    """

    def __init__(self, engine: Engine, reference: Callable[[], Engine], seed: int = 0) -> None:
        self.name = engine.name
        self.checked = 0
        self._engine, self._make_reference, self._seed = engine, reference, seed
        self._reference: Engine | None = None

    def score(self, pairs: Sequence[Pair]) -> Sequence[Scores]:
        """All pairs by the engine, some of them twice; BenchError names the first that differs."""
        found = self._engine.score(pairs)
        chosen = self._chosen(pairs)
        if chosen:
            self._reference = self._reference or self._make_reference()
            again = self._reference.score([pairs[i] for i in chosen])
            for i, right in zip(chosen, again, strict=True):
                _compare(pairs[i], found[i], right, self.name)
            self.checked += len(chosen)
        return found

    def _chosen(self, pairs: Sequence[Pair]) -> list[int]:
        most = _CHECKED_LATER if self.checked else _CHECKED_FIRST
        chance = Random(f"{self._seed}:{self.checked}")  # noqa: S311
        drawn = chance.sample(range(len(pairs)), min(most, len(pairs)))
        odd = [i for i, pair in enumerate(pairs) if _is_unusual(pair)]
        odd = chance.sample(odd, min(most, len(odd)))
        return sorted(i for i in {*drawn, *odd} if _cells(pairs[i]) <= _MOST_CELLS_TO_CHECK)


def _is_unusual(pair: Pair) -> bool:
    return any(
        not t.isascii() or not t.strip() or (len(t) > _LONG and t.count(" ") >= _LONG) for t in pair
    )


def _cells(pair: Pair) -> int:
    return len(rouge_tokens(pair.reference)) * len(rouge_tokens(pair.candidate))


def _compare(pair: Pair, found: Scores, right: Scores, name: str) -> None:
    for kind, wanted in right.items():
        if tuple(found[kind]) != tuple(wanted):
            raise BenchError(
                f"The ROUGE engine {name} disagrees with rouge-score: {kind} is "
                f"{tuple(found[kind])}, not {tuple(wanted)}, for the reference "
                f"{pair.reference[:200]!r} and the candidate {pair.candidate[:200]!r}. "
                "Use metric.<name>.engine=reference, and please report the pair."
            )
