"""Shares of facts by kind of fact, in one table a share."""

from __future__ import annotations

from collections.abc import Sequence

from summbench.leaderboard.board import ALPHA
from summbench.people.board import HumanBoard
from summbench.people.board_text import explain_constants
from summbench.people.cells import DASH, format_count, format_estimate
from summbench.people.facts import COMPLETENESS, FAITHFULNESS, get_kind
from summbench.report.markdown import escape_markdown, format_table


def format_kinds(boards: Sequence[HumanBoard]) -> list[str]:
    """Write a table a share, of all boards that are of a kind: kinds as columns, and what differs.

    Empty if facts are of one kind.
    """
    lines: list[str] = []
    for measure in (COMPLETENESS, FAITHFULNESS):
        of_kinds = {
            kind: board
            for board in boards
            if board.dimension.startswith(measure) and (kind := get_kind(board.dimension))
        }
        if of_kinds:
            lines += [f"\n## {measure} by kind of fact\n", _format_table(of_kinds)]
            lines.append(_explain_tests(of_kinds))
            lines += explain_constants(list(of_kinds.values()))
    return lines


def _format_table(boards: dict[str, HumanBoard]) -> str:
    means = {
        (entry.system, kind): entry.estimate for kind, b in boards.items() for entry in b.entries
    }
    systems = dict.fromkeys(system for system, _ in means)
    rows = [
        [
            escape_markdown(system),
            *(
                format_estimate(means[system, kind]) if (system, kind) in means else DASH
                for kind in boards
            ),
        ]
        for system in systems
    ]
    headings = [
        f"{escape_markdown(kind)} ({format_count(board.articles, 'article')})"
        for kind, board in boards.items()
    ]
    return format_table(["system", *headings], rows) + "\n"


def _explain_tests(boards: dict[str, HumanBoard]) -> str:
    """Which differences are left after the correction over all kinds together."""
    different = [
        (f"{p.a} over {p.b}" if p.difference.mean > 0 else f"{p.b} over {p.a}", kind)
        for kind, board in boards.items()
        for p in board.pairs
        if p.p_adjusted <= ALPHA
    ]
    tests = next(iter(boards.values())).tests
    if not tests:
        return "There is one system, and nothing to compare."
    correction = f"Holm's correction over the {tests} tests of all kinds"
    if not different:
        return f"After {correction} no difference is left."
    names = "; ".join(f"{pair} ({kind})" for pair, kind in different)
    return f"Better after {correction}: {escape_markdown(names)}."
