"""A board by people in words and tables."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

from summbench.leaderboard.board import ALPHA
from summbench.people.board import HumanBoard, HumanEntry
from summbench.people.cells import DASH, format_count, format_estimate, format_p, format_ranks
from summbench.report.markdown import escape_markdown, format_table
from summbench.report.summary.words import join_names


def format_board(board: HumanBoard) -> list[str]:
    """Write the table of a dimension, and what it says, with the metric beside it if there is."""
    with_metric = board.metric is not None
    headings = ["system", "mean", "rank", "letters"]
    headings += ["with metric", "rank by metric"] if with_metric else []
    rows = [_format_entry(entry, with_metric) for entry in board.entries]
    lines = [format_table(headings, rows) + "\n", *_explain_board(board)]
    return [*lines, *_explain_metric(board)] if with_metric else lines


def _format_entry(entry: HumanEntry, with_metric: bool) -> list[str]:
    cells = [
        escape_markdown(entry.system),
        format_estimate(entry.estimate),
        format_ranks(entry.rank_low, entry.rank_high),
        entry.letters,
    ]
    if with_metric and entry.powered is not None:
        powered = entry.powered
        cells += [DASH if powered.reason else format_estimate(powered.estimate)]
        cells += [str(entry.metric_rank)]
    return cells


def _explain_board(board: HumanBoard) -> list[str]:
    whom = "this rater" if board.raters == 1 else "these raters"
    units = {
        "articles and raters": "The interval is for other articles and other raters.",
        "articles": f"The interval is for other articles, and for {whom} alone.",
        "none": "One article has no interval.",
    }[board.units]
    size = f"{format_count(board.articles, 'article')}, {format_count(board.raters, 'rater')}."
    lines = [f"{escape_markdown(_name_best(board))} {size} {units} Pairs are corrected by Holm."]
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


def _explain_metric(board: HumanBoard) -> list[str]:
    """What the metric bought, or why it buys nothing; where it orders systems otherwise."""
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
    for reason in dict.fromkeys(p.reason for _, p in powered if p.reason):
        names = [e.system for e, p in powered if p.reason == reason]
        lines.append(f"{name} buys nothing for {escape_markdown(join_names(names))}: {reason}.")
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


def format_all_pairs(boards: Sequence[HumanBoard]) -> list[str]:
    """Write a section with the tests of all pairs of each board that has some."""
    compared = [board for board in boards if board.pairs]
    lines = ["\n## Pairs\n"] if compared else []
    for board in compared:
        lines += [f"\n### {escape_markdown(board.dimension)}\n", _format_pairs(board)]
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
