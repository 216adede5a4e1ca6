"""What everything that loads pretrained weights shares: device, snapshot, file formats, silence."""

import gc
import logging
import threading
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from shlex import quote
from typing import Any

import torch
from huggingface_hub import snapshot_download, try_to_load_from_cache
from huggingface_hub.constants import HF_HUB_OFFLINE
from huggingface_hub.utils.tqdm import (
    are_progress_bars_disabled,
    disable_progress_bars,
    enable_progress_bars,
)
from transformers.utils import logging as transformers_logging

from summbench.core.errors import SummbenchError
from summbench.core.hub_cache import describe_no_network, find_hub_problem
from summbench.core.weights import locate

_LOG = logging.getLogger("summbench")
UNBOUNDED = 10**9
"""Tokenisers without a limit say more than this."""
_LOADING = threading.Lock()  # from_pretrained sets torch's default dtype, and its initialisers
_PICKLES = "*.bin"
_OTHER_FORMATS = (
    "*/*", "*.pt", "*.pth", "*.ckpt", "*.h5", "*.msgpack", "*.ot", "*.onnx", "*.gguf",
)  # fmt: skip


def _advise(weights: str, revision: str | None = None) -> str:
    command = f"summbench weights convert {quote(weights)}"
    if revision and isinstance(locate(weights), str):
        command += f" --revision {quote(revision)}"
    return (
        f"convert them with `{command}`, or set allow_pickle: true for this model or metric, if "
        "you trust them"
    )


def resolve_device(name: str) -> str:
    """Return the device of that name; "auto" is a GPU if there is one."""
    if name != "auto":
        return name
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def free_memory() -> None:
    """Collect garbage, in which weights may be, and give a GPU its unused memory back."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def find_commit(weights: str, revision: str | None) -> str | None:
    """Return the commit of a hub id in the hub's cache; None for a path and if nothing is there."""
    place = locate(weights)
    snapshot = None if isinstance(place, Path) else _find_snapshot(place, revision)
    return None if snapshot is None else snapshot.name


def require_cached(weights: str, revision: str | None, offline: bool) -> None:
    """Raise SummbenchError if the weights are not here and the hub can't be asked for them."""
    place = locate(weights)
    if isinstance(place, Path) or _find_snapshot(place, revision) is not None:
        return
    if offline or HF_HUB_OFFLINE:
        raise SummbenchError(
            f"The weights {place!r} (revision {revision or 'main'}) are not in the hub's cache, "
            "and the hub may not be asked (offline=true, or HF_HUB_OFFLINE=1). Download them "
            f"once where there is a network (hf download {place}), or give a folder."
        )
    if problem := find_hub_problem():
        raise SummbenchError(
            f"The weights {place!r} are not in the hub's cache, and "
            f"{describe_no_network(problem, place)}."
        )


def require_safetensors(weights: str, revision: str | None, offline: bool) -> None:
    """Raise SummbenchError if a folder, or offline the hub's cache, has a pickle only."""
    place = locate(weights)
    if isinstance(place, str) and not (offline or HF_HUB_OFFLINE):
        return
    folder = place if isinstance(place, Path) else _find_snapshot(place, revision)
    if folder is None or any(folder.glob("*.safetensors")):
        return
    if pickles := sorted(file.name for file in folder.glob(_PICKLES)):
        raise SummbenchError(
            f"The weights {weights!r} are there as a pickle only ({pickles[0]}), which can run "
            f"code when it is read; {_advise(weights, revision)}."
        )


def fetch(weights: str, revision: str | None, allow_pickle: bool, offline: bool) -> Path:
    """Return the local file or folder of the weights; a hub id is downloaded first.

    What is loaded from a folder asks nobody: transformers, given a hub id, would have a converter
    on the hub make safetensors of a pickle. With `offline` or HF_HUB_OFFLINE=1 no socket is opened.
    """
    ignored = [*_OTHER_FORMATS, *([] if allow_pickle else [_PICKLES])]
    folder = _download(weights, revision, ignored, offline)
    is_on_the_hub = isinstance(locate(weights), str)
    if is_on_the_hub and not allow_pickle and not any(folder.glob("*.safetensors")):
        raise SummbenchError(
            f"The weights {weights!r} have no safetensors file; {_advise(weights)}."
        )
    return folder


def fetch_tokenizer(checkpoint: str, revision: str | None, offline: bool) -> Path:
    """Return the folder with config and tokeniser; the weights beside them aren't downloaded."""
    return _download(checkpoint, revision, [*_OTHER_FORMATS, _PICKLES, "*.safetensors"], offline)


def _download(checkpoint: str, revision: str | None, ignored: list[str], offline: bool) -> Path:
    place = locate(checkpoint)
    if isinstance(place, Path):
        return place
    require_cached(checkpoint, revision, offline)
    is_offline = offline or HF_HUB_OFFLINE or find_hub_problem() is not None
    snapshot = _find_snapshot(place, revision) if is_offline else None
    if snapshot is not None:
        return snapshot
    try:
        return Path(snapshot_download(place, revision=revision, ignore_patterns=ignored))
    except Exception as error:
        raise build_loading_error(checkpoint, error) from error


def _find_snapshot(hub_id: str, revision: str | None) -> Path | None:
    file = try_to_load_from_cache(hub_id, "config.json", revision=revision)
    return Path(file).parent if isinstance(file, str) else None


def require_all_parameters(missing: Iterable[str]) -> None:
    """Raise ValueError, if some parameters are in no file: they would be random."""
    if names := sorted(missing):
        more = f" and {len(names) - 3:,} more" if len(names) > 3 else ""
        raise ValueError(
            f"{', '.join(names[:3])}{more} would be random: the files don't have them. They may be "
            "of a model of another class"
        )


def build_format_kwargs(weights: str, allow_pickle: bool) -> dict[str, Any]:
    """Return the keyword by which transformers reads safetensors and nothing else."""
    if allow_pickle:
        _LOG.warning("%s: allow_pickle is on; reading its weights may run code in them", weights)
        return {}
    return {"use_safetensors": True}


def build_loading_error(weights: str, error: Exception) -> SummbenchError:
    """Return the error that says why the weights could not be loaded."""
    advice = f" Or {_advise(weights)}." if "use_safetensors" in str(error) else ""
    return SummbenchError(f"the weights {weights!r} could not be loaded: {error}{advice}")


class _Silence:
    """How many blocks want silence, and what the last of them restores."""

    def __init__(self) -> None:
        self._lock, self._blocks = threading.Lock(), 0
        self._verbosity, self._has_bars, self._has_hub_bars = 0, False, False

    def begin(self) -> None:
        with self._lock:
            if self._blocks == 0:
                self._verbosity = transformers_logging.get_verbosity()
                self._has_bars = transformers_logging.is_progress_bar_enabled()
                self._has_hub_bars = not are_progress_bars_disabled()
                transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
                if self._has_hub_bars:
                    enable_progress_bars()  # another thread may be downloading
                transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
            self._blocks += 1

    def end(self) -> None:
        with self._lock:
            self._blocks -= 1
            if self._blocks == 0:
                transformers_logging.set_verbosity(self._verbosity)
                if self._has_bars:
                    transformers_logging.enable_progress_bar()  # type: ignore[no-untyped-call]
                if not self._has_hub_bars:
                    disable_progress_bars()


_SILENCE = _Silence()


@contextmanager
def silence_transformers() -> Iterator[None]:
    """Show no bar and no advice of transformers inside; its settings are restored at the end."""
    _SILENCE.begin()
    try:
        yield
    finally:
        _SILENCE.end()


@contextmanager
def guard_loading(weights: str) -> Iterator[None]:
    """Let one thread at a time read weights, in silence; any error says which weights it was."""
    try:
        with _LOADING, silence_transformers(), _accelerate(weights):
            yield
    except SummbenchError:
        raise
    except Exception as error:
        raise build_loading_error(weights, error) from error


def _accelerate(weights: str) -> AbstractContextManager[None]:
    if not weights.endswith(".gguf"):
        return nullcontext()
    from summbench.models.gguf_loading import accelerate_gguf  # noqa: PLC0415 - few have the package

    return accelerate_gguf()
