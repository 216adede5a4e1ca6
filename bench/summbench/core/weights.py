"""Where a model's weights are, and what identifies them."""

import hashlib
import re
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from summbench.core.errors import SummbenchError

_PACKAGE = "package://"
_HUB_ID = re.compile(r"(?=.{1,200}$)\w[\w.-]*(/\w[\w.-]*)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Conversion:
    """What was converted; `existing` are safetensors that were there, so that nothing was done."""

    weights: str
    folder: Path
    tensors: int = 0
    size: int = 0
    copies: int = 0
    existing: tuple[str, ...] = ()


def locate(weights: str) -> Path | str:
    """Return the file or folder that `weights` names, or the text itself if it is a hub id.

    `package://module/file` is a file inside an installed package, which is not imported.
    """
    if not weights.startswith(_PACKAGE):
        path = Path(weights).expanduser()
        with suppress(OSError):  # of a name that is too long
            if path.exists():
                return path.absolute()
        if not _HUB_ID.fullmatch(weights):
            raise SummbenchError(f"The weights {weights!r} do not exist; nothing is at {path}.")
        return weights
    module, _, inside = weights.removeprefix(_PACKAGE).partition("/")
    top, *inner = module.split(".")
    spec = find_spec(top)  # asked for an inner package, it would import the outer one
    for folder in (spec and spec.submodule_search_locations) or []:
        if Path(folder, *inner, inside).exists():
            return Path(folder, *inner, inside)
    problem = "is not installed" if spec is None else f"has no file {inside!r}"
    raise SummbenchError(f"The weights {weights!r} are missing: the package {module!r} {problem}.")


def identify(weights: str, revision: str | None = None) -> str:
    """Return the content hash of local weights, or the hub id with its revision."""
    place = locate(weights)
    if isinstance(place, str):
        return f"hub:{place}@{revision or 'main'}"
    files = [place] if place.is_file() else sorted(f for f in place.rglob("*") if f.is_file())
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.relative_to(place.parent).as_posix()}\0".encode())
        with file.open("rb") as data:
            digest.update(hashlib.file_digest(data, "sha256").digest())
    return f"sha256:{digest.hexdigest()}"
