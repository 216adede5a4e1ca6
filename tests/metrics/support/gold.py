"""`python -m tests.metrics.support.gold`: names, numbers, quotations, and those marked by hand."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
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
    expected: str
    state: str


def build_pairs(path: Path = GOLD, cast: Callable[[str], str] = str) -> dict[str, list[Pair]]:
    """All mentions of each kind that either side has, of the summaries after `cast`."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    articles = {perturbed: _load_articles(perturbed) for perturbed in (False, True)}
    pairs_by_kind: dict[str, list[Pair]] = {kind: [] for kind in KINDS}
    for number, row in enumerate(rows, 1):
        article = articles[row["perturbed"]][row["id"]]
        evidence = verify_claims(article, row["id"], cast(row["summary"]), Aliases())
        for kind in KINDS:
            marks = [(mark["text"], mark["state"]) for mark in row[kind]]
            where = f"line {number}, {row['id']}"
            claims = _list_claims(evidence, kind)
            pairs_by_kind[kind] += _align(where, row["summary"], marks, claims)
    return pairs_by_kind


def _load_articles(perturbed: bool) -> Mapping[str, SourceText]:
    file = (
        get_resource_path("data")
        / "newsdesk"
        / ("perturbed.jsonl" if perturbed else "articles.jsonl")
    )
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return {row["id"]: SourceText.build(row["document"]) for row in rows}


def _list_claims(evidence: Evidence, kind: str) -> list[tuple[int, Marked]]:
    findings = {
        "names": [named.finding for named in evidence.names],
        "numbers": evidence.numbers,
        "quotes": [quoted.finding for quoted in evidence.quotes],
    }[kind]
    return [(f.span.start, (f.span.text, f.state)) for f in findings]


def _align(
    where: str, summary: str, marks: Sequence[Marked], claims: Sequence[tuple[int, Marked]]
) -> Iterator[Pair]:
    """By the place in the summary; what is not the same piece is missing on one side."""
    places = {(start, text): state for start, (text, state) in claims}
    place = 0
    for text, state in marks:
        start = summary.index(text, place)
        place = start + len(text)
        yield Pair(where, text, state, places.pop((start, text), MISSING))
    for (_, text), state in places.items():
        yield Pair(where, text, MISSING, state)


def compute_rates(pairs: Sequence[Pair]) -> dict[str, tuple[float, float, int]]:
    """State -> precision, recall, and how often it stands in the gold file."""
    correct = Counter(pair.expected for pair in pairs if pair.expected == pair.state)
    expected = Counter(pair.expected for pair in pairs)
    states = Counter(pair.state for pair in pairs)
    return {
        state: (
            correct[state] / states[state] if states[state] else 1.0,
            correct[state] / expected[state] if expected[state] else 1.0,
            expected[state],
        )
        for state in sorted({*expected, *states} - {MISSING})
    }


def main() -> None:
    """Rates and confusions of each kind; with the argument `all` every disagreement."""
    for path in (GOLD, HELD_OUT, FRESH):
        sys.stdout.write(f"\n{path.name}\n")
        _print_rates(build_pairs(path))


def _print_rates(mentions: Mapping[str, Sequence[Pair]]) -> None:
    write: Any = sys.stdout.write
    for kind, pairs in mentions.items():
        write(f"\n{kind}\n\n| state | precision | recall | gold |\n| --- | --: | --: | --: |\n")
        for state, (precision, recall, count) in compute_rates(pairs).items():
            write(f"| {state} | {precision:.3f} | {recall:.3f} | {count} |\n")
        wrong = Counter((p.expected, p.state) for p in pairs if p.expected != p.state)
        write("\n| by hand | found | mentions |\n| --- | --- | --: |\n")
        for (expected, state), count in wrong.most_common():
            write(f"| {expected} | {state} | {count} |\n")
        for pair in pairs if sys.argv[1:] == ["all"] else ():
            if pair.expected != pair.state:
                write(f"{pair.where}: {pair.text!r} is {pair.expected}, found {pair.state}\n")


if __name__ == "__main__":
    main()
