"""The Rust engine, and the one that keeps checking it against rouge-score."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from random import Random
from typing import NamedTuple, Protocol

from rouge_score_rs.rouge_scorer import RougeScorer

from summbench.core.errors import SummbenchError
from summbench.core.text import tokenize_for_rouge

_FIRST_SAMPLE, _LATER_SAMPLE = 64, 2
_LONG = 1_000
_BLOCK = 128  # its 640 records are gone before Python looks for garbage, at 700
_MAX_CELLS_TO_CHECK = 4_000_000


class Overlap(NamedTuple):
    """Precision, recall and F of one pair, 0 to 1."""

    precision: float
    recall: float
    fmeasure: float


class Overlaps(NamedTuple):
    """Precision, recall and F of many pairs, a list each."""

    precision: list[float]
    recall: list[float]
    fmeasure: list[float]

    def get(self, i: int) -> Overlap:
        """Return those of a single pair."""
        return Overlap(self.precision[i], self.recall[i], self.fmeasure[i])


class Engine(Protocol):
    """Scores texts with a sentence a line; every engine gives the same floats, to the last bit."""

    name: str

    def score(self, references: Sequence[str], candidates: Sequence[str]) -> Mapping[str, Overlaps]:
        """Return by ROUGE type the overlaps of each reference with the candidate in its place."""
        ...


class RustEngine:
    """rouge-score-rs: rouge-score in Rust, on all cores (fewer: RAYON_NUM_THREADS)."""

    name = f"rouge-score-rs-{version('rouge-score-rs')}"

    def __init__(self, types: Sequence[str], stem: bool) -> None:
        self._types = tuple(types)
        self._scorer = RougeScorer(list(types), use_stemmer=stem)  # type: ignore[no-untyped-call]

    def score(self, references: Sequence[str], candidates: Sequence[str]) -> Mapping[str, Overlaps]:
        """Score block by block, so that only numbers are held: records cost 1-2 KiB a pair."""
        overlaps = {rouge_type: Overlaps([], [], []) for rouge_type in self._types}
        for start in range(0, len(references), _BLOCK):
            block = slice(start, start + _BLOCK)
            scores = self._scorer.score_batch(references[block], candidates[block])  # type: ignore[no-untyped-call]
            for rouge_type, columns in overlaps.items():
                parts = zip(*[score[rouge_type] for score in scores], strict=True)
                for column, part in zip(columns, parts, strict=True):
                    column += part
        return overlaps


class CheckedEngine:
    """An engine of which a seeded sample is scored again by rouge-score, and must be equal.

    The sample is 64 pairs at first and then 2 of each call, and as many of those with something
    unusual: an empty text, a character beyond ASCII, over 1,000 tokens. Pairs whose subsequence
    table would have more than four million cells are left to the engine. `checked_pairs` counts
    the pairs that rouge-score confirmed, `last_checked` are the places of those of the last call.
    """

    def __init__(
        self, engine: Engine, build_reference: Callable[[], Engine], seed: int = 0
    ) -> None:
        self.name = engine.name
        self.checked_pairs = 0
        self.last_checked: Sequence[int] = ()
        self._engine, self._build_reference, self._seed = engine, build_reference, seed
        self._reference: Engine | None = None

    def score(self, references: Sequence[str], candidates: Sequence[str]) -> Mapping[str, Overlaps]:
        """Score all pairs by the engine, and the sample by rouge-score too.

        Raises:
            SummbenchError: the two differ in any bit; the first such pair is named.
        """
        overlaps = self._engine.score(references, candidates)
        sample = self._draw_sample(references, candidates)
        if sample:
            self._reference = self._reference or self._build_reference()
            texts = [references[i] for i in sample], [candidates[i] for i in sample]
            for rouge_type, expected in self._reference.score(*texts).items():
                for k, (i, *pair) in enumerate(zip(sample, *texts, strict=True)):
                    ours, theirs = overlaps[rouge_type].get(i), expected.get(k)
                    if ours != theirs:
                        raise _build_error(self.name, rouge_type, ours, theirs, *pair)
            self.checked_pairs += len(sample)
        self.last_checked = sample
        return overlaps

    def _draw_sample(self, references: Sequence[str], candidates: Sequence[str]) -> list[int]:
        size = max(_LATER_SAMPLE, _FIRST_SAMPLE - self.checked_pairs)
        rng = Random(f"{self._seed}:{self.checked_pairs}")  # noqa: S311
        pairs = list(zip(references, candidates, strict=True))
        sample = rng.sample(range(len(pairs)), min(size, len(pairs)))
        unusual = [i for i, (r, c) in enumerate(pairs) if _is_unusual(r) or _is_unusual(c)]
        sample += rng.sample(unusual, min(size, len(unusual)))
        return sorted(i for i in {*sample} if _count_cells(*pairs[i]) <= _MAX_CELLS_TO_CHECK)


def _is_unusual(text: str) -> bool:
    return not text.isascii() or not text.strip() or text.count(" ") >= _LONG


def _count_cells(reference: str, candidate: str) -> int:
    return len(tokenize_for_rouge(reference)) * len(tokenize_for_rouge(candidate))


def _build_error(
    engine: str, rouge_type: str, ours: Overlap, theirs: Overlap, reference: str, candidate: str
) -> SummbenchError:
    return SummbenchError(
        f"The ROUGE engine {engine} disagrees with rouge-score: {rouge_type} is {tuple(ours)}, not "
        f"{tuple(theirs)}, for the reference {reference[:200]!r} and the candidate "
        f"{candidate[:200]!r}. Use metric.<name>.engine=reference, and please report the pair."
    )
