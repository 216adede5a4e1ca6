"""A board by people in words and tables."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import Literal

from summbench.leaderboard.board import ALPHA
from summbench.people.board import HumanBoard, HumanEntry
from summbench.people.cells import DASH, format_count, format_estimate, format_p, format_ranks
from summbench.report.markdown import escape_markdown, format_table
from summbench.report.summary.words import join_names

Checker = Literal["rater", "program"]
"""Who rated or checked: a person or not."""


def format_board(
    board: HumanBoard, *, is_ranked: bool = True, checker: Checker = "rater"
) -> list[str]:
    """Write the table of a dimension, and what it says, with the metric beside it if there is.

    Without `is_ranked` there are means alone: the ranks to report are those of the preferences.
    """
    with_gain = any(e.powered is not None and not e.powered.reason for e in board.entries)
    headings = ["system", "mean", *(["rank", "letters"] if is_ranked else [])]
    headings += ["with metric"] if with_gain else []
    headings += ["rank by metric"] if board.metric is not None else []
    rows = [_format_entry(entry, headings) for entry in board.entries]
    lines = [format_table(headings, rows) + "\n", *_explain_board(board, is_ranked, checker)]
    return [*lines, *_explain_metric(board, is_ranked)] if board.metric is not None else lines


def _format_entry(entry: HumanEntry, headings: Sequence[str]) -> list[str]:
    powered = entry.powered
    cells = {
        "system": escape_markdown(entry.system),
        "mean": format_estimate(entry.estimate),
        "rank": format_ranks(entry.rank_low, entry.rank_high),
        "letters": entry.letters,
        "with metric": DASH
        if powered is None or powered.reason
        else format_estimate(powered.estimate),
        "rank by metric": str(entry.metric_rank),
    }
    return [cells[heading] for heading in headings]


def _explain_board(board: HumanBoard, is_ranked: bool, checker: Checker) -> list[str]:
    whom = f"this {checker}" if board.raters == 1 else f"these {checker}s"
    units = {
        "articles and raters": "The 95 % interval is for other articles and other raters.",
        "articles": f"The 95 % interval is for other articles, and for {whom} alone.",
        "none": "One article has no interval.",
    }[board.units]
    size = f"{format_count(board.articles, 'article')}, {format_count(board.raters, checker)}"
    size += f", {format_count(board.ratings, 'rating')}." if checker == "rater" else "."
    lines = [
        f"{escape_markdown(_name_best(board))} {size} {units} Pairs are compared by t tests, "
        "with Holm's correction."
    ]
    if not is_ranked:
        lines = [f"{size} {units} The ranks are those of the preferences above."]
    if not board.pairs:
        lines = [f"{size} {units} There is nothing to compare it with."]
    if board.raters == 2 and board.units == "articles and raters":
        lines.append(
            "With two raters a 95 % interval holds the mean in 89 to 97 % of the cases only."
        )
    return [*lines, *explain_constants([board])]


def explain_constants(boards: Sequence[HumanBoard]) -> list[str]:
    """Write which means have no interval, as all ratings are equal, if there are any."""
    names = [
        entry.system
        for board in boards
        for entry in board.entries
        if isnan(entry.estimate.low) and entry.estimate.n > 1
    ]
    if not names:
        return []
    verb = "has" if len(set(names)) == 1 else "have"
    return [
        f"{escape_markdown(join_names(list(dict.fromkeys(names))))} {verb} equal values on all "
        "articles, which say nothing of other articles: there is no interval."
    ]


def _name_best(board: HumanBoard) -> str:
    best, *others = board.entries
    if all(entry.estimate.mean == best.estimate.mean for entry in others):
        return "All have the same mean."
    worse = {p.b if p.difference.mean > 0 else p.a for p in board.pairs if p.p_adjusted <= ALPHA
             and best.system in (p.a, p.b)}  # fmt: skip
    tied = [entry.system for entry in others if entry.system not in worse]
    verdict = f"{best.system} {'has the best mean' if tied else 'is best'}."
    if worse:
        verdict += (
            f" It is better than {join_names([e.system for e in others if e.system in worse])}."
        )
    if tied:
        verdict += f" The tests do not tell it apart from {join_names(tied)}."
    return verdict


def explain_useless_metric(boards: Sequence[HumanBoard]) -> list[str]:
    """Write once for all boards which means their metric does not sharpen, and why."""
    unpowered: dict[str, dict[str, list[str]]] = {}
    for board in boards:
        for entry in board.entries:
            if entry.powered is not None and entry.powered.reason:
                of_reason = unpowered.setdefault(entry.powered.reason, {})
                of_reason.setdefault(board.dimension, []).append(entry.system)
    sizes = {board.dimension: len(board.entries) for board in boards}
    lines = []
    for reason, of_boards in unpowered.items():
        places = [
            dimension if len(names) == sizes[dimension] else f"{dimension} for {join_names(names)}"
            for dimension, names in of_boards.items()
        ]
        name = escape_markdown(str(boards[0].metric))
        where = escape_markdown("; on ".join(places))
        lines.append(f"{name} does not help on {where}: {reason}.")
    return lines


def _explain_metric(board: HumanBoard, is_ranked: bool) -> list[str]:
    """What the metric bought; where it orders systems otherwise."""
    powered = [(e, e.powered) for e in board.entries if e.powered is not None]
    if not powered:
        return []
    gained = [(e, p) for e, p in powered if not p.reason]
    name = escape_markdown(str(board.metric))
    unrated = powered[0][1].unrated
    lines = []
    if gained:
        gains = ", ".join(f"{escape_markdown(e.system)} {100 * p.gain:.0f} %" for e, p in gained)
        lines.append(
            f"{name} on {unrated:,} unrated articles shrinks the interval over articles: {gains}. "
            "It is for these raters."
        )
    if not is_ranked:
        return lines
    order = {e.system: e.metric_rank for e in board.entries if e.metric_rank is not None}
    against = []
    for pair in board.pairs:
        first, second = (pair.a, pair.b) if pair.difference.mean > 0 else (pair.b, pair.a)
        if pair.p_adjusted <= ALPHA and order[first] > order[second]:
            against.append(f"{first} over {second}")
    if against:
        lines.append(
            f"{name} contradicts what people are sure of: {escape_markdown('; '.join(against))}."
        )
    elif any(pair.p_adjusted <= ALPHA for pair in board.pairs):
        lines.append(f"{name} contradicts nothing that people are sure of.")
    else:
        lines.append(f"People are sure of no pair, so that {name} can't contradict them.")
    return lines


def format_all_pairs(boards: Sequence[HumanBoard], apart: Sequence[str] = ()) -> list[str]:
    """Write a section with the tests of all pairs of each board that has some.

    Dimensions `apart` have their ranks from preferences.
    """
    compared = [board for board in boards if board.pairs]
    lines = ["\n## Pairs"] if compared else []
    for board in compared:
        lines += [f"\n### {escape_markdown(board.dimension)}\n", _format_pairs(board)]
        if board.dimension in apart:
            lines.append(
                "These tests are of mean scores, pair by pair, for other articles and other "
                "raters. They make no ranks: the ranks to report are those of the preferences."
            )
        if any(isnan(pair.difference.low) and pair.difference.n > 1 for pair in board.pairs):
            lines.append("A difference without an interval is the same on all articles.")
    return lines


def _format_pairs(board: HumanBoard) -> str:
    """The table of every pair: the difference, its p, and over how many articles."""
    rows = [
        [
            escape_markdown(pair.a),
            escape_markdown(pair.b),
            format_estimate(pair.difference),
            format_p(pair.p),
            format_p(pair.p_adjusted),
            f"{pair.difference.n:,}",
        ]
        for pair in board.pairs
    ]
    headings = ["a", "b", "difference", "p", "p corrected", "articles"]
    return format_table(headings, rows) + "\n"
