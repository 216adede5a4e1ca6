"""The context of a server: whether it cut a prompt, or refuses one, and how to give it a larger."""

from __future__ import annotations

import re

from summbench.models.completion import Usage

RAISE_CONTEXT = (
    "raise the server's context (Ollama: OLLAMA_CONTEXT_LENGTH, or num_ctx in a Modelfile; vLLM: "
    "--max-model-len; llama.cpp: --ctx-size; TGI: --max-total-tokens)"
)
_TOO_LONG = re.compile(
    r"context.?(length|size|window)|too (long|large|many tokens)|less than \d+ .?tokens"
    r"|tokens.{0,3} \+ .{0,3}max_new_tokens.{0,3} must be|exceeds? the (maximum|limit)"
    r"|(input|prompt).{0,40}(exceeds|longer than)",
    re.I,
)
_REPEATED = re.compile(r"(.)\1+", re.DOTALL)
_DENSE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_CONTEXT_STEP = 1024


def is_too_long(error: str) -> bool:
    """Return whether the server's error says that a prompt does not fit its context."""
    return _TOO_LONG.search(error) is not None


def is_cut(prompt: str, usage: Usage) -> bool:
    """Return whether the server read fewer tokens than the prompt can have.

    News has 3 to 5 characters a token in the large vocabularies of today; a token of 8 on average
    would be longer than an English word with its space. A character that is repeated counts once,
    as vocabularies have tokens of many spaces or dashes. A Chinese, Japanese or Korean character
    is half a token or more, and taken as a quarter. Context sizes are multiples of 1024: of so many
    tokens exactly, 5.5 characters a token are enough.
    """
    if not usage.input_tokens:
        return False
    text = _REPEATED.sub(r"\1", prompt)
    weight = len(text) + len(_DENSE.findall(text))  # in halves of the least token of Latin text
    is_context_size = usage.input_tokens % _CONTEXT_STEP == 0
    return usage.input_tokens + usage.cached < weight / (5.5 if is_context_size else 8)
