"""Weights of the neural metrics, loaded and checked to be whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from transformers import AutoConfig, AutoTokenizer

from summbench.core.weights import locate
from summbench.models import pretrained

_UNBOUNDED = 10**9


class LoadedWeights(NamedTuple):
    """A model in evaluation mode; `longest_input` is in its tokeniser's tokens."""

    model: Any
    tokenizer: Any
    longest_input: int
    commit: str | None


def load_weights(
    weights: str,
    revision: str | None,
    auto_class: Any,
    prepare: Callable[[Any, Any], None],
    *,
    max_length: int,
    device: str,
    allow_pickle: bool,
    optional: str | None = None,
) -> LoadedWeights:
    """Load a model in float32 by a class of transformers such as `AutoModel`.

    `prepare` checks, or changes, config and tokeniser before the weights are read. Parameters whose
    name has the word `optional` may be missing from the files.

    Raises:
        SummbenchError: the files cannot be read, `prepare` refuses them, or a parameter is missing.
    """
    pretrained.hush()
    formats = pretrained.formats(weights, allow_pickle)
    place = locate(weights)
    options: dict[str, Any] = {"revision": revision} if isinstance(place, str) else {}
    try:
        config: Any = AutoConfig.from_pretrained(place, **options)
        tokenizer: Any = AutoTokenizer.from_pretrained(place, **options)
        prepare(config, tokenizer)
        model, report = auto_class.from_pretrained(
            place,
            config=config,
            dtype=torch.float32,
            output_loading_info=True,
            **options,
            **formats,
        )
        missing = sorted(k for k in report["missing_keys"] if not optional or optional not in k)
        if missing:
            raise ValueError(f"{', '.join(missing)} would be random: the files don't have them.")
        model = model.eval().to(device)
    except Exception as error:
        raise pretrained.unloadable(weights, error) from error
    limits = (max_length, tokenizer.model_max_length, getattr(config, "max_position_embeddings", 0))
    tokenizer.model_max_length = min(n for n in limits if n and 0 < n < _UNBOUNDED)
    commit = pretrained.commit(weights, revision)
    return LoadedWeights(model, tokenizer, tokenizer.model_max_length, commit)
