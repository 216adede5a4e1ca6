"""`make bench`: what whole commands take, beside other packages, and how that grows.

`python -m tests.performance [commands] [rivals] [growth] [engines] [boards] [parts] [memory]
[scaling]`, all of them by default. Each command runs once in each of three sittings, in turn with
what it is held against; the worst sitting counts. `--share 0.01` takes that share of the sizes,
`--against FOLDER` also runs the commands of another clone, `--write` puts the tables into
tests/README.md.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.commands import CLONE
from tests.performance.growth import GROWTH, fit_exponent, get_slope, measure_growth
from tests.performance.harnesses import build_matches, run_match
from tests.performance.jobs import build_jobs, run_job
from tests.performance.processes import Cost

README = CLONE / "tests" / "README.md"
_LIMIT = 900.0  # seconds of a board of very many systems


def _costs(costs: Sequence[Cost | str]) -> list[str]:
    """Busy and clock seconds and MB of the worst sitting, each for itself; or what went wrong."""
    if wrong := [cost for cost in costs if isinstance(cost, str)]:
        return [wrong[0], "-", "-"]
    done = [cost for cost in costs if isinstance(cost, Cost)]
    worst = (max(c.busy for c in done), max(c.seconds for c in done))
    return [*(f"{value:.1f}" for value in worst), f"{max(c.megabytes for c in done):,.0f}"]


def _ratio(theirs: Sequence[Cost | str], ours: Sequence[Cost | str]) -> str:
    """How many times as long they are busy, in the sitting that was worst for us."""
    pairs = zip(theirs, ours, strict=True)
    found = [t.busy / o.busy for t, o in pairs if isinstance(t, Cost) and isinstance(o, Cost)]
    return f"{min(found):.1f}x" if found else "-"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in lines)


def tabulate_commands(options: argparse.Namespace) -> str:
    """Each job of summbench, and of another clone."""
    clones = [None, *([options.against.resolve()] if options.against else [])]
    costs: dict[str, list[list[Cost | str]]] = {}
    for _ in range(options.sittings):
        for job in build_jobs(options.share):
            for name, by_clone in run_job(job, clones):
                costs.setdefault(name, []).append(by_clone)
                _tell(name, *by_clone)
    head = ["command", "busy s", "seconds", "MB"]
    head += ["busy s before", "times as fast"] if options.against else []
    rows = []
    for name, sittings in costs.items():
        mine, *others = map(list, zip(*sittings, strict=True))
        row = [name, *_costs(mine)]
        rows.append(row + [cell for o in others for cell in (_costs(o)[0], _ratio(o, mine))])
    return _table(head, rows)


def tabulate_rivals(options: argparse.Namespace) -> str:
    """Other packages at the same job."""
    ours: dict[str, list[Cost | str]] = {}
    theirs: dict[tuple[str, str], list[Cost | str]] = {}
    for _ in range(options.sittings):
        for match in build_matches(options.share):
            mine, rivals = run_match(match)
            ours.setdefault(match.name, []).append(mine)
            for name, cost in rivals.items():
                theirs.setdefault((match.name, name), []).append(cost)
            _tell(match.name, mine, *rivals.values())
    rows = [
        [job, rival, _costs(ours[job])[0], _costs(costs)[0], _ratio(costs, ours[job])]
        for (job, rival), costs in theirs.items()
    ]
    return _table(["job", "beside", "summbench, busy s", "busy s", "ratio"], rows)


def tabulate_growth(options: argparse.Namespace) -> str:
    """Time by size, and the exponents; the worst sitting is that of the largest exponent."""
    rows = []
    for name in GROWTH:
        fits: list[tuple[float, str, str]] = []
        for _ in range(options.sittings):
            found = measure_growth(name, options.share, options.limit)
            done = [(size, cost.busy) for size, cost in found if isinstance(cost, Cost)]
            cells = [f"{s:,}: {c if isinstance(c, str) else f'{c.busy:.1f}'}" for s, c in found]
            sizes, busy = zip(*done, strict=True) if done else ((), ())
            fit = fit_exponent(sizes, busy) if len(done) > 2 else float("nan")
            slope = f"{get_slope(sizes, busy):.2f}" if len(done) > 1 else "-"
            memory = max((c.megabytes for _, c in found if isinstance(c, Cost)), default=0.0)
            fits.append((fit, slope, f"{', '.join(cells)}; {memory:,.0f} MB at most"))
            _tell(name, *(cost for _, cost in found))
        fit, slope, costs = max(fits)
        rows.append([name, costs, f"{fit:.2f}", slope])
    return _table(["size", "busy s", "exponent beyond the start", "of the last step"], rows)


def _module(name: str) -> Callable[[argparse.Namespace], str]:
    """The tables that another module prints; one sitting."""

    def print_tables(options: argparse.Namespace) -> str:
        command = [sys.executable, "-m", f"tests.performance.{name}"]
        done = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE)
        return done.stdout.strip()

    return print_tables


PARTS: dict[str, Callable[[argparse.Namespace], str]] = {
    "commands": tabulate_commands,
    "rivals": tabulate_rivals,
    "growth": tabulate_growth,
    "engines": _module("engines"),
    "boards": _module("boards"),
    "parts": _module("parts"),
    "memory": _module("memory"),
    "scaling": _module("scaling"),
}
_REPEATED = ("commands", "rivals", "growth")


def _tell(name: str, *costs: Cost | str) -> None:
    told = [c if isinstance(c, str) else f"{c.busy:.1f} s" for c in costs]
    print(f"{name}: {', '.join(told)}", file=sys.stderr, flush=True)


def replace_part(text: str, part: str, content: str) -> str:
    """The text with the part between its two marks replaced."""
    begin, end = f"<!-- bench: {part} -->", f"<!-- /bench: {part} -->"
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if not pattern.search(text):
        raise SystemExit(f"{README.name} has no marks for {part}.")
    return pattern.sub(lambda _: f"{begin}\n{content}\n{end}", text)


def main() -> None:
    """Print the tables that are asked for, and write them on request."""
    parser = argparse.ArgumentParser(prog="python -m tests.performance", description=__doc__)
    parser.add_argument("parts", nargs="*", default=[], choices=[[], *PARTS], metavar="PART")
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--sittings", type=int, default=3)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--limit", type=float, default=_LIMIT)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    for part in options.parts or PARTS:
        load = os.getloadavg()[0]
        table = PARTS[part](options)
        times = f"worst of {options.sittings}" if options.sittings > 1 else "one sitting"
        note = (
            f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, "
            f"{os.cpu_count()} cores, load {load:.1f} before and {os.getloadavg()[0]:.1f} after; "
            f"{times if part in _REPEATED else 'one sitting'}"
            f"{'' if options.share == 1 else f'; {options.share:.0%} of the usual sizes'}."
        )
        print(f"\n{note}\n\n{table}", flush=True)
        if options.write:
            text = replace_part(README.read_text("utf-8"), part, f"{note}\n\n{table}")
            README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
