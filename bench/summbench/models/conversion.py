"""Weights that are there as a pickle only, read once without running anything, as safetensors."""

from __future__ import annotations

import json
import pickle
import re
import shutil
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from summbench.core.errors import SummbenchError
from summbench.core.json_text import parse_json
from summbench.core.weights import Conversion, locate
from summbench.models import pretrained

_DEFAULT_FOLDER = Path("weights")
_PICKLE = re.compile(r"pytorch_model(-\d+-of-\d+)?\.bin")
_INDEX = "pytorch_model.bin.index.json"
_NOT_COPIED = {
    ".bin", ".safetensors", ".pt", ".pth", ".ckpt", ".h5", ".msgpack", ".ot", ".onnx", ".gguf",
    ".pkl", ".py",
}  # fmt: skip
_GLOBAL = re.compile(r"GLOBAL (\S+)")


def convert_weights(
    weights: str, out: Path | None = None, revision: str | None = None, offline: bool = False
) -> Conversion:
    """Write the weights of a hub id or folder as safetensors, with config and tokeniser beside.

    Pickles are read with torch's weights_only, which builds tensors and runs no code. Tensors that
    share memory are written once for each of their names. `out` is weights/<name> if None; it is
    there whole or not at all. Code (*.py) is not copied.

    Raises:
        SummbenchError: there is no such checkpoint, `out` exists, or a pickle holds something else.
    """
    place = locate(weights)
    if isinstance(place, Path) and not place.is_dir():
        raise SummbenchError(f"{weights!r} is a file; give the folder that it is in, or a hub id.")
    source = pretrained.fetch(weights, revision, allow_pickle=True, offline=offline)
    if existing := sorted(file.name for file in source.glob("*.safetensors")):
        return Conversion(weights, source, existing=tuple(existing))
    pickles = sorted(file for file in source.iterdir() if _PICKLE.fullmatch(file.name))
    if not pickles:
        raise SummbenchError(f"{weights!r} has no pytorch_model.bin: there is nothing to convert.")
    folder = out if out is not None else _DEFAULT_FOLDER / Path(place).name
    if folder.exists():
        raise SummbenchError(f"{folder} exists; remove it, or give another folder with --out.")
    commit = pretrained.find_commit(weights, revision)
    origin = {"source": f"{weights}@{commit}"} if commit else {}
    unfinished = folder.with_name(f".{folder.name}.tmp")
    try:
        conversion = _write(pickles, source, unfinished, weights, folder, origin)
        unfinished.replace(folder)
    except OSError as error:
        raise SummbenchError(f"{folder} can't be written ({error.strerror}).") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return conversion


def _write(
    pickles: Iterable[Path],
    source: Path,
    target: Path,
    weights: str,
    folder: Path,
    origin: Mapping[str, str],
) -> Conversion:
    shutil.rmtree(target, ignore_errors=True)  # of a run that was killed
    target.mkdir(parents=True)
    n_tensors = size = n_copies = 0
    for file in pickles:
        tensors, shared = _separate(_read_pickle(file, weights))
        converted = target / _rename(file.name)
        save_file(tensors, converted, metadata={"format": "pt", **origin})
        n_tensors += len(tensors)
        n_copies += shared
        size += converted.stat().st_size
    for file in source.iterdir():
        if file.is_file() and not file.name.startswith(".") and file.suffix not in _NOT_COPIED:
            if file.name == _INDEX:
                _write_index(file, target)
            else:
                shutil.copyfile(file, target / file.name)
    return Conversion(weights, folder, n_tensors, size, n_copies)


def _read_pickle(file: Path, weights: str) -> dict[str, torch.Tensor]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about the pickle's protocol
            content: Any = torch.load(file, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        name = _GLOBAL.search(str(error))
        reason = f"asks for {name[1]}" if name else "does something that weights need not do"
        raise SummbenchError(
            f"The pickle {file.name} of {weights!r} {reason}; it holds more than tensors, so "
            "nothing of it was run and nothing was written."
        ) from error
    except (RuntimeError, EOFError, ValueError, KeyError) as error:
        raise SummbenchError(
            f"The pickle {file.name} of {weights!r} is damaged, and can't be read."
        ) from error
    if not isinstance(content, dict):
        raise SummbenchError(f"The pickle {file.name} of {weights!r} is no table of tensors.")
    for name, value in content.items():
        if not isinstance(name, str) or not isinstance(value, torch.Tensor):
            raise SummbenchError(
                f"The pickle {file.name} of {weights!r} has {name!r} of type "
                f"{type(value).__name__}, where a model's weights have tensors only."
            )
    return content


def _separate(tensors: Mapping[str, torch.Tensor]) -> tuple[dict[str, torch.Tensor], int]:
    """Give each name memory of its own, as the format wants; also how many had to be copied."""
    separate: dict[str, torch.Tensor] = {}
    storages: set[int] = set()
    n_copies = 0
    for name, tensor in tensors.items():
        storage = tensor.untyped_storage().data_ptr()
        is_shared = storage in storages and tensor.numel() > 0
        n_copies += is_shared
        separate[name] = tensor.clone() if is_shared else tensor
        separate[name] = separate[name].contiguous()
        storages.add(storage)
    return separate, n_copies


def _write_index(file: Path, target: Path) -> None:
    """The table of which tensor is in which file, with the files' new names."""
    index = parse_json(file.read_text(encoding="utf-8"))
    index["weight_map"] = {name: _rename(part) for name, part in index["weight_map"].items()}
    text = json.dumps(index, indent=2, sort_keys=True) + "\n"
    (target / "model.safetensors.index.json").write_text(text, encoding="utf-8")


def _rename(name: str) -> str:
    return name.replace("pytorch_model", "model").replace(".bin", ".safetensors")
