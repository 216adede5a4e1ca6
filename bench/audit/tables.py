"""Every summary's ROUGE under everything that decides a single score."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from itertools import product

import numpy as np
from numpy.typing import NDArray

from bench.audit.conventions import AS_WRITTEN
from bench.records import Example
from bench.rouge.engines import Fast, Overlap, Pair
from bench.rouge.references import POLICIES, n_grams
from bench.text import Splitter, summary_sentences

Floats = NDArray[np.float64]

_SPLITTERS: tuple[Splitter, ...] = ("sentencex", "nupunkt", "regex")
_LINES: Splitter = "lines"

Table = tuple[str, bool, str, str]
"""Kind, stemmed, splitter and policy: what decides a single summary's score."""


def tables(
    examples: Sequence[Example], texts: Mapping[str, Sequence[str]], language: str
) -> Iterator[tuple[Table, Floats]]:
    """P, R and F (3, systems, articles) of each."""
    counts = {len(e.references) for e in examples}
    policies = (
        [""] if counts == {1} else [p for p in POLICIES if p != "jackknife" or min(counts) > 1]
    )
    splitters = [s for s in _SPLITTERS if s != "nupunkt" or find_spec("nupunkt")]
    for splitter in (*splitters, _LINES):
        whole = splitter == _SPLITTERS[0]
        kinds = ("rouge1", "rouge2", "rougeL", "rougeLsum") if whole else ("rougeLsum",)
        pairs = _paired(examples, texts, splitter, language)
        for stem in (False, True):
            found = Fast(kinds, stem).score([pair for group in pairs for pair in group])
            for kind, policy in product(kinds, policies):
                rest = iter(found)
                rows = [_chosen([next(rest)[kind] for _ in g], g, kind, policy) for g in pairs]
                table = np.array(rows).T.reshape(3, len(texts), len(examples))
                yield (kind, stem, _named(splitter) if kind == "rougeLsum" else "", policy), table


def _paired(
    examples: Sequence[Example],
    texts: Mapping[str, Sequence[str]],
    splitter: Splitter,
    language: str,
) -> list[list[Pair]]:
    """For each system and article the summary with each reference, one sentence a line."""
    references = [[_lines(r, language, splitter) for r in e.references] for e in examples]
    return [
        [Pair(reference, candidate) for reference in of_article]
        for summaries in texts.values()
        for of_article, summary in zip(references, summaries, strict=True)
        for candidate in [_lines(summary, language, splitter)]
    ]


def _lines(text: str, language: str, splitter: Splitter) -> str:
    return "\n".join(summary_sentences(text, language, splitter))


def _chosen(overlaps: Sequence[Overlap], pairs: Sequence[Pair], kind: str, policy: str) -> Overlap:
    if len(pairs) == 1 and not policy:
        return overlaps[0]
    sizes = [n_grams(pair.reference, kind) for pair in pairs]
    return POLICIES[policy](overlaps, sizes, n_grams(pairs[0].candidate, kind))


def _named(splitter: Splitter) -> str:
    return AS_WRITTEN if splitter == _LINES else splitter
