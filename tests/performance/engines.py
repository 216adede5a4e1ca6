"""ROUGE against its peers, the core suite and its growth, in one process."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from statistics import median
from time import perf_counter

from summbench.core.records import Article, Example
from summbench.evaluation.nodes import Node, build
from tests.performance.peers import PEERS, TYPES
from tests.performance.texts import examples, newsdesk

_PAIRS = {"rouge-score": 400, "evaluate": 400, "torchmetrics": 400}
_THREADED = {"rouge-score-rs", "summbench", "summbench rouge_155"}
_ARTICLES, _SYSTEMS = 11_490, 10  # the size of CNN/DailyMail's test set
_AT_ONCE = 4_096  # as a run hands them to a metric
_CORE: dict[str, Node] = {
    "rouge": {"_target_": "summbench.metrics.rouge.metric.Rouge"},
    "rouge_stem": {"_target_": "summbench.metrics.rouge.metric.Rouge", "stem": True},
    "chrf": {"_target_": "summbench.metrics.chrf.Chrf"},
    "length": {"_target_": "summbench.metrics.length.Length"},
    "copying": {"_target_": "summbench.metrics.copying.Copying"},
}


def _seconds(work: Callable[[], object], times: int = 3) -> float:
    found = []
    for _ in range(times):
        begun = perf_counter()
        work()
        found.append(perf_counter() - begun)
    return median(found)


def _rate(peer: str, stem: bool) -> float | None:
    """Pairs a second; None if the peer is not installed."""
    few = _PAIRS.get(peer)
    found, summaries = examples(few) if few else examples(_ARTICLES, _SYSTEMS)
    try:
        score = PEERS[peer](stem)
    except ImportError:
        return None
    score(found[:2], summaries[:2])
    starts = range(0, len(found), _AT_ONCE)
    blocks = [(found[i : i + _AT_ONCE], summaries[i : i + _AT_ONCE]) for i in starts]
    return len(found) / _seconds(lambda: [score(*block) for block in blocks], 3 if few else 1)


def _in_a_process(peer: str, stem: bool, threads: int) -> float | None:
    """The rate with this many threads, which rayon reads only when a process starts."""
    command = [sys.executable, "-m", "tests.performance.engines", peer, str(int(stem))]
    env = {**os.environ, "RAYON_NUM_THREADS": str(threads), "OMP_NUM_THREADS": str(threads)}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    return None if done.stdout.strip() == "None" else float(done.stdout)


def _peers() -> None:
    print(f"\nROUGE ({', '.join(TYPES)}), pairs a second and times rouge-score\n")
    print("| engine | threads | plain | stemmed |\n| --- | --: | --: | --: |")
    base: dict[bool, float] = {}
    for peer in PEERS:
        for threads in (1, 2) if peer in _THREADED else (1,):
            cells = []
            for stem in (False, True):
                rate = _in_a_process(peer, stem, threads)
                if rate is None:
                    cells.append("not installed")
                    continue
                base.setdefault(stem, rate)
                cells.append(f"{rate:,.0f} ({rate / base[stem]:.1f}x)")
            print(f"| {peer} | {threads} | {' | '.join(cells)} |", flush=True)


def _core() -> None:
    print("\nCore suite, ten systems on 1,000 articles, milliseconds an article and system\n")
    print("| metric | ms |\n| --- | --: |")
    found, summaries = examples(1_000, systems=10)
    total = 0.0
    build("rouge", _CORE["rouge"]).score(found[:1], summaries[:1])  # imports nltk for the check
    for name, node in _CORE.items():
        taken = _seconds(partial(_scored, name, node, found, summaries), 1)
        each = 1000 * taken / len(found)
        total += each
        print(f"| {name} | {each:.3f} |", flush=True)
    print(f"| all | {total:.3f} |")


def _scored(name: str, node: Node, found: list[Example], summaries: list[str]) -> object:
    """A metric that has prepared nothing yet."""
    return build(name, node).score(found, summaries)


def _support() -> None:
    """Articles of some 600 words with their own highlights, so that there are names to look up."""
    rows = newsdesk()
    found = [
        Example(Article(row["id"], f"{row['document']}\n{following['document'][:1200]}"))
        for row, following in pairwise(rows)
    ]
    summaries = [row["highlights"] for row in rows[1:]]
    print("\nSupport, articles of 600 and summaries of 60 words, milliseconds a pair\n")
    print("| systems | ms |\n| --: | --: |")
    node: Node = {"_target_": "summbench.metrics.support.metric.Support"}
    for systems in (1, 10):
        again = [example for example in found for _ in range(systems)]
        theirs = [summary for summary in summaries for _ in range(systems)]
        taken = _seconds(partial(_scored, "support", node, again, theirs))
        print(f"| {systems} | {1000 * taken / len(again):.2f} |", flush=True)


def _growth() -> None:
    print("\nGrowth of the core suite\n\n| pairs | seconds | ms a pair |\n| --: | --: | --: |")
    for count in (1_000, 10_000, 100_000):
        found, summaries = examples(count // 10, systems=10)
        taken = sum(
            _seconds(partial(_scored, name, node, found, summaries), 1)
            for name, node in _CORE.items()
        )
        print(f"| {count:,} | {taken:.1f} | {1000 * taken / count:.3f} |", flush=True)


def main() -> None:
    """All tables, or with two arguments one peer's rate."""
    if len(sys.argv) == 3:
        print(_rate(sys.argv[1], bool(int(sys.argv[2]))))
        return
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}")
    _peers()
    _core()
    _support()
    _growth()


if __name__ == "__main__":
    main()
