"""An article in chunks of whole sentences, for models that read little at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from summbench.core.errors import SummbenchError
from summbench.core.text import replace_surrogates, split_sentences

_UNITS = ("words", "tokens", "sentences")


@dataclass(frozen=True, slots=True)
class ChunkRule:
    """How much a chunk holds: so many words (between blanks), tokens of a model, or sentences."""

    unit: str
    size: int

    @classmethod
    def parse(cls, chunk: Mapping[str, int]) -> ChunkRule:
        """Read a rule such as {words: 500}.

        Raises:
            SummbenchError: it is not one of words, tokens or sentences with a number above 0.
        """
        unit, size = next(iter(chunk.items()), ("", 0)) if isinstance(chunk, Mapping) else ("", 0)
        is_number = isinstance(size, int) and not isinstance(size, bool) and size > 0
        if not is_number or unit not in _UNITS or len(chunk) > 1:
            raise SummbenchError(
                f"chunk={chunk!r} is no rule; write one of {', '.join(_UNITS)} with the number "
                "that a chunk holds at most, as in {words: 500}."
            )
        return cls(unit, size)

    def __str__(self) -> str:
        return f"{self.unit}-{self.size}"

    def split(self, article: str, language: str, get_tokenizer: Callable[[], Any]) -> list[str]:
        """Return the chunks of an article; a sentence that is too long is a chunk of its own."""
        text = replace_surrogates(article)
        sentences = split_sentences(text, language)
        if self.unit == "words":
            sizes = [len(sentence.split()) for sentence in sentences]
        elif self.unit == "tokens" and sentences:
            tokens = get_tokenizer()(sentences, add_special_tokens=False)["input_ids"]
            sizes = [len(ids) for ids in tokens]
        else:
            sizes = [1] * len(sentences)
        return pack_sentences(sentences, sizes, self.size, _find_separators(text, sentences))


def pack_sentences(
    sentences: Sequence[str],
    sizes: Sequence[int],
    limit: int,
    separators: Sequence[str] | None = None,
) -> list[str]:
    """Join whole sentences while their sizes sum to at most `limit`; a longer one stays alone.

    Greedy, from the first to the last, as in MiniCheck's code (Tang et al., 2024). What stands
    between two sentences of a chunk is the second's separator, a blank if there are none.
    """
    chunks: list[str] = []
    room = 0
    for i, (sentence, size) in enumerate(zip(sentences, sizes, strict=True)):
        if not chunks or size > room:
            chunks.append(sentence)
            room = limit
        else:
            chunks[-1] += (separators[i] if separators else " ") + sentence
        room -= size
    return chunks


def _find_separators(text: str, sentences: Sequence[str]) -> list[str]:
    """A line break before a sentence that begins a line of the text, a blank before others."""
    separators: list[str] = []
    end = 0
    for sentence in sentences:
        start = text.find(sentence, end)
        separators.append("\n" if start > 0 and "\n" in text[end:start] else " ")
        end = max(end, start + len(sentence))
    return separators
