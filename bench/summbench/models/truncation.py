"""Articles as prompts: rendered, truncated to fit the model, and tokenised once."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from summbench.core.errors import SummbenchError
from summbench.core.records import Article
from summbench.models.checkpoint import LazyCheckpoint
from summbench.models.checkpoint_checks import Truncate


@dataclass(frozen=True, slots=True)
class Prompt:
    """One article ready for the model; `ids` are its tokens."""

    article: Article
    ids: Sequence[int]
    truncated: bool


@dataclass(slots=True)
class PromptCache:
    """The prompts of one model, from the planning of its batches until they are generated from.

    `limit` is the most tokens of a prompt; if None, the model's positions less `reserved_tokens`.
    """

    checkpoint: LazyCheckpoint
    render: Callable[[str], str]
    limit: int | None = None
    truncate: Truncate = "head"
    reserved_tokens: int = 0
    add_special_tokens: bool = True
    _prompts: dict[Article, Prompt] = field(default_factory=dict)

    def get(self, articles: Sequence[Article]) -> list[Prompt]:
        """Return a prompt for each, in their order; no weights are loaded for it."""
        for article in articles:
            if article not in self._prompts:
                self._prompts[article] = self._fit(article)
        return [self._prompts[article] for article in articles]

    def pop(self, articles: Sequence[Article]) -> list[Prompt]:
        """Return a prompt for each, in their order, and forget them."""
        prompts = self.get(articles)
        for article in articles:
            self._prompts.pop(article, None)
        return prompts

    def _fit(self, article: Article) -> Prompt:
        processor = self.checkpoint.get_processor()
        limit = self.limit or processor.max_input_tokens - self.reserved_tokens
        return fit_prompt(
            article,
            self.render,
            processor.tokenizer,
            limit,
            self.truncate,
            self.add_special_tokens,
        )


def fit_prompt(
    article: Article,
    render: Callable[[str], str],
    tokenizer: Any,
    limit: int,
    truncate: Truncate,
    add_special_tokens: bool = True,
) -> Prompt:
    """Render and tokenise the article, truncated (never the instruction) to `limit` tokens."""
    if limit < 1:
        raise SummbenchError(f"max_new_tokens leaves {limit} of the model's positions to the input")

    def tokenize(text: str) -> list[int]:
        ids: list[int] = tokenizer(render(text), add_special_tokens=add_special_tokens)["input_ids"]
        return ids

    ids = tokenize(article.text)
    excess = len(ids) - limit
    if excess <= 0:
        return Prompt(article, array("i", ids), truncated=False)
    offsets = tokenizer(article.text, add_special_tokens=False, return_offsets_mapping=True)[
        "offset_mapping"
    ]
    n_kept = len(offsets) - excess
    while n_kept > 0:
        ids = tokenize(_truncate(article.text, offsets, n_kept, truncate))
        excess = len(ids) - limit
        if excess <= 0:
            return Prompt(article, array("i", ids), truncated=True)
        n_kept -= excess
    raise SummbenchError(f"the prompt alone has more than the {limit} tokens that fit; shorten it")


def _truncate(
    text: str, offsets: Sequence[tuple[int, int]], n_kept: int, truncate: Truncate
) -> str:
    if truncate == "head":
        return text[: offsets[n_kept - 1][1]]
    n_head, n_tail = n_kept - n_kept // 2, n_kept // 2
    tail = text[offsets[-n_tail][0] :] if n_tail else ""
    return f"{text[: offsets[n_head - 1][1]]}\n{tail}"
