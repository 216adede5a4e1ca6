"""`python -m tests.cluster.nodes FILE`: three small Ray nodes on this machine.

Prints the cluster's address, removes a node without notice once FILE exists (the head, if that is
what FILE says), and stops when its standard input is closed.
"""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

from ray.cluster_utils import Cluster

import summbench.evaluation.executors.ray  # noqa: F401  (sets Ray's environment)


def main() -> None:
    """Start, print, remove one, stop."""
    cluster = Cluster(
        initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False}
    )
    nodes = [cluster.add_node(num_cpus=1) for _ in range(2)]
    cluster.wait_for_nodes()
    sys.stdout.write(f"\n{cluster.address}\n")
    sys.stdout.flush()
    closed = threading.Event()
    threading.Thread(target=_wait_for_the_end, args=(closed,), daemon=True).start()
    signal_file = Path(sys.argv[1])
    while not closed.is_set():
        if nodes and signal_file.exists():
            is_head = signal_file.read_text() == "head"
            node = cluster.head_node if is_head else nodes.pop()
            cluster.remove_node(node, allow_graceful=False)
            nodes.clear()
        time.sleep(0.1)
    cluster.shutdown()


def _wait_for_the_end(closed: threading.Event) -> None:
    sys.stdin.read()
    closed.set()


if __name__ == "__main__":
    main()
