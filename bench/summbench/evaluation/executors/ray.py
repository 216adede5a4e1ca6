"""On a Ray cluster."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from threading import Lock
from typing import Any

# Ray reads these when it is imported: it reports nothing home, leaves CUDA_VISIBLE_DEVICES as it
# is, and prints no line of its own to standard output when a worker is lost (we say it).
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
os.environ.setdefault("RAY_DEDUP_LOGS_SKIP_REGEX", ".")

import ray
from ray.exceptions import (
    NodeDiedError,
    ObjectLostError,
    OutOfMemoryError,
    RayActorError,
    WorkerCrashedError,
)

from summbench.core.errors import SummbenchError, require_at_least_one
from summbench.core.records import BatchResult, Example
from summbench.core.redaction import REFERRED
from summbench.evaluation.executors.worker import ModelWorker
from summbench.evaluation.executors.worker_pool import Receive, WorkerPool

_LOG = logging.getLogger("summbench")
_LOSSES = (RayActorError, WorkerCrashedError, NodeDiedError, ObjectLostError, OutOfMemoryError)
_SECONDS_TO_CLOSE = 30
_RECONNECT_SECONDS = "RAY_gcs_rpc_server_reconnect_timeout_s"  # 60 where it is not set
_CONNECTING = Lock()  # a process has one connection to Ray, whichever thread asks for it
_PASSED_VARIABLES = ("HF_HUB_OFFLINE", "HF_HOME", REFERRED)


class Ray:
    """`workers` actors (None: as many as the cluster has room for), each with a copy of the model.

    An actor has `num_cpus` and `num_gpus` of the cluster at `address`; None starts one here, which
    ends with this process. Predictions come back here and are stored here. The other nodes need
    summbench, the packages of --allow-code and the weights at the same absolute paths (a shared
    file system, or one image).
    """

    builds_models = True  # the one of this process is not used

    def __init__(
        self,
        address: str | None = None,
        workers: int | None = None,
        num_cpus: float = 1,
        num_gpus: float = 0,
        retries: int = 3,
    ) -> None:
        require_at_least_one(workers=workers)
        if min(num_cpus, num_gpus, retries) < 0:
            raise SummbenchError("num_cpus, num_gpus and retries can't be negative.")
        self._address, self._workers, self._retries = address, workers, retries
        self._resources = {"CPU": num_cpus, "GPU": num_gpus}

    def map(
        self,
        model: Any,
        build: Callable[[], Any],
        examples: Sequence[Example],
        batches: Sequence[Sequence[int]],
    ) -> Generator[tuple[Sequence[int], BatchResult], None, None]:
        """As predictions come; a lost worker is replaced, and those of its articles that have none
        are predicted one by one, each `retries` times more."""
        with _CONNECTING:
            if not ray.is_initialized():
                _connect(self._address)
        size = self._workers or max(1, self._count_places())
        if self._count_places() < 1:
            self._report_shortage()
        head = _Head(self._address)
        yield from WorkerPool(
            lambda: _Actor(build, self._resources, head),
            _LOSSES,
            size,
            self._retries,
            examples,
            head.check,
        ).iterate_results(batches)

    def _count_places(self) -> int:
        cluster = ray.cluster_resources()
        places = [
            int(cluster.get(name, 0) / amount) for name, amount in self._resources.items() if amount
        ]
        return min(places, default=1)

    def _report_shortage(self) -> None:
        cluster = {name: ray.cluster_resources().get(name, 0) for name in self._resources}
        shortage = f"A worker needs {self._resources} of the Ray cluster, which has {cluster}"
        if self._address is None:
            raise SummbenchError(f"{shortage}; set executor.num_cpus and executor.num_gpus.")
        _LOG.warning("%s; waiting for it to grow", shortage)


class _Head:
    """The process of the cluster that all others need; Ray ends each that has lost it."""

    def __init__(self, address: str | None) -> None:
        self._name = repr(address) if address else "on this machine"
        self._host, _, self._port = ray.get_runtime_context().gcs_address.rpartition(":")
        self._asked_at = self._answered_at = time.monotonic()
        self._answers, self.is_lost = True, False

    def check(self) -> bool:
        """Return whether the head answers; it is asked once a second.

        Raises:
            SummbenchError: it has not answered for half as long as Ray itself would wait.
        """
        now = time.monotonic()
        if now - self._asked_at < 1:
            return self._answers
        self._asked_at, self._answers = now, self._ask()
        self._answered_at = now if self._answers else self._answered_at
        if now - self._answered_at > float(os.environ.get(_RECONNECT_SECONDS, 60)) / 2:
            self.is_lost = True
            raise SummbenchError(
                f"The head of the Ray cluster {self._name} no longer answers. What was predicted "
                "is stored. Start the cluster again, or leave out executor=ray, and run the same "
                "command: it goes on from there."
            )
        return self._answers

    def _ask(self) -> bool:
        with suppress(OSError):
            socket.create_connection((self._host, int(self._port)), timeout=1).close()
            return True
        return False


class _Actor:
    """An actor as a worker; Ray runs its calls in order."""

    def __init__(self, build: Callable[[], Any], resources: dict[str, float], head: _Head) -> None:
        env = {name: os.environ[name] for name in _PASSED_VARIABLES if name in os.environ}
        env["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
        self._actor: Any = (
            ray.remote(ModelWorker)
            .options(
                num_cpus=resources["CPU"],
                num_gpus=resources["GPU"],
                runtime_env={"env_vars": env},
            )
            .remote(build)
        )
        self._head = head
        self._reading = ThreadPoolExecutor(1)
        self._latest: Future[None] = Future()

    def predict(self, examples: Sequence[Example], receive: Receive) -> Future[None]:
        parts = self._actor.predict.options(num_returns="streaming").remote(examples)
        self._latest = self._reading.submit(_receive_parts, parts, receive)
        return self._latest

    def shut_down(self) -> None:
        """At once; an actor that has nothing to do closes its model first.

        Where the head is lost, nothing can be asked of the cluster, not even to end.
        """
        if self._head.is_lost:
            return
        if self._latest.done():
            with suppress(*_LOSSES, ray.exceptions.GetTimeoutError):
                ray.get(self._actor.close.remote(), timeout=_SECONDS_TO_CLOSE)
        ray.kill(self._actor)
        self._reading.shutdown(wait=False, cancel_futures=True)


def _receive_parts(parts: Iterable[Any], receive: Receive) -> None:
    """Each part when the actor has yielded it; raises what the actor raised or died of."""
    for reference in parts:
        receive(*ray.get(reference))


def _connect(address: str | None) -> None:
    """Quietly, and with SIGTERM left to whoever had it: Ray takes it in the main thread."""
    is_main = threading.current_thread() is threading.main_thread()
    handler = signal.getsignal(signal.SIGTERM)
    try:
        _check_address(address)
        ray.init(
            address=address or "local",
            include_dashboard=None if address else False,
            log_to_driver=False,
            logging_level=logging.ERROR,
        )
    except (OSError, RuntimeError, ValueError) as error:
        where = f"The Ray cluster at {address!r}" if address else "A Ray cluster on this machine"
        raise SummbenchError(f"{where} can't be used: {error}") from error
    if is_main:
        signal.signal(signal.SIGTERM, handler)


def _check_address(address: str | None) -> None:
    """Ray takes minutes to find out that nobody is there."""
    host, _, port = (address or "").removeprefix("ray://").rpartition(":")
    if host and port.isdecimal():
        socket.create_connection((host, int(port)), timeout=10).close()
