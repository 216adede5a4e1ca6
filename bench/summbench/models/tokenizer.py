"""The tokeniser of a checkpoint, and how long its inputs may be."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from transformers import AutoTokenizer

from summbench.core.errors import SummbenchError
from summbench.models.positions import list_input_positions
from summbench.models.pretrained import UNBOUNDED

_TOKENIZER = re.compile(r"tokenizer.*|.*vocab.*|.*\.(?:model|tiktoken)|merges\.txt")
_ADVICE = (
    "sequence-length-is-longer-than-the-specified-maximum",
    "Asking-to-pad-a-fast-tokenizer",
)


def load_tokenizer(**source: Any) -> Any:
    """Return the tokeniser, which gives no advice on long texts: they are truncated here."""
    folder = Path(source["pretrained_model_name_or_path"])
    if "gguf_file" not in source and not any(map(_TOKENIZER.fullmatch, _list_names(folder))):
        raise SummbenchError(_describe_no_tokenizer(folder))
    tokenizer: Any = AutoTokenizer.from_pretrained(**source)
    if len(tokenizer.get_vocab()) <= len(tokenizer.added_tokens_decoder):
        raise SummbenchError(_describe_no_tokenizer(folder))
    for advice in _ADVICE:
        tokenizer.deprecation_warnings[advice] = True  # "was given"
    return tokenizer


def _list_names(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir()] if folder.is_dir() else []


def _describe_no_tokenizer(folder: Path) -> str:
    return (
        f"There is no tokenizer in {folder}; expected tokenizer.json, or the files of its "
        "vocabulary. Save it there with tokenizer.save_pretrained(FOLDER)."
    )


def limit_length(tokenizer: Any, config: Any, limit: int) -> int:
    """Let the tokeniser truncate at `limit`, or at less if it or the model has less; return it."""
    limits = (limit, tokenizer.model_max_length, *list_input_positions(config))
    tokenizer.model_max_length = min(n for n in limits if n and 0 < n < UNBOUNDED)
    return int(tokenizer.model_max_length)
