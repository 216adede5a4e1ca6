"""`python -m tests.simulation.interruptions 20 torch ray`: what an interrupted run has stored.

SIGINT, SIGTERM and SIGKILL in turn, at a random moment 2.2 to 3.5 seconds after the first reply. A
line of the table is only there if each reply that was whole two seconds before is stored, none is
asked for again, and what the run says of itself is so.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.cluster.test_ray import RAY, start_cluster
from tests.evaluation.test_paid_answers import SIGNALS, interrupt_and_finish
from tests.forked import LOCAL, PROCESSES, forks
from tests.tiny import checkpoint


def list_torch(folder: Path, count: int) -> Iterator[tuple[int, int]]:
    """A checkpoint in batches of eight, a step of which takes 0.05 seconds."""
    with forks("transformers.models.llama.modeling_llama", "tests.noted_checkpoint") as forked:
        for i in range(count):
            weights = checkpoint(folder, "llama")
            yield interrupt_and_finish(folder / f"torch{i}", forked, LOCAL, i, weights)


def list_processes(folder: Path, count: int) -> Iterator[tuple[int, int]]:
    """Processes, each with a model that takes 0.3 seconds for a reply."""
    with forks(PROCESSES.rpartition(".")[0]) as forked:
        for i in range(count):
            yield interrupt_and_finish(folder / f"processes{i}", forked, PROCESSES, i, workers=2)


def list_ray(folder: Path, count: int) -> Iterator[tuple[int, int]]:
    """The same model on two of the three nodes of a cluster."""
    with start_cluster(folder / "fatal") as (address, _), forks() as forked:
        for i in range(count):
            options = {"address": address, "workers": 2}
            yield interrupt_and_finish(folder / f"ray{i}", forked, RAY, i, None, **options)


KINDS = {"torch": list_torch, "processes": list_processes, "ray": list_ray}


def main() -> None:
    """Print the table as it grows."""
    count, names = int(sys.argv[1]), sys.argv[2:] or list(KINDS)
    sys.stdout.write("| model | signal | whole replies | stored |\n| --- | --- | --: | --: |\n")
    for name in names:
        with tempfile.TemporaryDirectory() as place:
            for i, (n_whole, n_stored) in enumerate(KINDS[name](Path(place), count)):
                sent = SIGNALS[i % 3].name
                sys.stdout.write(f"| {name} | {sent} | {n_whole} | {n_stored} |\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
