"""What is wrong with options of generation, said before anything is generated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from transformers import GenerationConfig

from summbench.core.errors import SummbenchError
from summbench.models.positions import list_output_positions

_NOT_HERE = {
    "num_return_sequences": "an article has one summary here. Leave it out, or add the model again "
    "under another name, with another seed",
    "stop_strings": "leave it out. `stop: {sentences: 3}` ends a reply after whole sentences",
    "return_dict_in_generate": "leave it out. Only the text is kept",
}
"""Options of transformers that do not go with one text an article, and what to do."""

_OF_SERVERS = {
    "max_tokens": "the option here is max_new_tokens",
    "max_completion_tokens": "the option here is max_new_tokens",
    "chat_template_kwargs": "here it is a key of its own beside generate",
}


def check_names(options: Mapping[str, Any]) -> None:
    """Raise SummbenchError for an option that transformers or this package does not have."""
    names = GenerationConfig().to_dict()  # type: ignore[no-untyped-call]
    for name, value in options.items():
        if name in _OF_SERVERS:
            raise SummbenchError(f"generate has {name!r}, as for a server; {_OF_SERVERS[name]}.")
        if name not in names:
            raise SummbenchError(f"there is no option {name!r} under 'generate' in transformers")
        if name in _NOT_HERE and value not in (None, False, 1):
            raise SummbenchError(f"generate has {name}={value!r}; {_NOT_HERE[name]}.")


def check_decoder(options: Mapping[str, Any], config: Any, max_new_tokens: int) -> None:
    """Raise SummbenchError if the decoder of an encoder-decoder can't begin, or can't go so far."""
    if _are_unset(options, ("decoder_start_token_id", "bos_token_id")):
        raise SummbenchError(
            "the checkpoint does not say with which token a summary begins. Set "
            "generate.decoder_start_token_id to the one that it was trained with: the id of [CLS] "
            "for BERT, of <s> for RoBERTa, of </s> for BART, of <pad> for T5."
        )
    positions = min(list_output_positions(config), default=max_new_tokens)
    if max_new_tokens > positions:
        raise SummbenchError(
            f"generate asks for {max_new_tokens} new tokens, and the decoder has {positions} "
            f"positions; set generate.max_new_tokens to {positions} or less."
        )


def _are_unset(options: Mapping[str, Any], names: Iterable[str]) -> bool:
    return all(options.get(name) is None for name in names)
