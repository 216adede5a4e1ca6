"""nltk without what rouge-score does not use: of its 700 modules the stemmer is one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import Any

_PACKAGES = ("nltk", "nltk.stem")
_LOCK = Lock()


class _Package(ModuleType):
    """A package whose `__init__` is run when something of it is asked for that is no submodule."""

    def __init__(self, name: str, folder: Path) -> None:
        super().__init__(name)
        self.__path__ = [str(folder)]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or sys.modules.get(self.__name__) is self:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        return getattr(import_module(self.__name__), name)


@contextmanager
def import_parts_of_nltk() -> Iterator[None]:
    """Import submodules of nltk without nltk's own `__init__`, which imports scipy.stats.

    What imports nltk later gets all of it, and so does what was imported in here once it asks for
    more. Nothing changes if nltk is imported already.
    """
    with _LOCK:
        spec = find_spec("nltk")
        if "nltk" in sys.modules or spec is None or not spec.submodule_search_locations:
            yield
            return
        folder = Path(spec.submodule_search_locations[0])
        for name in _PACKAGES:
            sys.modules[name] = _Package(name, folder.joinpath(*name.split(".")[1:]))
        try:
            yield
        finally:
            for name in [name for name in sys.modules if name.split(".")[0] == "nltk"]:
                del sys.modules[name]
