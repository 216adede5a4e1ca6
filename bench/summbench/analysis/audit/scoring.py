"""Every summary's ROUGE under every convention that changes a single score."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from itertools import islice, product

import numpy as np
from numpy.typing import NDArray

from summbench.analysis.audit.conventions import AS_WRITTEN, STEMMED, STEMMED_155, UNSTEMMED
from summbench.core.records import Example
from summbench.core.text import Splitter, split_summary
from summbench.metrics.rouge.engines import Overlap, Overlaps, RustEngine
from summbench.metrics.rouge.multi_reference import POLICIES, count_n_grams
from summbench.metrics.rouge.rouge155 import Rouge155

Floats = NDArray[np.float64]

_SPLITTERS: tuple[Splitter, ...] = ("auto", "sentencex", "nupunkt", "regex")
_LINES: Splitter = "lines"

ScoringKey = tuple[str, str, str, str]
"""Kind, stemming, splitter and policy for several references."""


def score_conventions(
    examples: Sequence[Example], texts: Mapping[str, Sequence[str]], language: str
) -> Iterator[tuple[ScoringKey, Floats]]:
    """Yield P, R and F (3, systems, articles) of each way to score a summary."""
    counts = {len(e.references) for e in examples}
    policies = (
        [""] if counts == {1} else [p for p in POLICIES if p != "jackknife" or min(counts) > 1]
    )
    splitters = [s for s in _SPLITTERS if s != "nupunkt" or find_spec("nupunkt")]
    shape = (3, len(texts), len(examples))
    for splitter in (*splitters, _LINES):
        is_first = splitter == _SPLITTERS[0]
        kinds = ("rouge1", "rouge2", "rougeL", "rougeLsum") if is_first else ("rougeLsum",)
        groups = list(_split_sentences(examples, texts, splitter, language))
        references = [reference for group, _ in groups for reference in group]
        candidates = [candidate for group, candidate in groups for _ in group]
        for stemming in (UNSTEMMED, STEMMED):
            overlaps = RustEngine(kinds, stemming == STEMMED).score(references, candidates)
            for kind, policy in product(kinds, policies):
                scores = _combine_references(overlaps[kind], groups, kind, policy)
                splitter_name = _name_splitter(splitter) if kind == "rougeLsum" else ""
                yield (kind, stemming, splitter_name, policy), scores.reshape(shape)
    for kind, scores in _score_rouge_155m(examples, texts):
        splitter_name = AS_WRITTEN if kind == "rougeLsum" else ""
        yield (kind, STEMMED_155, splitter_name, policies[0] and "pooled"), scores.reshape(shape)


def _score_rouge_155m(
    examples: Sequence[Example], texts: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, Floats]]:
    """Yield by kind P, R and F of the systems one after the other, by ROUGE-1.5.5 with -m."""
    summaries = [summary for of_system in texts.values() for summary in of_system]
    columns = Rouge155(stem=True).score([*examples] * len(texts), summaries)
    for kind in ("rouge1", "rouge2", "rougeLsum"):
        yield kind, np.array([columns[f"{kind}_{part}"] for part in "prf"])


def _split_sentences(
    examples: Sequence[Example],
    texts: Mapping[str, Sequence[str]],
    splitter: Splitter,
    language: str,
) -> Iterator[tuple[Sequence[str], str]]:
    """Yield the references and the summary of each system and article, one sentence a line."""
    references = [[_to_lines(r, language, splitter) for r in e.references] for e in examples]
    for summaries in texts.values():
        for of_article, summary in zip(references, summaries, strict=True):
            yield of_article, _to_lines(summary, language, splitter)


def _to_lines(text: str, language: str, splitter: Splitter) -> str:
    return "\n".join(split_summary(text, language, splitter))


def _combine_references(
    overlaps: Overlaps, groups: Sequence[tuple[Sequence[str], str]], kind: str, policy: str
) -> Floats:
    """Compute P, R and F of each group; a single reference needs no policy."""
    if not policy:
        return np.array(overlaps)
    remaining = map(overlaps.get, range(len(overlaps.fmeasure)))
    combined: list[Overlap] = []
    for references, candidate in groups:
        sizes = [count_n_grams(reference, kind) for reference in references]
        of_group = list(islice(remaining, len(references)))
        combined.append(POLICIES[policy](of_group, sizes, count_n_grams(candidate, kind)))
    return np.array(combined).T


def _name_splitter(splitter: Splitter) -> str:
    return AS_WRITTEN if splitter == _LINES else splitter
