"""The configs and the corpus that are shipped with the package."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

_CLONE = Path(__file__).resolve().parents[3]


def get_resource_path(folder: str) -> Path:
    """Return the folder `configs` or `data`, of the installed package or of this clone.

    Raises: FileNotFoundError, if the installation is damaged.
    """
    packaged = files("summbench") / folder
    if packaged.is_dir():
        with as_file(packaged) as path:
            return path
    if (_CLONE / "bench" / "summbench").is_dir() and (_CLONE / "pyproject.toml").is_file():
        return _CLONE / folder
    raise FileNotFoundError(f"summbench is installed without its folder {folder!r}.")
