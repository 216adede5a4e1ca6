"""`python -m tests.forked`: predicts in processes that start without importing anything anew.

It reads a JSON list a line. A folder, a model's node, an executor's class and its options start a
process, whose id is written; an id waits for the process and writes its exit code. What the process
logs is in the file `printed` of its folder.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import Any

from summbench.core.records import Article, Example, Executor, ignore_progress
from summbench.evaluation.components import build_models
from summbench.evaluation.predict import predict, prepare
from summbench.evaluation.session import ModelSession
from summbench.store.store import Store
from tests.commands import environment

LOCAL = "summbench.evaluation.executors.local.Local"
PROCESSES = "summbench.evaluation.executors.processes.Processes"


class Forks:
    """Starts processes, and waits for them; for several threads."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process, self._lock = process, Lock()

    def start(
        self, folder: Path, node: Mapping[str, Any], executor: str = LOCAL, **options: object
    ) -> int:
        """The id of a process that predicts the lines of the folder's `articles`."""
        return self._call(str(folder), node, executor, options)

    def wait(self, process_id: int) -> int:
        """The exit code; below 0 it is the signal that ended the process."""
        return self._call(process_id)

    def _call(self, *request: object) -> int:
        assert self._process.stdin and self._process.stdout
        with self._lock:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            return int(self._process.stdout.readline())


@contextmanager
def forks(*modules: str) -> Iterator[Forks]:
    """The process that has imported the modules and can be forked, while it runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.forked", *modules],
        env=environment(), text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        yield Forks(process)
    finally:
        process.communicate(timeout=60)


def main(modules: Sequence[str]) -> None:
    """Fork or wait for each line of standard input."""
    for module in modules:
        import_module(module)
    for line in sys.stdin:
        first, *arguments = json.loads(line)
        if isinstance(first, int):
            answer = os.waitstatus_to_exitcode(os.waitpid(first, 0)[1])
        else:
            answer = os.fork()
            if not answer:
                _run(Path(first), *arguments)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


def _run(folder: Path, node: Mapping[str, Any], executor: str, options: Mapping[str, Any]) -> None:
    """In the new process, with the signals of the command line; it does not return."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    logging.basicConfig(filename=folder / "printed", level=logging.INFO, force=True)
    code = 1
    try:
        module, _, name = executor.rpartition(".")
        _predict(folder, node, getattr(import_module(module), name)(**options))
        code = 0
    except KeyboardInterrupt:
        code = 130
    finally:
        logging.shutdown()
        os._exit(code)


def _predict(folder: Path, node: Mapping[str, Any], executor: Executor) -> None:
    lines = (folder / "articles").read_text("utf-8").splitlines()
    datasets: dict[str, Sequence[Example]] = {"d": [Example(Article(line, line)) for line in lines]}
    [model] = build_models({"m": dict(node)}, ["tests"])
    store = Store(folder / "store")
    with ModelSession(model) as session:
        state = prepare(session, datasets, store)
        predict(state, datasets, store, ignore_progress, executor)


if __name__ == "__main__":
    main(sys.argv[1:])
