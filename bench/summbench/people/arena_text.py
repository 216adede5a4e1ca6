"""What an arena found, in words and tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from summbench.core.control_characters import to_one_line
from summbench.people.agreement_text import format_agreement, format_corrected
from summbench.people.arena_result import Arena
from summbench.people.collection_text import format_preferences
from summbench.people.preferences import Preferences
from summbench.people.verdicts import PairResult
from summbench.report.markdown import escape_markdown, format_table
from summbench.report.summary.words import join_names

_MOST_PAIRS_NAMED = 6
_MOST_SHOWN = 80  # characters of a reply


def render_arena(arena: Arena) -> str:
    """Write the strengths, every pair, what was left out, and what people say of the judge."""
    title = escape_markdown(f"{arena.judge} on {arena.dataset}")
    parts = [f"## Arena: {title}\n"]
    if arena.is_judge_silent:
        parts.append(_describe_silence(arena))
    elif arena.preferences is None:
        parts.append("No pair has a verdict in both orders, so that nothing is estimated.")
    else:
        parts += [
            _describe_best(arena.preferences),
            "",
            *format_preferences(arena.preferences, "this judge"),
        ]
    parts += ["", *_list_items(_describe_scope(arena)), "\n## Pairs\n", _format_pairs(arena.pairs)]
    parts.append(
        "Articles on which the first of a pair won, tied or lost, both orders together. A verdict "
        "that changes with the order is a tie; flips count these."
    )
    if arena.agreement is not None:
        parts += ["\n## Judge and people\n", *format_agreement(arena.agreement)]
        if arena.left_out:
            reasons = [f"{count:,} {reason}" for reason, count in arena.left_out.items()]
            parts.append(f"Choices of people that are left out: {join_names(reasons)}.")
    if arena.corrected is not None:
        parts += ["\n## Corrected by people\n", *format_corrected(arena.corrected)]
    if arena.agreement is None and arena.preferences is not None:
        parts.append(
            "\nThese ranks are the judge's opinion. Nobody's choices are beside it, so that its "
            "error is in no interval. --people FILE (people=FILE) compares it with people."
        )
    return "\n".join(parts) + "\n"


def _describe_best(preferences: Preferences) -> str:
    """Which systems may rank first."""
    names = [row.system for row in preferences.systems if row.rank_low == 1]
    if len(names) == 1:
        return f"The judge prefers {escape_markdown(names[0])} to every other system."
    return f"The judge does not settle who is first: {escape_markdown(join_names(names))} may be."


def _describe_silence(arena: Arena) -> str:
    """Say that the judge is of no use, and what it replied."""
    of_judge = [verdict for verdict in arena.verdicts if verdict.source == "judge"]
    with_verdict = sum(verdict.preferred is not None for verdict in of_judge)
    if with_verdict:
        text = (
            f"The judge gave a verdict in {with_verdict:,} of {len(of_judge):,} questions, and "
            "in no pair in both orders: there is no ranking."
        )
    else:
        text = f"The judge gave no verdict in {len(of_judge):,} questions: there is no ranking."
    replies = [v.reply for v in of_judge if v.preferred is None and v.error is None]
    if not replies:
        return text
    first = escape_markdown(to_one_line(replies[0], _MOST_SHOWN))
    return (
        f"{text} A reply has to be one of the answers that the prompt asks for; the first is "
        f'"{first}". Take a model that follows instructions, or another prompt (--prompt FILE, '
        "prompt=)."
    )


def describe_plan(arena: Arena) -> str:
    """Say how many questions an arena has, and how many of them are paid for."""
    plan = arena.plan
    lines = [
        f"{_describe_size(arena)}.",
        *_describe_budget(arena),
        *_describe_free(arena),
        f"{arena.n_stored:,} of {_count(plan.requests, 'different request')} are stored. "
        f"{_count(plan.requests - arena.n_stored, 'request')} would be sent to the judge.",
    ]
    return "\n".join(lines)


def _list_items(sentences: Iterator[str]) -> list[str]:
    return [f"- {sentence}" for sentence in sentences]


def _describe_scope(arena: Arena) -> Iterator[str]:
    yield f"{_describe_size(arena)}."
    yield from _describe_budget(arena)
    yield from _describe_free(arena)
    yield from _describe_gaps(arena)
    if arena.excluded:
        yield (
            f"Not in the arena: {escape_markdown(join_names(arena.excluded))}. --systems A,B "
            "(systems=) chooses, bounds too."
        )
    if not arena.is_stored:
        yield (
            "The judge is an object of Python without a version, so that its replies are not "
            "stored and the next call asks again."
        )


def _describe_size(arena: Arena) -> str:
    pairs = len(arena.systems) * (len(arena.systems) - 1) // 2
    text = (
        f"{_count(len(arena.systems), 'system')}, {_count(pairs, 'pair')}, {arena.articles:,} of "
        f"{_count(arena.of_articles, 'article')}"
    )
    if arena.n_textless:
        text += f" ({arena.n_textless:,} have no text)"
    repeats = f" {arena.repeats} times" if arena.repeats > 1 else ""
    return f"{text}: {_count(arena.plan.questions, 'question')}, each pair in both orders{repeats}"


def _describe_budget(arena: Arena) -> Iterator[str]:
    plan = arena.plan
    if plan.meetings < plan.of_meetings:
        n_pairs = len(arena.systems) * (len(arena.systems) - 1) // 2
        low, high = plan.meetings // n_pairs, -(-plan.meetings // n_pairs)
        each = f"{low:,}" if low == high else f"{low:,} or {high:,}"
        yield (
            f"The budget of {_count(arena.budget or 0, 'question')} leaves out "
            f"{plan.of_meetings - plan.meetings:,} of {plan.of_meetings:,} comparisons. Each pair "
            f"is compared on {each} articles, which are spread evenly."
        )


def _describe_free(arena: Arena) -> Iterator[str]:
    plan = arena.plan
    if plan.n_identical:
        yield (
            f"{_count(plan.n_identical, 'comparison')} of identical summaries: a tie, and the "
            "judge is not asked."
        )
    if plan.n_missing:
        yield (
            f"{_count(plan.n_missing, 'comparison')} in which a summary failed or is empty: it "
            "loses to one that is there, and the judge is not asked."
        )


def _describe_gaps(arena: Arena) -> Iterator[str]:
    unread, incomplete = (
        sum(getattr(pair, name) for pair in arena.pairs) for name in ("n_unread", "n_incomplete")
    )
    failed = arena.n_failed
    if not (unread or failed):
        return
    missing = [
        *([f"{_count(unread, 'reply', 'replies')} without a verdict"] if unread else []),
        *([f"{_count(failed, 'reply', 'replies')} that never came"] if failed else []),
    ]
    yield (
        f"{join_names(missing)}: {_count(incomplete, 'comparison')} left out, and none made a tie. "
        f"Such replies by pair: {_name_gaps(arena.pairs)}."
    )
    errors = {verdict.error: verdict for verdict in arena.verdicts if verdict.error is not None}
    for error, verdict in list(errors.items())[:1]:
        yield (
            f"The first that never came, {escape_markdown(verdict.first)} and "
            f"{escape_markdown(verdict.second)} on {escape_markdown(verdict.article)}: "
            f"{escape_markdown(error)}. The same command asks again."
        )


def _name_gaps(pairs: Sequence[PairResult]) -> str:
    counts = [(p.n_unread + p.n_failed, f"{p.a} and {p.b}") for p in pairs]
    gaps = sorted((count for count in counts if count[0]), key=lambda count: -count[0])
    names = [f"{escape_markdown(pair)} {n:,}" for n, pair in gaps]
    more = len(names) - _MOST_PAIRS_NAMED
    shown = "; ".join(names[:_MOST_PAIRS_NAMED])
    return f"{shown}; and {more} more" if more > 0 else shown


def _format_pairs(pairs: Sequence[PairResult]) -> str:
    with_gaps = any(pair.n_incomplete for pair in pairs)
    rows = [
        [
            escape_markdown(pair.a),
            escape_markdown(pair.b),
            *(f"{n:,}" for n in (pair.wins, pair.ties, pair.losses)),
            f"{pair.flips:,} of {pair.n_judged:,}",
            *([f"{pair.n_incomplete:,}"] if with_gaps else []),
        ]
        for pair in pairs
    ]
    headings = ["system", "against", "won", "tied", "lost", "flips"]
    return format_table([*headings, *(["left out"] if with_gaps else [])], rows) + "\n"


def _count(n: int, noun: str, plural: str = "") -> str:
    return f"{n:,} {noun if n == 1 else plural or f'{noun}s'}"
