"""What everything that loads pretrained weights shares: the device, the commit, and silence."""

from pathlib import Path

import torch
from huggingface_hub import try_to_load_from_cache
from huggingface_hub.constants import HF_HUB_OFFLINE
from transformers.utils import logging

from bench.errors import BenchError
from bench.weights import locate


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


def check_here(weights: str, revision: str | None) -> None:
    """Raise now what loading would raise later: nothing is there, and the hub may not be asked."""
    place = locate(weights)
    if isinstance(place, str) and HF_HUB_OFFLINE and commit(weights, revision) is None:
        raise BenchError(
            f"The weights {place!r} (revision {revision or 'main'}) are not in the hub's cache, "
            "and the hub may not be asked (offline=true, or HF_HUB_OFFLINE=1). Download them "
            f"first: hf download {place}"
        )


def hush() -> None:
    """No bar for reading weights and no advice; the hub's bars for downloads stay."""
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
