"""`python -m tests.performance.scaling`: how the time of each text function grows with the text.

Each is measured on texts of 1,000 to 16,000 words in every shape of `shapes.py`: as the article,
as the summary, or as both. Seconds are the processor's, the least of three where they are short. A
row whose exponent is above 1.2 is measured up to three times, and the least counts; one that is
still above goes on to 64,000 words, and has the exponent of the last three sizes beside it.
`--only PART` takes the functions with that in their name, `--shape PART` the shapes.
"""

from __future__ import annotations

import argparse
import gc
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import log
from time import perf_counter, process_time
from typing import NamedTuple

from tests.performance.shapes import SHAPES, write
from tests.performance.text_functions import FUNCTIONS, Function

SIZES = (1_000, 2_000, 4_000, 8_000, 16_000)
LARGER = (32_000, 64_000)
MOST = 1.2
"""The exponent that no function exceeds."""
_LONGEST = 20.0  # seconds of one call
_TRIES = 3
_CLOCK_STEP = 0.004  # seconds
_BELOW_MEASURE = 0.03  # at the largest size: start-up and caches are more than half of it


@contextmanager
def _limit_time(seconds: float) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def measure(function: Function, text: str) -> float:
    """Return the seconds of the processor, nothing cached; infinity for over twenty.

    What is short is measured by the other clock, as that of the processor may count in steps.
    """
    found: list[float] = []
    while len(found) < 3 and sum(found) < 0.3:
        _forget_texts()
        start, begun = process_time(), perf_counter()
        try:
            with _limit_time(_LONGEST):
                function(text)
        except TimeoutError:
            return float("inf")
        busy, passed = process_time() - start, perf_counter() - begun
        found.append(busy if busy > 10 * _CLOCK_STEP else min(busy + _CLOCK_STEP, passed))
    return min(found)


def _forget_texts() -> None:
    for module in list(sys.modules.values()):
        if module.__name__.startswith("summbench."):
            for value in vars(module).values():
                if hasattr(value, "cache_parameters") and value.cache_parameters()["maxsize"]:
                    value.cache_clear()


def compute_exponent(seconds: Sequence[float]) -> float:
    """Return the slope from the first size to the last, or from the third if that is less.

    A shape that has no sentence to compare in short texts begins late. What is below the measure
    at the last size, or its share at another, counts as that.
    """
    if len(seconds) < len(SIZES):
        return float("inf")
    floored = [max(s, _BELOW_MEASURE * n / SIZES[-1]) for n, s in zip(SIZES, seconds, strict=True)]
    return min(log(floored[-1] / floored[i]) / log(SIZES[-1] / SIZES[i]) for i in (0, 2))


def _measure_sizes(function: Function, shape: str, sizes: Sequence[int]) -> list[float]:
    seconds: list[float] = []
    for size in sizes:
        seconds.append(measure(function, write(shape, size)))
        if seconds[-1] == float("inf"):
            break  # all larger ones would be too
    return seconds


class Row(NamedTuple):
    """A function on one shape: seconds by size, and the exponent; `further` is that of more."""

    shape: str
    seconds: list[float]
    exponent: float
    further: float | None = None


def measure_shape(function: Function, shape: str) -> Row:
    """Measure the function on a shape, several times if it seems to grow too fast."""
    seconds = _measure_sizes(function, shape, SIZES)
    for _ in range(_TRIES - 1):
        if compute_exponent(seconds) > MOST:
            again = _measure_sizes(function, shape, SIZES)
            seconds = list(map(min, seconds, again))
    exponent = compute_exponent(seconds)
    if exponent <= MOST or len(seconds) < len(SIZES):
        return Row(shape, seconds, exponent)
    further = [seconds[-1], *_measure_sizes(function, shape, LARGER)]
    return Row(
        shape, seconds, exponent, log(further[-1] / further[0]) / log(LARGER[-1] / SIZES[-1])
    )


def measure_shapes(name: str, shapes: Sequence[str]) -> Iterator[Row]:
    """Yield a row for each shape, told as they come."""
    measure(FUNCTIONS[name], write("news", 500))  # imports and tables
    gc.freeze()  # so that no collection looks at them, which takes longer than some functions
    for shape in shapes:
        row = measure_shape(FUNCTIONS[name], shape)
        times = " ".join(f"{value:.3f}" for value in row.seconds)
        print(f"{name}, {shape}: {times} {_show(row)}", file=sys.stderr, flush=True)
        yield row


def _rank(row: Row) -> tuple[bool, float]:
    """What also grows too fast beyond the last size comes before all others."""
    last = row.exponent if row.further is None else row.further
    return last > MOST, row.exponent


def _show(row: Row) -> str:
    """The exponent, and beside one that is too large that from 16,000 words on."""
    further = "" if row.further is None else f" (then {row.further:.2f})"
    return f"{row.exponent:.2f}{further}"


def main() -> None:
    """Print a row for each function: its worst shapes, by exponent and by time."""
    parser = argparse.ArgumentParser(prog="python -m tests.performance.scaling")
    parser.add_argument("--only", default="")
    parser.add_argument("--shape", default="")
    options = parser.parse_args()
    shapes = [shape for shape in SHAPES if options.shape in shape]
    print(f"| function | steepest of {len(shapes)} shapes | exponent | seconds at {SIZES[0]:,} "
          f"to {SIZES[-1]:,} words | slowest | seconds |")  # fmt: skip
    print("| --- | --- | --: | --: | --- | --: |", flush=True)
    for name in FUNCTIONS:
        if options.only in name:
            found = list(measure_shapes(name, shapes))
            steep = max(found, key=_rank)
            slow = max(found, key=lambda row: row.seconds[-1])
            times = ", ".join(f"{value:.3f}" for value in steep.seconds)
            cells = [name, steep.shape, _show(steep), times, slow.shape, f"{slow.seconds[-1]:.2f}"]
            print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
