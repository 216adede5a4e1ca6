"""Memory that is measured, and limited, on a GPU; on a CPU tensors are counted instead."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch

from summbench.models.pretrained import free_memory


def count_bytes(device: str) -> int:
    """Bytes of the tensors that are alive, garbage that was not collected included."""
    if device == "cuda":
        return torch.cuda.memory_allocated()
    tensors = [o for o in gc.get_objects() if issubclass(type(o), torch.Tensor)]
    return sum(t.numel() * t.element_size() for t in tensors)


def allocate_workspaces(device: str) -> None:
    """Let cuBLAS take, in each precision, what it keeps until the process ends."""
    for dtype in (torch.float32, torch.bfloat16):
        ones = torch.ones(64, 64, device=device, dtype=dtype)
        torch.nn.functional.linear(ones, ones, ones[0])


def measure_peak(work: Callable[[], Any]) -> tuple[Any, int, int]:
    """The result, and the bytes reserved on the GPU afterwards and at most."""
    torch.cuda.reset_peak_memory_stats()
    result = work()
    peak = torch.cuda.max_memory_reserved()
    free_memory()
    return result, torch.cuda.memory_reserved(), peak


@contextmanager
def limit_memory(n_bytes: int) -> Iterator[None]:
    """Let the process reserve no more than that on the GPU inside."""
    total = torch.cuda.get_device_properties(0).total_memory
    torch.cuda.set_per_process_memory_fraction(n_bytes / total)
    try:
        yield
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)


@contextmanager
def limit_rows(model: Any, most: float = float("inf")) -> Iterator[list[int]]:
    """Yield the rows of each call of the model inside; more than `most` run out of memory."""
    rows: list[int] = []

    def refuse(module: Any, args: Any, kwargs: dict[str, Any]) -> None:
        rows.append(max(len(v) for v in kwargs.values() if isinstance(v, torch.Tensor)))
        if rows[-1] > most:
            raise torch.OutOfMemoryError("out of memory, says a hook")

    hook = model.register_forward_pre_hook(refuse, with_kwargs=True)
    try:
        yield rows
    finally:
        hook.remove()


@contextmanager
def record_warnings() -> Iterator[list[str]]:
    """Yield what summbench logs inside, which is then not printed."""
    logger, messages = logging.getLogger("summbench"), list[str]()
    handler = logging.Handler()
    handler.emit = lambda record: messages.append(record.getMessage())  # type: ignore[method-assign]
    propagate, logger.propagate = logger.propagate, False
    logger.addHandler(handler)
    try:
        yield messages
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagate
