"""Articles as prompts: rendered, cut to fit the model, and tokenised once."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from summbench.core.errors import SummbenchError
from summbench.core.records import Article
from summbench.models.checkpoint import LazyCheckpoint

Truncate = Literal["head", "head_tail"]


@dataclass(frozen=True, slots=True)
class Prompt:
    """One article ready for the model; `ids` are its tokens."""

    article: Article
    ids: Sequence[int]
    truncated: bool


@dataclass(slots=True)
class Prompts:
    """The prompts of one model, kept from the planning of its batches until they are decoded.

    `limit` is the most tokens of a prompt; if None, the model's positions less the `reserved` ones.
    """

    checkpoint: LazyCheckpoint
    render: Callable[[str], str]
    limit: int | None = None
    reserved: int = 0
    truncate: Truncate = "head"
    special_tokens: bool = True
    _kept: dict[Article, Prompt] = field(default_factory=dict)

    def keep(self, articles: Sequence[Article]) -> list[Prompt]:
        """A prompt for each, in their order; no weights are loaded for it."""
        for article in articles:
            if article not in self._kept:
                self._kept[article] = self._fit(article)
        return [self._kept[article] for article in articles]

    def take(self, articles: Sequence[Article]) -> list[Prompt]:
        """A prompt for each, in their order; none is kept any longer."""
        prompts = self.keep(articles)
        for article in articles:
            self._kept.pop(article, None)
        return prompts

    def _fit(self, article: Article) -> Prompt:
        reader = self.checkpoint.read()
        limit = self.limit or reader.longest_input - self.reserved
        return fit(
            article, self.render, reader.tokenizer, limit, self.truncate, self.special_tokens
        )


def fit(
    article: Article,
    render: Callable[[str], str],
    tokenizer: Any,
    limit: int,
    how: Truncate,
    special_tokens: bool = True,
) -> Prompt:
    """The rendered prompt, its article (never the instruction) cut to at most `limit` tokens."""

    if how not in get_args(Truncate):
        raise SummbenchError(f"truncate={how!r} is none of {', '.join(get_args(Truncate))}")
    if limit < 1:
        raise SummbenchError(f"max_new_tokens leaves {limit} of the model's positions to the input")

    def read(text: str) -> list[int]:
        ids: list[int] = tokenizer(render(text), add_special_tokens=special_tokens)["input_ids"]
        return ids

    ids = read(article.text)
    excess = len(ids) - limit
    if excess <= 0:
        return Prompt(article, array("i", ids), truncated=False)
    offsets = tokenizer(article.text, add_special_tokens=False, return_offsets_mapping=True)[
        "offset_mapping"
    ]
    keep = len(offsets) - excess
    while keep > 0:
        ids = read(_cut(article.text, offsets, keep, how))
        excess = len(ids) - limit
        if excess <= 0:
            return Prompt(article, array("i", ids), truncated=True)
        keep -= excess
    raise SummbenchError(f"the prompt alone has more than the {limit} tokens that fit; shorten it")


def _cut(text: str, offsets: Sequence[tuple[int, int]], keep: int, how: Truncate) -> str:
    if how == "head":
        return text[: offsets[keep - 1][1]]
    head, tail = keep - keep // 2, keep // 2
    end = text[offsets[-tail][0] :] if tail else ""
    return f"{text[: offsets[head - 1][1]]}\n{end}"
