"""`python -m tests.performance.parts 500 5000 50000`: a store of many small parts.

*written by one command*: that many parts of a row by one `Store`, each of them synced to the disk.
*found by a command*: as many that many processes wrote, so that nobody joined them; the command
lists, checks, joins and reads them. *read again*: by the next command. The exponent is the slope
between a size and the one before it.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import pyarrow as pa

from summbench.store.arrays import build_table
from summbench.store.parts import add_mark, build_part_name, serialize_table
from summbench.store.shapes import SHAPES
from summbench.store.store import Store
from tests.performance.growth import get_slope

SIZES = (500, 5_000, 50_000)
_FOLDER = Path("scores") / "m-f"
_HEAD = ("parts", "written by one command", "found by a command", "read again", "parts left")


def write(folder: Path, count: int) -> None:
    """As a run whose metric is slow: a part after each row."""
    store = Store(folder)
    for i in range(count):
        store.add_scores("m", "f", [f"{i:064x}"], {"a": [i / 7], "b": [i / 9]})


def scatter(folder: Path, count: int) -> None:
    """The same parts, without a `Store` that would join them."""
    place = folder / _FOLDER
    place.mkdir(parents=True)
    fields = [
        pa.field("key", pa.string(), False),
        *(pa.field(n, pa.float64(), False) for n in "ab"),
    ]
    for i in range(count):
        columns: dict[str, list[Any]] = {"key": [f"{i:064x}"], "a": [i / 7], "b": [i / 9]}
        table = build_table(columns, pa.schema(fields))
        data = serialize_table(add_mark(table, SHAPES["scores"], {}))
        (place / build_part_name(data, i + 1)).write_bytes(data)


def read(folder: Path, count: int) -> None:
    """As a run that finds all of its scores."""
    scores = Store(folder).load_scores("m", "f", (f"{i:064x}" for i in range(count)))
    assert len(scores) == count


def measure(work: Callable[[Path, int], None], folder: Path, count: int) -> tuple[float, float]:
    """Busy and clock seconds."""
    busy, clock = process_time(), perf_counter()
    work(folder, count)
    return process_time() - busy, perf_counter() - clock


def measure_size(count: int) -> tuple[list[tuple[float, float]], int]:
    """The costs of the three, and how many parts are left."""
    with tempfile.TemporaryDirectory() as place:
        written = measure(write, Path(place) / "one", count)
        scatter(Path(place) / "many", count)
        costs = [measure(read, Path(place) / "many", count) for _ in range(2)]
        return [written, *costs], len(list((Path(place) / "many" / _FOLDER).glob("*.parquet")))


def main(sizes: Sequence[int] = SIZES) -> None:
    """Print the table: busy seconds, seconds on the clock, and the exponent of the busy ones."""
    print(f"| {' | '.join(_HEAD)} |\n| --: | --: | --: | --: | --: |")
    before: list[tuple[float, float]] = []
    for i, size in enumerate(sizes):
        costs, n_left = measure_size(size)
        cells = [f"{busy:.2f} s busy, {clock:.2f} s" for busy, clock in costs]
        if before:
            pairs = zip(before, costs, strict=True)
            slopes = [get_slope(sizes[i - 1 : i + 1], (b[0], c[0])) for b, c in pairs]
            cells = [f"{cell}, k = {k:.2f}" for cell, k in zip(cells, slopes, strict=True)]
        print(f"| {size:,} | {' | '.join(cells)} | {n_left:,} |", flush=True)
        before = costs


if __name__ == "__main__":
    main([int(text) for text in sys.argv[1:]] or SIZES)
