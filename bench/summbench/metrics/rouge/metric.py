"""ROUGE on sentences that are explicit, or split by a named splitter."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.metadata import version
from itertools import islice
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
from summbench.metrics.rouge.engines import Checked, Engine, Fast, Overlap, Overlaps
from summbench.metrics.rouge.multi_reference import POLICIES, max_f, n_grams
from summbench.metrics.rouge.tokens import Tokeniser, spelling

_LOG = logging.getLogger("summbench")
_TYPES = ("rouge1", "rouge2", "rougeL", "rougeLsum")
_PARTS = ("p", "r", "f")
_UNDEFINED = Overlap(float("nan"), float("nan"), float("nan"))
_MOST_CELLS = 400_000_000
_MOST_REFERENCES = 20_000


class Rouge:
    """Precision, recall and F of n-gram (1, 2) and subsequence (L, Lsum) overlap with a reference.

    Quality, 0 to 1, higher is better; an empty summary scores 0. Without stemming the numbers are
    those of ROUGE-1.5.5 to five digits. With it (`stem`) they are not those of its -m option, which
    looks words up in a WordNet table first (children -> child) and has an older Porter; that table
    has no free licence that we know of, so there is no such option. `rougeLsum` is the ROUGE-L of
    the literature; `rougeL` ignores sentences and is some nine points lower on CNN/DailyMail.

    `multi` says what several references mean: `max-f` (best F for each type), `mean`, `pooled`
    (ROUGE-1.5.5 -f A) or `jackknife`. The tokeniser `rouge` keeps a-z and 0-9 alone: a reference
    that is mostly in another script is undefined (NaN, with a warning), not 0. `unicode_words` and
    `characters` work on any script (see tokens.py), unstemmed. rougeL and Lsum are undefined
    above 4e8 table cells (20,000 by 20,000 tokens): time grows with that product. Both engines
    give the same floats: `fast` is rouge-score-rs, of which a sample is checked in every run
    against `reference`, which is rouge-score.
    Comparable only with numbers of the same signature. (Lin, 2004; rouge-score.)
    """

    def __init__(
        self,
        stem: bool = False,
        types: Sequence[str] = _TYPES,
        multi: Literal["max-f", "mean", "pooled", "jackknife"] = "max-f",
        splitter: Splitter = "sentencex",
        language: str = "en",
        engine: Literal["fast", "reference"] = "fast",
        seed: int = 0,
        tokeniser: Tokeniser = "rouge",
    ) -> None:
        if multi not in POLICIES:
            raise SummbenchError(f"multi={multi!r} is none of {', '.join(POLICIES)}.")
        self._types, self._stem, self._policy = tuple(types), stem, POLICIES[multi]
        self._spelt, self._any_script = spelling(tokeniser, stem), tokeniser != "rouge"
        self._engine = self._made(engine, seed)
        quality = MetricInfo("higher", "quality", frozenset({"references"}))
        self.columns: Mapping[str, MetricInfo] = {
            f"{t}_{p}": quality for t in types for p in _PARTS
        }
        self.signature = (
            f"rouge|agg:mean|multi:{multi}|stem:{'porter-nltk' if stem else 'no'}"
            f"|tok:{tokeniser if self._any_script else 'rouge-score'}"
            f"|split:{format_splitter(splitter, language)}|trunc:none"
            f"|impl:rouge-score-{version('rouge-score')}|v:1"
        )
        self._n_grams_only = Fast([kind for kind in types if kind[-1].isdigit()], stem)
        self._language, self._splitter = language, splitter
        # The references are the same for every system.
        self._references = lru_cache(_MOST_REFERENCES)(self._prepared)
        self._other_script = 0

    def score(
        self, examples: Sequence[Example], summaries: Sequence[str]
    ) -> dict[str, list[float]]:
        """Three numbers a type for each example; NaN without a reference."""
        references = list(map(self._references_of, examples))
        candidates = list(map(self._one_a_line, summaries))
        found = self._with_each(references, candidates)
        if self._policy is not max_f or any(len(texts) != 1 for texts in references):
            found = {k: self._chosen(k, references, candidates, o) for k, o in found.items()}
        return {
            f"{kind}_{part}": values
            for kind, overlaps in found.items()
            for part, values in zip(_PARTS, overlaps, strict=True)
        }

    def settings(self) -> Mapping[str, Any]:
        """Which engine did the work, how many pairs rouge-score confirmed, what was undefined."""
        checked = self._engine.checked if isinstance(self._engine, Checked) else None
        return {
            "engine": self._engine.name,
            "checked_against_rouge_score": checked,
            "references_in_another_script": self._other_script,
        }

    def _made(self, engine: str, seed: int) -> Engine:
        def reference() -> Engine:
            from summbench.metrics.rouge.rouge_score_engine import Reference  # noqa: PLC0415 - imports nltk, 1.3 s

            return Reference(self._types, self._stem)

        if engine == "reference":
            return reference()
        if engine != "fast":
            raise SummbenchError(f"engine={engine!r} is none of fast, reference.")
        return Checked(Fast(self._types, self._stem), reference, seed)

    def _references_of(self, example: Example) -> tuple[str, ...]:
        """A sentence a line; none if ROUGE's tokeniser would lose most of a reference."""
        found = self._references(example.references)
        if example.references and not found:
            if not self._other_script:
                _LOG.warning(
                    "ROUGE is undefined for %r (and maybe others): its tokeniser keeps a-z and 0-9 "
                    "alone, and the reference is in another script. Take "
                    "'metric=[rouge_unicode,chrf]' primary=rouge_unicode.rouge2_f (or "
                    "primary=chrf.chrf2), which work on any.",
                    example.article.id,
                )
            self._other_script += 1
        return found

    def _prepared(self, references: tuple[str, ...]) -> tuple[str, ...]:
        if not (self._any_script or all(map(is_latin_script, references))):
            return ()
        return tuple(map(self._one_a_line, references))

    def _one_a_line(self, text: str) -> str:
        return self._spelt("\n".join(split_summary(text, self._language, self._splitter)))

    def _with_each(
        self, references: Sequence[Sequence[str]], candidates: Sequence[str]
    ) -> Mapping[str, Overlaps]:
        """Of each example with each of its references, one after the other."""
        jobs = zip(references, candidates, strict=True)
        repeated = [candidate for texts, candidate in jobs for _ in texts]
        flat = [text for texts in references for text in texts]
        huge = [i for i, pair in enumerate(zip(flat, repeated, strict=True)) if _is_huge(*pair)]
        if not huge:
            return self._engine.score(flat, repeated)
        return self._without_subsequences(flat, repeated, huge)

    def _without_subsequences(
        self, references: Sequence[str], candidates: Sequence[str], huge: Sequence[int]
    ) -> Mapping[str, Overlaps]:
        """Where a pair is huge n-grams alone: its subsequence table would take minutes to fill."""
        rest = sorted(set(range(len(references))) - set(huge))
        parts = [
            (places, engine.score([references[i] for i in places], [candidates[i] for i in places]))
            for places, engine in ((rest, self._engine), (huge, self._n_grams_only))
        ]
        found = {}
        for kind in self._types:
            overlaps = [_UNDEFINED] * len(references)
            for places, scored in parts:
                for k, i in enumerate(places if kind in scored else ()):
                    overlaps[i] = scored[kind].of(k)
            found[kind] = _columns(overlaps)
        return found

    def _chosen(
        self,
        kind: str,
        references: Sequence[Sequence[str]],
        candidates: Sequence[str],
        overlaps: Overlaps,
    ) -> Overlaps:
        """One of each example, from those with its references."""
        left = map(overlaps.of, range(len(overlaps.fmeasure)))
        found = []
        for texts, candidate in zip(references, candidates, strict=True):
            sizes = [n_grams(text, kind) for text in texts]
            of_one = list(islice(left, len(texts)))
            chosen = self._policy(of_one, sizes, n_grams(candidate, kind)) if texts else _UNDEFINED
            found.append(chosen)
        return _columns(found)


def _columns(overlaps: Sequence[Overlap]) -> Overlaps:
    return Overlaps(*map(list, zip(*overlaps, strict=True))) if overlaps else Overlaps([], [], [])


def _is_huge(reference: str, candidate: str) -> bool:
    """Whether the subsequence table has too many cells; a token has a letter and a space."""
    if len(reference) * len(candidate) <= 4 * _MOST_CELLS:
        return False
    return len(tokenize_for_rouge(reference)) * len(tokenize_for_rouge(candidate)) > _MOST_CELLS
