"""What is installed here: packages, extras and devices, and how to install what is missing."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from summbench.core.errors import SummbenchError
from summbench.evaluation.requirements import PackageStatus, list_packages
from summbench.store.atomic_files import check_writable


@dataclass(frozen=True, slots=True)
class Installation:
    """`devices` are GPUs or the CPU, None without torch; `results_error` is why runs would fail."""

    summbench: str
    python: str
    platform: str
    packages: Sequence[PackageStatus]
    devices: Sequence[str] | None
    threads: int
    results_error: str | None


def check_installation(results: Path) -> Installation:
    """Check packages and devices, and whether runs can write to the folder `results`."""
    devices, threads = _list_devices()
    return Installation(
        version("summbench"),
        platform.python_version(),
        platform.platform(),
        list_packages(),
        devices,
        threads,
        _check_results(results),
    )


def _list_devices() -> tuple[list[str] | None, int]:
    """Return the GPUs, or the CPU, with the number of threads; None without torch."""
    if find_spec("torch") is None:
        return None, 0
    torch = import_module("torch")
    gpus = [str(torch.cuda.get_device_name(i)) for i in range(torch.cuda.device_count())]
    return gpus or ["CPU"], int(torch.get_num_threads())


def _check_results(results: Path) -> str | None:
    try:
        check_writable(results, "results=FOLDER")
    except SummbenchError as error:
        return str(error)
    return None
