"""ROUGE-1.5.5, the original program, to its five digits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal, get_args

from summbench.core.errors import SummbenchError
from summbench.core.records import Example
from summbench.core.text import is_latin_script
from summbench.metrics.rouge.metric import Rouge
from summbench.metrics.rouge.porter import stem_word

Exceptions = Literal["wn2.0", "none"]

_TYPES = ("rouge1", "rouge2", "rougeLsum")
_POLICIES = ("pooled", "max-f")
_ASCII = bytes(range(128)).lower()
_TO_TOKENS = bytes(b if chr(b).isalnum() or b == ord("\n") else ord(" ") for b in _ASCII).ljust(256)
_SHORTEST_STEMMED = 4
_MAX_CACHED_WORDS, _MAX_CACHED_REFERENCES = 500_000, 2_000


class Rouge155:
    """The numbers of ROUGE-1.5.5 (Lin, 2004), with `stem` those of its -m option.

    Precision, recall and F of rouge1, rouge2 and rougeLsum, which is its ROUGE-L. Quality, 0 to 1,
    higher is better; an empty summary scores 0. Equal to what the Perl program prints for each
    summary: P and R are rounded to five digits, and F is made of the rounded ones. Its "Average" is
    a bootstrap mean, and ours the plain mean.

    A line is a sentence, and a text of one line is one sentence: nothing is split that the text
    does not split, and no other mark breaks a line. `exc` is the table of irregular words that -m
    looks up before it stems (children -> child): `wn2.0` is WordNet 2.0's, as the program has it;
    with `none` it is empty, as it is in several wrappers that build it wrongly. Several references
    are `pooled`, as by its default (-f A), or the one with the best F counts (`max-f`, which the
    program does not have). A reference that is mostly in another script is undefined, not 0.
    Subsequences are undefined above 4e8 cells, as in `Rouge`, which counts; `engine` and `seed`
    are its own. Comparable only with numbers of the same signature.

    Raises:
        SummbenchError: an argument is none of those named, or the engines disagree.
    """

    def __init__(
        self,
        stem: bool = False,
        exc: Exceptions = "wn2.0",
        multi: Literal["pooled", "max-f"] = "pooled",
        engine: Literal["fast", "reference"] = "fast",
        seed: int = 0,
    ) -> None:
        if multi not in _POLICIES:
            raise SummbenchError(f"multi={multi!r} is none of {', '.join(_POLICIES)}.")
        if exc not in get_args(Exceptions):
            raise SummbenchError(f"exc={exc!r} is none of {', '.join(get_args(Exceptions))}.")
        self._encode = build_stem_encoder(exc) if stem else encode_tokens
        # The counts of stems are those of unstemmed words; explicit lines need no splitter.
        self._counts = Rouge(types=_TYPES, multi=multi, splitter="lines", engine=engine, seed=seed)
        self.columns = self._counts.columns
        self.signature = (
            f"rouge155|agg:mean|multi:{multi}|stem:{f'porter-1.5.5|exc:{exc}' if stem else 'no'}"
            "|tok:rouge-1.5.5|split:newline|trunc:none|round:5|v:1"
        )
        # The references are the same for every system.
        self._encode_references = lru_cache(_MAX_CACHED_REFERENCES)(self._prepare_references)

    def score(
        self, examples: Sequence[Example], summaries: Sequence[str]
    ) -> dict[str, list[float]]:
        """Return three numbers a type for each example; NaN without a reference."""
        encoded = [Example(e.article, self._encode_references(e.references)) for e in examples]
        scores = self._counts.score(encoded, list(map(self._encode, summaries)))
        for rouge_type in _TYPES:
            precisions, recalls = (
                [round(value, 5) for value in scores[f"{rouge_type}_{part}"]] for part in "pr"
            )
            scores[f"{rouge_type}_p"], scores[f"{rouge_type}_r"] = precisions, recalls
            scores[f"{rouge_type}_f"] = list(map(_compute_f, precisions, recalls))
        return scores

    def get_settings(self) -> Mapping[str, Any]:
        """Return the engine."""
        return self._counts.get_settings()

    def get_counts(self) -> Mapping[str, Sequence[int]]:
        """Return the pairs that rouge-score confirmed, and undefined scores, of each example."""
        return self._counts.get_counts()

    def _prepare_references(self, references: tuple[str, ...]) -> tuple[str, ...]:
        """A text in another script stays as it is, so that it is counted as undefined."""
        return tuple(self._encode(r) if is_latin_script(r) else r for r in references)


def encode_tokens(text: str) -> str:
    """Return the tokens of ROUGE-1.5.5 with blanks between them; line breaks stay.

    Only A to Z are made small: the program reads bytes, and knows no letter beyond ASCII.
    """
    return text.encode("ascii", "replace").translate(_TO_TOKENS).decode("ascii")


def build_stem_encoder(exc: Exceptions) -> Callable[[str], str]:
    """Return what makes the stems of a text, with blanks between them; line breaks stay.

    Words of up to three letters are neither looked up nor stemmed. What the table has is the token
    as it is: it is not stemmed again.
    """
    stems = _Stems(_load_exceptions() if exc == "wn2.0" else {})

    def encode(text: str) -> str:
        lines = encode_tokens(text).split("\n")
        return "\n".join(" ".join(map(stems.__getitem__, line.split())) for line in lines)

    return encode


class _Stems(dict[str, str]):
    """The stem of any word; those that were asked for are kept."""

    def __init__(self, exceptions: Mapping[str, str]) -> None:
        self._exceptions = exceptions

    def __missing__(self, word: str) -> str:
        if len(self) >= _MAX_CACHED_WORDS:
            self.clear()
        is_short = len(word) < _SHORTEST_STEMMED
        self[word] = word if is_short else self._exceptions.get(word) or stem_word(word)
        return self[word]


@lru_cache(1)
def _load_exceptions() -> Mapping[str, str]:
    """The table of WordNet 2.0; its one base form of two words becomes a token of one."""
    text = (files(__package__) / "wordnet_exceptions.txt").read_text(encoding="utf-8")
    rows = (line.split() for line in text.splitlines() if not line.startswith("#"))
    return {word: base.replace("_", "0") for word, base in rows}


def _compute_f(precision: float, recall: float) -> float:
    total = 0.5 * precision + 0.5 * recall
    return round(precision * recall / total, 5) if total else 0.0
