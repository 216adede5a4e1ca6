"""ROUGE on sentences that are explicit, or split by a named splitter."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from importlib.metadata import version
from itertools import accumulate, islice
from typing import Any, Literal

from summbench.core.errors import SummbenchError
from summbench.core.records import Example, MetricInfo
from summbench.core.text import (
    Splitter,
    format_splitter,
    is_latin_script,
    split_summary,
    tokenize_for_rouge,
)
from summbench.metrics.rouge.engines import CheckedEngine, Engine, Overlap, Overlaps, RustEngine
from summbench.metrics.rouge.multi_reference import POLICIES, count_n_grams, jackknife
from summbench.metrics.rouge.tokens import Tokeniser, build_encoder

_LOG = logging.getLogger("summbench")
_TYPES = ("rouge1", "rouge2", "rougeL", "rougeLsum")
_PARTS = ("p", "r", "f")
_UNDEFINED = Overlap(float("nan"), float("nan"), float("nan"))
_MAX_CELLS = 400_000_000
_MAX_CACHED_REFERENCES = 256  # the summaries of one article come side by side


class Rouge:
    """Precision, recall and F of n-gram (1, 2) and subsequence (L, Lsum) overlap with a reference.

    Quality, 0 to 1, higher is better; an empty summary scores 0. Without stemming, and with one
    reference, the numbers are those of ROUGE-1.5.5 to five digits. With it (`stem`) they are those
    of rouge-score, and not of ROUGE-1.5.5's -m option, which looks words up in a WordNet table
    first (children -> child) and has an older Porter: for that see `Rouge155`. `rougeLsum`
    is the ROUGE-L of the literature; `rougeL` ignores sentences and is some nine points lower on
    CNN/DailyMail.

    `multi` says what several references mean: `max-f` (best F for each type), `mean`, `pooled`
    (ROUGE-1.5.5 -f A) or `jackknife`. The tokeniser `rouge` keeps a-z and 0-9 alone: a reference
    that is mostly in another script is undefined (NaN, with a warning), not 0. `unicode_words` and
    `characters` work on any script (see tokens.py), unstemmed. rougeL and Lsum are undefined
    above 4e8 table cells (20,000 by 20,000 tokens): time grows with that product. Both engines
    give the same floats: `fast` is rouge-score-rs, of which a sample is checked in every run
    against `reference`, which is rouge-score.
    Comparable only with numbers of the same signature. (Lin, 2004; rouge-score.)

    Raises:
        SummbenchError: an argument is none of those named, or the engines disagree.
    """

    def __init__(
        self,
        stem: bool = False,
        types: Sequence[str] = _TYPES,
        multi: Literal["max-f", "mean", "pooled", "jackknife"] = "max-f",
        splitter: Splitter = "auto",
        language: str = "en",
        engine: Literal["fast", "reference"] = "fast",
        seed: int = 0,
        tokeniser: Tokeniser = "rouge",
    ) -> None:
        if multi not in POLICIES:
            raise SummbenchError(f"multi={multi!r} is none of {', '.join(POLICIES)}.")
        self._types, self._stem, self._policy = tuple(types), stem, POLICIES[multi]
        self._encode, self._any_script = build_encoder(tokeniser, stem), tokeniser != "rouge"
        self._engine = self._build_engine(engine, seed)
        undefined_if = "" if self._any_script else "a reference is in another script than Latin"
        if multi == "jackknife":
            undefined_if = " or ".join(filter(None, [undefined_if, "there is one reference alone"]))
        quality = MetricInfo("higher", "quality", frozenset({"references"}), undefined_if)
        self.columns: Mapping[str, MetricInfo] = {
            f"{t}_{p}": quality for t in types for p in _PARTS
        }
        self.signature = (
            f"rouge|agg:mean|multi:{multi}|stem:{'porter-nltk' if stem else 'no'}"
            f"|tok:{tokeniser if self._any_script else 'rouge-score'}"
            f"|split:{format_splitter(splitter, language)}|trunc:none"
            f"|impl:rouge-score-{version('rouge-score')}|v:1"
        )
        self._n_gram_engine = RustEngine([t for t in types if t[-1].isdigit()], stem)
        self._language, self._splitter = language, splitter
        # The references are the same for every system.
        self._cached_references = lru_cache(_MAX_CACHED_REFERENCES)(self._prepare_references)
        self._is_undefined_logged = False
        self._counts: dict[str, list[int]] = {}

    def score(
        self, examples: Sequence[Example], summaries: Sequence[str]
    ) -> dict[str, list[float]]:
        """Return three numbers a type for each example; NaN without a reference."""
        references = list(map(self._get_references, examples))
        candidates = list(map(self._prepare_text, summaries))
        overlaps, checked = self._score_pairs(references, candidates)
        self._counts = self._count(examples, references, checked)
        if self._policy is jackknife or any(len(texts) != 1 for texts in references):
            overlaps = {
                rouge_type: self._combine(rouge_type, references, candidates, of_pairs)
                for rouge_type, of_pairs in overlaps.items()
            }
        return {
            f"{rouge_type}_{part}": values
            for rouge_type, columns in overlaps.items()
            for part, values in zip(_PARTS, columns, strict=True)
        }

    def get_settings(self) -> Mapping[str, Any]:
        """Return the engine."""
        return {"engine": self._engine.name}

    def get_counts(self) -> Mapping[str, Sequence[int]]:
        """Return the pairs that rouge-score confirmed, and undefined scores, of each example."""
        return self._counts

    def _build_engine(self, engine: str, seed: int) -> Engine:
        def build_reference() -> Engine:
            from summbench.metrics.rouge.rouge_score_engine import ReferenceEngine  # noqa: PLC0415 - seldom needed

            return ReferenceEngine(self._types, self._stem)

        if engine == "reference":
            return build_reference()
        if engine != "fast":
            raise SummbenchError(f"engine={engine!r} is none of fast, reference.")
        return CheckedEngine(RustEngine(self._types, self._stem), build_reference, seed)

    def _get_references(self, example: Example) -> tuple[str, ...]:
        """A sentence a line; none if ROUGE's tokeniser would lose most of a reference."""
        references = self._cached_references(example.references)
        if example.references and not references:
            if not self._is_undefined_logged:
                _LOG.warning(
                    "ROUGE is undefined for %r (and maybe others): the reference is in another "
                    "script, and ROUGE's tokeniser keeps only a-z and 0-9. Use "
                    "'metric=[rouge_unicode,chrf]' primary=rouge_unicode.rouge2_f (or "
                    "primary=chrf.chrf2), which work on any script.",
                    example.article.id,
                )
            self._is_undefined_logged = True
        return references

    def _prepare_references(self, references: tuple[str, ...]) -> tuple[str, ...]:
        if not (self._any_script or all(map(is_latin_script, references))):
            return ()
        return tuple(map(self._prepare_text, references))

    def _prepare_text(self, text: str) -> str:
        return self._encode("\n".join(split_summary(text, self._language, self._splitter)))

    def _count(
        self,
        examples: Sequence[Example],
        references: Sequence[Sequence[str]],
        checked: Collection[int],
    ) -> dict[str, list[int]]:
        """The counts of each example; `checked` are places among all pairs."""
        undefined = [
            int(bool(example.references) and not texts)
            for example, texts in zip(examples, references, strict=True)
        ]
        counts = {"references_in_another_script": undefined}
        if isinstance(self._engine, CheckedEngine):
            ends = accumulate(map(len, references))
            counts["checked_against_rouge_score"] = [
                sum(place in checked for place in range(end - len(texts), end))
                for texts, end in zip(references, ends, strict=True)
            ]
        return counts

    def _score_pairs(
        self, references: Sequence[Sequence[str]], candidates: Sequence[str]
    ) -> tuple[Mapping[str, Overlaps], Collection[int]]:
        """Each example with each of its references, one after the other; and the pairs checked."""
        jobs = zip(references, candidates, strict=True)
        repeated = [candidate for texts, candidate in jobs for _ in texts]
        flat = [text for texts in references for text in texts]
        huge = [i for i, pair in enumerate(zip(flat, repeated, strict=True)) if _is_huge(*pair)]
        if not huge:
            return self._engine.score(flat, repeated), self._get_checked(range(len(flat)))
        return self._score_without_huge(flat, repeated, huge)

    def _get_checked(self, places: Sequence[int]) -> Collection[int]:
        """Which of the places that the engine was given last rouge-score confirmed."""
        engine = self._engine
        last = engine.last_checked if isinstance(engine, CheckedEngine) else ()
        return {places[i] for i in last}

    def _score_without_huge(
        self, references: Sequence[str], candidates: Sequence[str], huge: Sequence[int]
    ) -> tuple[Mapping[str, Overlaps], Collection[int]]:
        """Of huge pairs n-grams alone: their subsequence table would take minutes to fill."""
        rest = sorted(set(range(len(references))) - set(huge))
        overlaps = {rouge_type: [_UNDEFINED] * len(references) for rouge_type in self._types}
        for places, engine in ((rest, self._engine), (huge, self._n_gram_engine)):
            texts = [references[i] for i in places], [candidates[i] for i in places]
            for rouge_type, scores in engine.score(*texts).items():
                for k, i in enumerate(places):
                    overlaps[rouge_type][i] = scores.get(k)
        transposed = {rouge_type: _transpose(rows) for rouge_type, rows in overlaps.items()}
        return transposed, self._get_checked(rest)

    def _combine(
        self,
        rouge_type: str,
        references: Sequence[Sequence[str]],
        candidates: Sequence[str],
        overlaps: Overlaps,
    ) -> Overlaps:
        """One overlap of each example, from those with its references."""
        pairs = map(overlaps.get, range(len(overlaps.fmeasure)))
        combined = []
        for texts, candidate in zip(references, candidates, strict=True):
            sizes = [count_n_grams(text, rouge_type) for text in texts]
            with_each = list(islice(pairs, len(texts)))
            size = count_n_grams(candidate, rouge_type)
            combined.append(self._policy(with_each, sizes, size) if texts else _UNDEFINED)
        return _transpose(combined)


def _transpose(overlaps: Sequence[Overlap]) -> Overlaps:
    return Overlaps(*map(list, zip(*overlaps, strict=True))) if overlaps else Overlaps([], [], [])


def _is_huge(reference: str, candidate: str) -> bool:
    """Whether the subsequence table has too many cells; a token has a letter and a space."""
    if len(reference) * len(candidate) <= 4 * _MAX_CELLS:
        return False
    return len(tokenize_for_rouge(reference)) * len(tokenize_for_rouge(candidate)) > _MAX_CELLS
