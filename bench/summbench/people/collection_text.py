"""What raters said, in words and tables."""

from __future__ import annotations

from math import comb, isnan

from summbench.people.alpha_text import format_alphas
from summbench.people.board import HumanBoard
from summbench.people.board_text import explain_useless_metric, format_board
from summbench.people.cells import DASH, format_count, format_estimate, format_number, format_ranks
from summbench.people.collect import Collection
from summbench.people.exclusion import describe_excluded
from summbench.people.facts import get_kind
from summbench.people.kinds_text import format_kinds
from summbench.people.preferences import Preferences
from summbench.people.rater_records import RaterRecord, format_seconds
from summbench.report.markdown import escape_markdown, format_table
from summbench.report.summary.words import join_names


def render_collection(collection: Collection) -> str:
    """Write who answered, how far raters agree, and which systems people prefer."""
    parts = [
        "## Raters\n",
        _format_raters(collection),
        *(f"- {escape_markdown(problem)}" for problem in collection.problems),
    ]
    if collection.simulated:
        parts.append(
            f"\nSimulated: {escape_markdown(join_names(collection.simulated))}. A program gave "
            "these answers, so that nothing here is what people say."
        )
    if collection.excluded:
        parts.append(f"\n{escape_markdown(describe_excluded(collection.excluded))}")
    parts += ["\n## Agreement\n", *format_alphas(collection.alphas, collection.study.design)]
    n_random = sum(a.selection == "random" for a in collection.study.articles)
    if n_random < len(collection.study.articles):
        parts.append(
            f"\nWhat follows is over the {n_random} articles drawn by chance, without those on "
            "which the scores differ most."
        )
    if collection.preferences is not None:
        parts += ["\n## Preferences\n", *format_preferences(collection.preferences)]
    is_choice = collection.preferences is not None
    shown = list_shown_boards(collection)
    for board in shown:
        parts += [
            f"\n## {escape_markdown(board.dimension)}\n",
            *format_board(board, is_ranked=not is_choice),
        ]
    parts += [f"\n{sentence}" for sentence in explain_useless_metric(shown)]
    return "\n".join([*parts, *format_kinds(collection.boards)]) + "\n"


def list_shown_boards(collection: Collection) -> list[HumanBoard]:
    """The boards that have a table: none of a kind of fact, as one table has all kinds.

    Of choices the mean says no more than the strengths, but for the metric beside it.
    """
    return [
        board
        for board in collection.boards
        if not get_kind(board.dimension)
        and (collection.preferences is None or board.metric is not None)
    ]


def _format_raters(collection: Collection) -> str:
    rows = [
        [
            escape_markdown(record.rater),
            f"{record.n_answered} of {record.n_assigned}",
            _format_checks(record),
            format_seconds(record.seconds),
            format_number(_get_alpha(collection, record.rater), 2),
        ]
        for record in collection.raters
    ]
    headings = ["rater", "answered", "checks failed", "seconds a screen", "alpha with others"]
    return format_table(headings, rows) + "\n"


def _format_checks(record: RaterRecord) -> str:
    if not record.n_answered or not record.checks:
        return DASH
    unanswered = f", {record.unanswered_checks} unanswered" if record.unanswered_checks else ""
    return f"{record.failed_checks} of {record.checks}{unanswered}"


def _get_alpha(collection: Collection, rater: str) -> float:
    agreement = collection.rater_agreement.get(rater)
    return float("nan") if agreement is None else agreement.with_others


def format_preferences(preferences: Preferences, whose: str = "these raters") -> list[str]:
    """Write a table of strengths, and sentences on what sways choices and what they can't say."""
    rows = [
        [
            escape_markdown(row.system),
            f"{100 * row.preferred:.0f} % of {row.choices:,}",
            format_estimate(row.strength),
            format_ranks(row.rank_low, row.rank_high),
        ]
        for row in preferences.systems
    ]
    lines = [format_table(["system", "preferred", "strength", "rank"], rows) + "\n"]
    lines += [escape_markdown(problem) for problem in preferences.problems]
    lines.append(_describe_size(preferences, whose))
    if not isnan(preferences.position.mean):
        lines.append(
            f"Advantage of the first place: {format_estimate(preferences.position)} in log odds; "
            "0 is none."
        )
    if not isnan(preferences.length.mean):
        lines.append(
            f"Length: {format_estimate(preferences.length)} for a summary e times as long. "
            "Strengths at equal length: "
            + ", ".join(
                f"{escape_markdown(name)} {value:+.2f}"
                for name, value in preferences.length_adjusted.items()
            )
            + "."
        )
    lines += _describe_triples(preferences)
    if preferences.repeated_pairs:
        lines.append(
            f"{preferences.flips} of {preferences.repeated_pairs} pairs seen in both orders got "
            "another answer in the other order."
        )
        if 2 * preferences.flips > preferences.repeated_pairs:
            lines.append("The order decides more of these choices than the texts do.")
    return lines


def _describe_triples(preferences: Preferences) -> list[str]:
    """How many triples go round, and why some are not counted."""
    if not preferences.triples:
        return []
    text = (
        f"{preferences.cycles} of {format_count(preferences.triples, 'triple')} of systems go "
        "in a circle (A over B, B over C, C over A)."
    )
    not_counted = comb(len(preferences.systems), 3) - preferences.triples
    if not not_counted:
        return [text]
    return [f"{text} Not counted: {not_counted} with a pair that nobody wins more often."]


def _describe_size(preferences: Preferences, whose: str) -> str:
    """How many choices there are, and what strengths and ranks are."""
    text = (
        f"{format_count(preferences.choices, 'choice')} on "
        f"{format_count(preferences.articles, 'article')}, {preferences.ties} of them ties."
    )
    if isnan(preferences.systems[0].strength.mean):
        return text
    return (
        f"{text} The difference of two strengths is the log of the odds that the one is "
        "preferred. In brackets are 95 % intervals from resampled articles. A rank is possible if "
        "no test of a pair excludes it, at 5 % for all pairs together. These are the ranks to "
        f"report. They are for other articles and for {whose}."
    )
