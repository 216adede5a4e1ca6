"""ROUGE on sentences that are explicit, or split by a named splitter."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.metadata import version
from typing import Any, Literal

from bench.errors import BenchError
from bench.records import Column, Example
from bench.rouge.engines import Checked, Engine, Fast, Overlap, Pair, Scores
from bench.rouge.references import POLICIES, max_f, n_grams
from bench.rouge.tokens import Tokeniser, spelling
from bench.text import Splitter, in_latin_script, rouge_tokens, splitter_version, summary_sentences

_LOG = logging.getLogger("summbench")
_TYPES = ("rouge1", "rouge2", "rougeL", "rougeLsum")
_PARTS = ("p", "r", "f")
_UNDEFINED = Overlap(float("nan"), float("nan"), float("nan"))
_OTHER_BREAKS = re.compile("<n>|[^ -~\n]")  # what `lines` may take for a break, and more
_MOST_CELLS = 400_000_000
_MOST_REFERENCES = 100_000


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
    `characters` work on any script (`bench.rouge.tokens`), unstemmed. rougeL and Lsum are undefined
    above 4e8 table cells (20,000 by 20,000 tokens): time grows with that product.
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
            raise BenchError(f"multi={multi!r} is none of {', '.join(POLICIES)}.")
        self._types, self._stem, self._policy = tuple(types), stem, POLICIES[multi]
        self._spelt, self._any_script = spelling(tokeniser, stem), tokeniser != "rouge"
        self._engine = self._made(engine, seed)
        quality = Column("higher", "quality", frozenset({"references"}))
        self.columns: Mapping[str, Column] = {f"{t}_{p}": quality for t in types for p in _PARTS}
        self.signature = (
            f"rouge|agg:mean|multi:{multi}|stem:{'porter-nltk' if stem else 'no'}"
            f"|tok:{tokeniser if self._any_script else 'rouge-score'}"
            f"|split:{splitter_version(splitter, language)}|trunc:none"
            f"|impl:rouge-score-{version('rouge-score')}|v:1"
        )
        self._n_grams_only = Fast([kind for kind in types if kind[-1].isdigit()], stem)
        self._language, self._splitter = language, splitter
        # The references are the same for every system.
        self._reference = lru_cache(_MOST_REFERENCES)(self._one_a_line)
        self._is_latin = lru_cache(_MOST_REFERENCES)(in_latin_script)
        self._other_script = 0

    def score(
        self, examples: Sequence[Example], summaries: Sequence[str]
    ) -> dict[str, list[float]]:
        """Three numbers a type for each example; NaN without a reference."""
        if not examples:
            return {column: [] for column in self.columns}
        jobs = [
            self._pairs(example, self._one_a_line(summary))
            for example, summary in zip(examples, summaries, strict=True)
        ]
        found = iter(self._scored([pair for pairs in jobs for pair in pairs]))
        scores = [[next(found) for _ in pairs] for pairs in jobs]
        choose = self._only if all(len(pairs) == 1 for pairs in jobs) else self._overlaps
        values: dict[str, list[float]] = {}
        for kind in self._types:
            parts = zip(*choose(kind, jobs, scores), strict=True)
            values |= {f"{kind}_{p}": list(part) for p, part in zip(_PARTS, parts, strict=True)}
        return values

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
            from bench.rouge.reference import Reference  # noqa: PLC0415 - imports nltk, 1.3 s

            return Reference(self._types, self._stem)

        return (
            reference()
            if engine == "reference"
            else Checked(Fast(self._types, self._stem), reference, seed)
        )

    def _pairs(self, example: Example, candidate: str) -> list[Pair]:
        if self._any_script or all(map(self._is_latin, example.references)):
            return [Pair(self._reference(text), candidate) for text in example.references]
        if not self._other_script:
            _LOG.warning(
                "ROUGE is undefined for %r (and maybe others): its tokeniser keeps a-z and 0-9 "
                "alone, and the reference is in another script. Take 'metric=[rouge_unicode,chrf]' "
                "primary=rouge_unicode.rouge2_f (or primary=chrf.chrf2), which work on any.",
                example.article.id,
            )
        self._other_script += 1
        return []

    def _scored(self, pairs: Sequence[Pair]) -> list[Scores]:
        """By the engine, but for pairs that would fill its subsequence table for minutes."""
        huge = [i for i, pair in enumerate(pairs) if _is_huge(pair)]
        if not huge:
            return list(self._engine.score(pairs))
        found = dict(zip(huge, self._n_grams_only.score([pairs[i] for i in huge]), strict=True))
        rest = [i for i in range(len(pairs)) if i not in found]
        found |= dict(zip(rest, self._engine.score([pairs[i] for i in rest]), strict=True))
        return [found[i] for i in range(len(pairs))]

    def _one_a_line(self, text: str) -> str:
        if "\n" in text.strip() and not _OTHER_BREAKS.search(text):
            return self._spelt(text)  # several lines, and the engines pass over blank ones
        return self._spelt("\n".join(summary_sentences(text, self._language, self._splitter)))

    def _only(
        self, kind: str, jobs: Sequence[Sequence[Pair]], scores: Sequence[Sequence[Scores]]
    ) -> list[Overlap]:
        """`_overlaps` where each example has one reference, which is the best without a search."""
        if self._policy is not max_f:
            return self._overlaps(kind, jobs, scores)
        return [score.get(kind, _UNDEFINED) for (score,) in scores]

    def _overlaps(
        self, kind: str, jobs: Sequence[Sequence[Pair]], scores: Sequence[Sequence[Scores]]
    ) -> list[Overlap]:
        found = []
        for pairs, of_pairs in zip(jobs, scores, strict=True):
            overlaps = [score.get(kind, _UNDEFINED) for score in of_pairs]
            sizes = [n_grams(pair.reference, kind) for pair in pairs]
            candidate = n_grams(pairs[0].candidate, kind) if pairs else 0
            found.append(self._policy(overlaps, sizes, candidate) if pairs else _UNDEFINED)
        return found


def _is_huge(pair: Pair) -> bool:
    """Whether the subsequence table has too many cells; a token has a letter and a space."""
    if len(pair.reference) * len(pair.candidate) <= 4 * _MOST_CELLS:
        return False
    return len(rouge_tokens(pair.reference)) * len(rouge_tokens(pair.candidate)) > _MOST_CELLS
