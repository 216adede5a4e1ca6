"""Weights of the neural metrics, loaded and checked to be whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import torch
from transformers import AutoConfig

from summbench.models import pretrained
from summbench.models.tokenizer import limit_length, load_tokenizer


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
    offline: bool = False,
    optional: str | None = None,
    base: Path | None = None,
    key_mapping: Mapping[str, str] | None = None,
) -> LoadedWeights:
    """Load a model in float32 by a class of transformers such as `AutoModel`.

    `prepare` checks, or changes, config and tokeniser before the weights are read. Parameters whose
    name has the word `optional` may be missing from the files. `base` is the folder with config and
    tokeniser, if they are not beside the weights; `key_mapping` (pattern -> replacement) renames
    parameters.

    Raises:
        SummbenchError: the files cannot be read, `prepare` refuses them, or a parameter is missing.
    """
    formats = pretrained.build_format_kwargs(weights, allow_pickle)
    folder = pretrained.fetch(weights, revision, allow_pickle, offline)
    with pretrained.guard_loading(weights):
        config: Any = AutoConfig.from_pretrained(base or folder)
        tokenizer = load_tokenizer(pretrained_model_name_or_path=base or folder)
        prepare(config, tokenizer)
        model, report = auto_class.from_pretrained(
            folder,
            config=config,
            dtype=torch.float32,
            output_loading_info=True,
            key_mapping=key_mapping,
            **formats,
        )
        missing = (k for k in report["missing_keys"] if not optional or optional not in k)
        pretrained.require_all_parameters(missing)
        model = model.eval().to(device)
    limit = limit_length(tokenizer, config, max_length)
    return LoadedWeights(model, tokenizer, limit, pretrained.find_commit(weights, revision))
