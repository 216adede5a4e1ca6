"""What the references of a config (`${key}`) make of it, reckoned before they are resolved."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any

from omegaconf import Container, DictConfig, Node, OmegaConf
from omegaconf.resolvers import oc

from summbench.core.errors import SummbenchError
from summbench.core.redaction import REFERRED

_REFERENCE = re.compile(r"[$]{\s*(?:oc[.][\w.]+\s*:\s*)?([.]*)([^${}:,\s]++)(?!\s*:)")
_PARTS = re.compile(r"[^.\[\]'\"]+")
_LARGEST = 1_000_000
_DEEPEST = 64

Path = tuple[str, ...]


def check_references(config: DictConfig) -> None:
    """Refuse a config that refers to itself, or is too large once its references are resolved.

    Raises: SummbenchError.
    """
    content = OmegaConf.to_container(config, resolve=False)
    if _Measure(content).measure(content, (), 0) > _LARGEST:
        raise SummbenchError(
            f"The config has over {_LARGEST:,} characters once its references (${{...}}) are "
            "resolved; it has to be smaller."
        )


def guard_resolvers() -> None:
    """Let no reference be made of pieces of text, and remember which variables are read.

    Pieces could not be reckoned before; the values of variables must not be written down.
    """
    OmegaConf.register_new_resolver("oc.env", _read_variable, replace=True)
    OmegaConf.register_new_resolver("oc.create", _create, replace=True)
    OmegaConf.register_new_resolver("oc.decode", _decode, replace=True)


def _read_variable(name: str, *default: Any) -> str | None:
    names = {*os.environ.get(REFERRED, "").split(","), name} - {""}
    if name in os.environ:
        os.environ[REFERRED] = ",".join(sorted(names))
    return oc.env(name, *default)


def _create(value: Any, _parent_: Container) -> Any:
    return oc.create(_require_plain(value), _parent_)


def _decode(value: str | None, _parent_: Container, _node_: Node) -> Any:
    return oc.decode(_require_plain(value), _parent_, _node_)


def _require_plain(value: Any) -> Any:
    if "${" in str(value):
        raise ValueError("oc.create and oc.decode take no text with a reference in it")
    return value


class _Measure:
    """Characters of the parts of a config with their references resolved; each part once."""

    def __init__(self, content: Any) -> None:
        self._content = content
        self._sizes: dict[Path, int | None] = {}

    def measure(self, value: Any, at: Path, depth: int) -> int:
        """Return the size of a value that stands at this place."""
        if isinstance(value, Mapping):
            return 1 + sum(self.measure(v, (*at, str(k)), depth) for k, v in value.items())
        if isinstance(value, list):
            return 1 + sum(self.measure(v, (*at, str(i)), depth) for i, v in enumerate(value))
        if not isinstance(value, str) or "${" not in value:
            return len(str(value))
        if depth > _DEEPEST:
            raise SummbenchError(
                f"References of the config (${{...}}) lead from one to another over {_DEEPEST} "
                "times; name the value itself."
            )
        places = (
            (at[: -len(dots)] if dots else ()) + tuple(_PARTS.findall(key))
            for dots, key in _REFERENCE.findall(value)
            if _PARTS.search(key)
        )
        return len(value) + sum(self._measure_place(place, depth + 1) for place in places)

    def _measure_place(self, place: Path, depth: int) -> int:
        if place not in self._sizes:
            self._sizes[place] = None
            self._sizes[place] = self.measure(self._find(place), place, depth)
        size = self._sizes[place]
        if size is None:
            raise SummbenchError(
                f"The config refers to itself: {'.'.join(place)} is made of its own value."
            )
        return size

    def _find(self, place: Path) -> Any:
        """The value at a place; nothing where there is none, which resolving will tell."""
        value = self._content
        for key in place:
            if isinstance(value, list):
                value = dict(zip(map(str, range(len(value))), value, strict=True))
            if not isinstance(value, Mapping):
                return ""
            value = {str(k): v for k, v in value.items()}.get(key, "")
        return value
