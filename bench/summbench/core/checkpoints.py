"""Which model class a checkpoint needs, by its own config; no weights and no torch are loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from summbench.core.errors import SummbenchError
from summbench.core.hub_cache import describe_no_network, find_hub_problem
from summbench.core.json_text import parse_json
from summbench.core.weights import locate

_CHAT_PROMPT = "{article}\n\nSummarise the news article above in three short sentences."
_PLAIN_PROMPT = "{article}\n\nTL;DR:"  # Radford et al., 2019
_ENCODER_DECODER = ("ForConditionalGeneration", "MTModel")
_DECODER = ("ForCausalLM", "LMHeadModel")


def resolve_checkpoint(
    weights: str, *, revision: str | None = None, offline: bool = False
) -> dict[str, Any]:
    """Return the config node of a hub id or of a folder with a `config.json`.

    An encoder-decoder becomes Seq2Seq, with the task prefix for summarisation that its config
    names, and LED's global attention; a decoder becomes Causal, with a chat if it has a template.

    Raises:
        SummbenchError: there is no such checkpoint, or it is of another kind.
    """
    config = _read_json(weights, "config.json", revision, offline)
    if config is None:
        raise SummbenchError(
            f"{weights!r} has no config.json, so it is no checkpoint of transformers; give a hub "
            "id or a folder that has one."
        )
    node: dict[str, Any] = {"weights": weights}
    if revision is not None:
        node["revision"] = revision
    architectures = [str(name) for name in config.get("architectures") or []]
    if config.get("is_encoder_decoder") and _has_ending(architectures, _ENCODER_DECODER):
        return node | _describe_seq2seq(config)
    if not config.get("is_encoder_decoder") and _has_ending(architectures, _DECODER):
        return node | _describe_causal(weights, revision, offline)
    raise SummbenchError(
        f"{weights!r} is a {', '.join(architectures) or 'model without a named architecture'}, "
        "which writes no text; summbench runs encoder-decoders (BART, T5) and decoder-only "
        "language models (Llama, Qwen)."
    )


def _has_ending(architectures: list[str], endings: tuple[str, ...]) -> bool:
    return any(name.endswith(endings) for name in architectures)


def _describe_seq2seq(config: dict[str, Any]) -> dict[str, Any]:
    node: dict[str, Any] = {"_target_": "summbench.models.seq2seq.Seq2Seq"}
    tasks = config.get("task_specific_params") or {}
    if prefix := (tasks.get("summarization") or {}).get("prefix"):
        node["prefix"] = prefix
    if config.get("model_type") == "led":
        node["global_attention"] = True
    return node


def _describe_causal(weights: str, revision: str | None, offline: bool) -> dict[str, Any]:
    chat = _has_chat_template(weights, revision, offline)
    return {
        "_target_": "summbench.models.causal.Causal",
        "prompt": _CHAT_PROMPT if chat else _PLAIN_PROMPT,
        "chat": chat,
    }


def _has_chat_template(weights: str, revision: str | None, offline: bool) -> bool:
    if _find_file(weights, "chat_template.jinja", revision, offline) is not None:
        return True
    tokenizer = _read_json(weights, "tokenizer_config.json", revision, offline)
    return bool((tokenizer or {}).get("chat_template"))


def _read_json(
    weights: str, name: str, revision: str | None, offline: bool
) -> dict[str, Any] | None:
    file = _find_file(weights, name, revision, offline)
    if file is None:
        return None
    try:
        content = parse_json(file.read_text(encoding="utf-8"), allow_repeated_keys=True)
    except ValueError as error:
        raise SummbenchError(f"{weights!r}: {name} is not valid JSON ({error}).") from error
    return content if isinstance(content, dict) else {}


def _find_file(weights: str, name: str, revision: str | None, offline: bool) -> Path | None:
    """The file of the checkpoint on this machine, downloaded first if that is allowed."""
    place = locate(weights)
    if isinstance(place, Path):
        return place / name if (place / name).is_file() else None
    from huggingface_hub import (  # noqa: PLC0415 - a folder does not need it
        constants,
        hf_hub_download,
    )
    from huggingface_hub.errors import (  # noqa: PLC0415
        EntryNotFoundError,
        HfHubHTTPError,
        HFValidationError,
        LocalEntryNotFoundError,
    )

    problem = None if offline or constants.HF_HUB_OFFLINE else find_hub_problem()
    is_local = offline or problem is not None
    try:
        return Path(hf_hub_download(place, name, revision=revision, local_files_only=is_local))
    except LocalEntryNotFoundError as error:
        if name != "config.json":
            return None
        reason = (
            "the hub may not be asked (offline=true, or HF_HUB_OFFLINE=1). Download it once where "
            f"there is a network (hf download {place}), or give a folder"
        )
        raise SummbenchError(
            f"{weights!r} is no file, folder or name of a config, and as a hub id it is not in "
            f"the hub's cache; {describe_no_network(problem, place) if problem else reason}."
        ) from error
    except EntryNotFoundError:
        return None
    except (HfHubHTTPError, HFValidationError) as error:
        reason = str(error).strip().splitlines()[0]
        raise SummbenchError(f"{weights!r} can't be had from the hub: {reason}") from error
