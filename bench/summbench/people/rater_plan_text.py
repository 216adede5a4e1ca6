"""How many raters and articles a difference needs, in words and a table."""

from __future__ import annotations

from summbench.people.rater_plan import ARTICLES, RaterPlan
from summbench.report.markdown import format_table

_SHOWN = 4  # numbers of articles that fit the width of a terminal


def render_rater_plan(plan: RaterPlan) -> str:
    """Write the articles that each number of raters needs, and what fewer would show."""
    origin = (
        f"By the median of {plan.pairs} pairs of systems and dimensions"
        if plan.pairs
        else "As given"
    )
    sizes = ARTICLES[:: len(ARTICLES) // 3][:_SHOWN]
    rows = [
        [
            str(raters),
            "none" if articles is None else f"{articles:,}",
            *(f"{dict(zip(ARTICLES, shown, strict=True))[n]:.2f}" for n in sizes),
        ]
        for raters, articles, shown in plan.rows
    ]
    headings = ["raters", "articles needed", *(f"shown with {n}" for n in sizes)]
    lines = [
        "## Plan for ratings",
        "",
        f"To show a difference of {plan.effect:g} points between two systems with "
        f"{100 * plan.power:.0f} % power (two-sided, 5 %, one pair), every rater rating every "
        "article:",
        "",
        format_table(headings, rows, 0),
        "",
        f"{origin}, paired differences have a standard deviation of {plan.article_sd:.2f} between "
        f"articles, {plan.rater_sd:.2f} between raters, and {plan.rest_sd:.2f} of a single rating.",
        "With three raters the power is some 5 to 8 points less: their own spread is hardly known.",
    ]
    if any(articles is None for _, articles, _ in plan.rows):
        lines.append(
            "Where it says none, raters differ so much that no number of articles is enough: ask "
            "more raters."
        )
    return "\n".join(lines) + "\n"
