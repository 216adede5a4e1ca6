"""A check of models and metrics on a GPU, in five minutes at most, without a network.

`python -m tests.performance.gpu [--budget SECONDS] [--write]`: checkpoints of real sizes with
random weights, through the shipped configs. `--write` puts the table into tests/README.md. Without
a GPU the same checks run on tiny checkpoints on the CPU, and nothing is written.
"""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import torch
from transformers import __version__ as transformers_version

from summbench.models.pretrained import free_memory
from tests.performance import gpu_checks as checks
from tests.performance.__main__ import README, replace_part
from tests.performance.gpu_checkpoints import REAL, TINY, Checkpoints
from tests.performance.gpu_checks import Row

BUDGET = 300.0
_HEAD = "| check | checkpoint | dtype | result | holds | s |\n| --- | --- | --- | --- | --- | --: |"
_LEFT_OUT = "left out: no time"
Part = tuple[str, str, str]
"""What is checked, on which checkpoint, in which dtype."""


def list_parts(checkpoints: Checkpoints) -> dict[Part, Callable[[], Row]]:
    """All parts; those that take long are last, so that the budget leaves out few."""
    parts: dict[Part, Callable[[], Row]] = {}
    parts["memory is freed", "bart, llama", "float32"] = partial(checks.check_release, checkpoints)
    for metric in ("bertscore", "nli"):
        check = partial(checks.check_metric, checkpoints, metric)
        parts[f"{metric}: batches, order", "roberta", "float32"] = check
    for name, of_model in (
        ("out of memory", checks.check_out_of_memory),
        ("throughput", checks.check_throughput),
        ("batches, order, padding", checks.check_variations),
    ):
        for family in ("bart", "llama"):
            for dtype in ("float32", "bfloat16"):
                parts[name, family, dtype] = partial(of_model, checkpoints, family, dtype)
    return parts


def run_parts(
    parts: Mapping[Part, Callable[[], Row]], budget: float
) -> Iterator[tuple[Part, Row, float]]:
    """Yield each part, its row and seconds; a part that may not be done in time is left out."""
    start, longest = perf_counter(), 0.0
    for part, check in parts.items():
        begun = perf_counter()
        if begun - start + longest > budget:
            yield part, Row(_LEFT_OUT), 0.0
            continue
        try:
            row = check()
        except Exception as error:
            row = Row(
                f"failed: {type(error).__name__}: {' '.join(str(error).split())[:200]}", False
            )
        free_memory()
        seconds = perf_counter() - begun
        longest = max(longest, seconds)
        yield part, row, seconds


def format_row(part: Part, row: Row, seconds: float, names: Mapping[str, str]) -> str:
    """A line of the table."""
    name, families, dtype = part
    checkpoint = ", ".join(names[family] for family in families.split(", "))
    holds = {True: "yes", False: "NO", None: "-"}[row.holds]
    cells = (name, checkpoint, dtype, row.result.replace("|", "\\|"), holds, f"{seconds:.1f}")
    return f"| {' | '.join(cells)} |"


def describe_device(device: str) -> str:
    """The date, the device and the versions, in a sentence."""
    place = torch.cuda.get_device_name() if device == "cuda" else "CPU, tiny checkpoints: no GPU"
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {place}; Python {platform.python_version()}, "
        f"torch {torch.__version__}, transformers {transformers_version}."
    )


def main(arguments: list[str] | None = None) -> int:
    """Print the table, and write it on request; 1 if something does not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.performance.gpu", description=__doc__)
    parser.add_argument("--budget", type=float, default=BUDGET, metavar="SECONDS")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args(arguments)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    if options.write and device != "cuda":
        parser.error("there is no GPU here, and figures of a CPU are not written")
    lines, rows = [], []
    with TemporaryDirectory(prefix="summbench-gpu-") as folder:
        checkpoints = Checkpoints(Path(folder), REAL if device == "cuda" else TINY, device)
        for part, row, seconds in run_parts(list_parts(checkpoints), options.budget):
            lines.append(format_row(part, row, seconds, checkpoints.sizes.names))
            rows.append(row)
            print(lines[-1], file=sys.stderr, flush=True)
    left_out = sum(row.result == _LEFT_OUT for row in rows)
    note = describe_device(device)
    note += f" {left_out} of {len(rows)} parts left out: the budget was spent." if left_out else ""
    table = "\n".join([note, "", _HEAD, *lines])
    print(f"\n{table}")
    if options.write:
        text = replace_part(README.read_text(encoding="utf-8"), "gpu", table)
        README.write_text(text, encoding="utf-8")
    return int(any(row.holds is False for row in rows))


if __name__ == "__main__":
    sys.exit(main())
