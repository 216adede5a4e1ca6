"""Every summary's ROUGE under everything that decides a single score."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from itertools import islice, product

import numpy as np
from numpy.typing import NDArray
from summbench.analysis.audit.conventions import AS_WRITTEN
from summbench.core.records import Example
from summbench.core.text import Splitter, split_summary
from summbench.metrics.rouge.engines import Overlap, Overlaps, RustEngine
from summbench.metrics.rouge.multi_reference import POLICIES, count_n_grams

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
        groups = list(_grouped(examples, texts, splitter, language))
        references = [reference for of_one, _ in groups for reference in of_one]
        candidates = [candidate for of_one, candidate in groups for _ in of_one]
        for stem in (False, True):
            found = RustEngine(kinds, stem).score(references, candidates)
            for kind, policy in product(kinds, policies):
                table = _scores(found[kind], groups, kind, policy)
                shape = (3, len(texts), len(examples))
                place = _named(splitter) if kind == "rougeLsum" else ""
                yield (kind, stem, place, policy), table.reshape(shape)


def _grouped(
    examples: Sequence[Example],
    texts: Mapping[str, Sequence[str]],
    splitter: Splitter,
    language: str,
) -> Iterator[tuple[Sequence[str], str]]:
    """For each system and article the references and the summary, one sentence a line."""
    references = [[_lines(r, language, splitter) for r in e.references] for e in examples]
    for summaries in texts.values():
        for of_article, summary in zip(references, summaries, strict=True):
            yield of_article, _lines(summary, language, splitter)


def _lines(text: str, language: str, splitter: Splitter) -> str:
    return "\n".join(split_summary(text, language, splitter))


def _scores(
    found: Overlaps, groups: Sequence[tuple[Sequence[str], str]], kind: str, policy: str
) -> Floats:
    """P, R and F of each group; no policy is asked about a single reference."""
    if not policy:
        return np.array(found)
    left = map(found.get, range(len(found.fmeasure)))
    chosen: list[Overlap] = []
    for references, candidate in groups:
        sizes = [count_n_grams(reference, kind) for reference in references]
        overlaps = list(islice(left, len(references)))
        chosen.append(POLICIES[policy](overlaps, sizes, count_n_grams(candidate, kind)))
    return np.array(chosen).T


def _named(splitter: Splitter) -> str:
    return AS_WRITTEN if splitter == _LINES else splitter
