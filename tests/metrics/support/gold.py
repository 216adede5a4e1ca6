"""`python -m tests.metrics.support.gold`: names, numbers, quotations, and those marked by hand."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from summbench.core.resources import get_resource_path
from summbench.metrics.support.aliases import Aliases
from summbench.metrics.support.evidence import Evidence, verify_claims
from summbench.metrics.support.source import SourceText

from tests.commands import GOLDEN

GOLD = GOLDEN / "mentions.jsonl"
HELD_OUT = GOLD.with_name("mentions_held_out.jsonl")
FRESH = GOLD.with_name("mentions_fresh.jsonl")
"""Marked after the rules were improved on the other two, and never improved on itself."""
KINDS = ("names", "numbers", "quotes")
MISSING = "-"
"""The state of what only the other side has marked."""

Marked = tuple[str, str]
"""A text and its state."""


class Pair(NamedTuple):
    """One mention: its place in the gold file, its text, the state by hand and the state found."""

    where: str
    text: str
    wanted: str
    found: str


def pairs(path: Path = GOLD) -> dict[str, list[Pair]]:
    """All mentions of each kind that either side has."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    articles = {perturbed: _articles(perturbed) for perturbed in (False, True)}
    found: dict[str, list[Pair]] = {kind: [] for kind in KINDS}
    for number, row in enumerate(rows, 1):
        article = articles[row["perturbed"]][row["id"]]
        evidence = verify_claims(article, row["id"], row["summary"], Aliases())
        for kind in KINDS:
            wanted = [(mark["text"], mark["state"]) for mark in row[kind]]
            where = f"line {number}, {row['id']}"
            found[kind] += _aligned(where, row["summary"], wanted, _found(evidence, kind))
    return found


def _articles(perturbed: bool) -> Mapping[str, SourceText]:
    file = (
        get_resource_path("data")
        / "newsdesk"
        / ("perturbed.jsonl" if perturbed else "articles.jsonl")
    )
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return {row["id"]: SourceText.build(row["document"]) for row in rows}


def _found(evidence: Evidence, kind: str) -> list[tuple[int, Marked]]:
    findings = {
        "names": [named.finding for named in evidence.names],
        "numbers": evidence.numbers,
        "quotes": [quoted.finding for quoted in evidence.quotes],
    }[kind]
    return [(f.span.start, (f.span.text, f.state)) for f in findings]


def _aligned(
    where: str, summary: str, wanted: Sequence[Marked], found: Sequence[tuple[int, Marked]]
) -> Iterator[Pair]:
    """By the place in the summary; what is not the same piece is missing on one side."""
    places = {(start, text): state for start, (text, state) in found}
    place = 0
    for text, state in wanted:
        start = summary.index(text, place)
        place = start + len(text)
        yield Pair(where, text, state, places.pop((start, text), MISSING))
    for (_, text), state in places.items():
        yield Pair(where, text, MISSING, state)


def compute_rates(kind: Sequence[Pair]) -> dict[str, tuple[float, float, int]]:
    """State -> precision, recall, and how often it stands in the gold file."""
    right = Counter(pair.wanted for pair in kind if pair.wanted == pair.found)
    wanted = Counter(pair.wanted for pair in kind)
    found = Counter(pair.found for pair in kind)
    return {
        state: (
            right[state] / found[state] if found[state] else 1.0,
            right[state] / wanted[state] if wanted[state] else 1.0,
            wanted[state],
        )
        for state in sorted({*wanted, *found} - {MISSING})
    }


def main() -> None:
    """Rates and confusions of each kind; with the argument `all` every disagreement."""
    for path in (GOLD, HELD_OUT, FRESH):
        sys.stdout.write(f"\n{path.name}\n")
        _tell(pairs(path))


def _tell(mentions: Mapping[str, Sequence[Pair]]) -> None:
    write: Any = sys.stdout.write
    for kind, found in mentions.items():
        write(f"\n{kind}\n\n| state | precision | recall | gold |\n| --- | --: | --: | --: |\n")
        for state, (precision, recall, count) in compute_rates(found).items():
            write(f"| {state} | {precision:.3f} | {recall:.3f} | {count} |\n")
        wrong = Counter((p.wanted, p.found) for p in found if p.wanted != p.found)
        write("\n| by hand | found | mentions |\n| --- | --- | --: |\n")
        for (wanted, got), count in wrong.most_common():
            write(f"| {wanted} | {got} | {count} |\n")
        for pair in found if sys.argv[1:] == ["all"] else ():
            if pair.wanted != pair.found:
                write(f"{pair.where}: {pair.text!r} is {pair.wanted}, found {pair.found}\n")


if __name__ == "__main__":
    main()
