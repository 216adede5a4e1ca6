"""How many positions a model has for what it reads and what it writes, as its config says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

_READERS = ("encoder", "text_encoder", "text_config", "llm_config", "language_config")
_WRITERS = ("decoder", "text_config", "llm_config", "language_config")
_COUNTED_FROM_PADDING = {
    "camembert", "data2vec-text", "esm", "ibert", "layoutlmv3", "lilt", "longformer", "luke",
    "markuplm", "mpnet", "roberta", "roberta-prelayernorm", "xlm-roberta", "xlm-roberta-xl", "xmod",
}  # fmt: skip
"""Their first token has the position after that of padding: of RoBERTa's 514, 512 are usable.

These are the modules of transformers that have `create_position_ids_from_input_ids` and a table of
positions that was learned."""


def list_input_positions(config: Any) -> list[int]:
    """Return each limit on the tokens of an input that the config or one nested in it names."""
    names = ("max_position_embeddings", "max_encoder_position_embeddings")
    return list(_find(config, names, _READERS))


def list_output_positions(config: Any) -> list[int]:
    """Return each limit on the tokens that the decoder of an encoder-decoder writes."""
    names = ("max_position_embeddings", "max_decoder_position_embeddings")
    return list(_find(config, names, _WRITERS))


def _find(config: Any, names: Sequence[str], nested: Sequence[str]) -> Iterator[int]:
    is_padded = getattr(config, "model_type", None) in _COUNTED_FROM_PADDING
    unusable = (getattr(config, "pad_token_id", None) or 0) + 1 if is_padded else 0
    for name in names:
        if count := getattr(config, name, None):
            yield count - unusable
    for name in nested:
        if (inner := getattr(config, name, None)) is not None:
            yield from _find(inner, names, nested)
