"""What everything that loads pretrained weights shares: device, commit, file formats, silence."""

import logging
import os
from pathlib import Path
from typing import Any

import torch
from huggingface_hub import try_to_load_from_cache
from huggingface_hub.constants import HF_HUB_OFFLINE
from transformers.utils import logging as transformers_logging

from summbench.core.errors import SummbenchError
from summbench.core.weights import locate

# Or transformers asks a converter on the hub for weights that are not at the revision asked for.
os.environ.setdefault("DISABLE_SAFETENSORS_CONVERSION", "1")
_LOG = logging.getLogger("summbench")
_ALLOW = "set allow_pickle: true for this model or metric, if you trust them"


def device(wanted: str) -> str:
    """The wanted device; "auto" is a GPU if there is one."""
    if wanted != "auto":
        return wanted
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def commit(weights: str, revision: str | None) -> str | None:
    """The commit of a hub id, by its folder in the hub's cache: transformers 5 does not say it."""
    place = locate(weights)
    if isinstance(place, Path):
        return None
    file = try_to_load_from_cache(place, "config.json", revision=revision)
    return Path(file).parent.name if isinstance(file, str) else None


def check_here(weights: str, revision: str | None, allow_pickle: bool = False) -> None:
    """Raise now what loading would raise later: nothing is there, and the hub may not be asked."""
    place = locate(weights)
    if isinstance(place, str) and HF_HUB_OFFLINE and commit(weights, revision) is None:
        raise SummbenchError(
            f"The weights {place!r} (revision {revision or 'main'}) are not in the hub's cache, "
            "and the hub may not be asked (offline=true, or HF_HUB_OFFLINE=1). Download them "
            f"first: hf download {place}"
        )
    if not allow_pickle:
        check_safe(weights, revision)


def check_safe(weights: str, revision: str | None) -> None:
    """Raise if all that is there is a pickle, as far as it can be known without asking the hub."""
    pickles = _pickles_only(locate(weights), revision)
    if pickles:
        raise SummbenchError(
            f"The weights {weights!r} are there as a pickle only ({pickles[0]}), which can run "
            f"code when it is read; save them as safetensors, or {_ALLOW}."
        )


def _pickles_only(place: Path | str, revision: str | None) -> list[str]:
    """The pickles of a folder without safetensors, or of a hub id when the hub may not be asked."""
    if isinstance(place, str):
        file = try_to_load_from_cache(place, "config.json", revision=revision)
        if not (HF_HUB_OFFLINE and isinstance(file, str)):
            return []
        place = Path(file).parent
    pickles = sorted(file.name for file in place.glob("*.bin"))
    return [] if any(place.glob("*.safetensors")) else pickles


def formats(weights: str, allow_pickle: bool) -> dict[str, Any]:
    """The keyword by which transformers reads safetensors and nothing else; a warning if not so."""
    if allow_pickle:
        _LOG.warning("%s: allow_pickle is on; reading its weights may run code in them", weights)
        return {}
    return {"use_safetensors": True}


def unloadable(weights: str, error: Exception) -> SummbenchError:
    """Why the weights could not be loaded."""
    advice = f" Or {_ALLOW}." if "use_safetensors" in str(error) else ""
    return SummbenchError(f"the weights {weights!r} could not be loaded: {error}{advice}")


def hush() -> None:
    """No bar for reading weights and no advice; the hub's bars for downloads stay."""
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
