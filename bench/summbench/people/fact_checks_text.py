"""Facts that no people checked: their ledger, and how far the checker agrees with people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from math import isnan
from pathlib import Path

from summbench.people.agreement_text import explain_no_interval
from summbench.people.cells import format_estimate
from summbench.people.fact_agreement import FactAgreement
from summbench.people.fact_session import FactCheck
from summbench.people.ledger_page import write_ledger
from summbench.people.ledger_text import render_ledger, render_ledger_in_full
from summbench.people.rated import STATES, write_rated
from summbench.report.markdown import escape_markdown, format_table
from summbench.store.atomic_files import write_text


def write_fact_check(check: FactCheck, out: Path) -> list[Path]:
    """Write the states to `out`, beside it the ledger in Markdown, HTML and CSV; return all paths.

    Of a judge NAME-replies.jsonl has every reply.
    """
    markdown = out.with_suffix(".md")
    write_rated(check.articles, out)
    write_text(render_ledger_in_full(check.ledger) + _render_agreement(check), markdown)
    paths = [out, markdown, *write_ledger(check.ledger, out)]
    if not check.replies:
        return paths
    replies = out.with_name(f"{out.stem}-replies.jsonl")
    write_text("".join(f"{line}\n" for line in _list_replies(check)), replies)
    return [*paths, replies]


def _list_replies(check: FactCheck) -> Iterator[str]:
    """A line of JSON a reply of the judge; `key` is its row in the store."""
    for place, replies in check.replies.items():
        for reply in replies:
            yield json.dumps({**place._asdict(), **asdict(reply)}, ensure_ascii=False)


def render_fact_check(check: FactCheck) -> str:
    """Write the ledger, and the agreement with people if they labelled the same facts."""
    return render_ledger(check.ledger) + _render_agreement(check)


def _render_agreement(check: FactCheck) -> str:
    if check.agreement is None:
        return ""
    return "\n".join(["\n## Agreement with people\n", *format_agreement(check.agreement)]) + "\n"


def format_agreement(agreement: FactAgreement) -> list[str]:
    """Write kappa of checker and people, and of people among themselves as the ceiling."""
    rows = [["checker and people", format_estimate(agreement.checker), f"{agreement.checker.n:,}"]]
    if agreement.people is not None:
        estimate = agreement.people
        rows.append(["people among themselves", format_estimate(estimate), f"{estimate.n:,}"])
    lines = [
        format_table(["who", "kappa", "pairs of answers"], rows) + "\n",
        f"Cohen's kappa on the same facts of {agreement.articles:,} articles: 1 is full agreement, "
        "0 is chance. In brackets is its 95 % interval, from resampled articles.",
    ]
    if agreement.is_binary:
        lines.append("Only stated or not is compared, as the checker sees no contradiction.")
    if isnan(agreement.checker.mean):
        lines.append("Kappa is undefined where all answers are the same.")
    elif isnan(agreement.checker.low):
        lines.append(explain_no_interval(agreement.articles))
    elif agreement.checker.low <= 0:
        lines.append("The checker may agree with people no more than by chance.")
    if agreement.people is None:
        lines.append("No two people answered the same, so how far people agree is not known.")
    if agreement.n_left_out:
        lines.append(
            f"{agreement.n_left_out:,} of people's facts were not checked, or are of articles that "
            "were not drawn by chance, and are left out."
        )
    table = [
        [person, *(f"{agreement.table.get((person, checker), 0):,}" for checker in STATES)]
        for person in STATES
    ]
    headings = ["people say", *(f"checker: {escape_markdown(state)}" for state in STATES)]
    return [*lines, "\n" + format_table(headings, table)]
