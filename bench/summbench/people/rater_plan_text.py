"""How many raters and articles a difference needs, in words and a table."""

from __future__ import annotations

from summbench.people.rater_plan import ARTICLES, MOST_ARTICLES, RaterPlan
from summbench.report.markdown import format_table
from summbench.stats.crossed_power import DRAWS


def render_rater_plan(plan: RaterPlan) -> str:
    """Write the articles that each number of raters needs, and what fewer would show."""
    origin = (
        f"By the median of {plan.pairs} pairs of systems and dimensions"
        if plan.pairs
        else "As given"
    )
    rows = [
        [
            str(raters),
            "none" if articles is None else f"{articles:,}",
            *(f"{effect:.2f}" for effect in shown),
        ]
        for raters, articles, shown in plan.rows
    ]
    headings = ["raters", "articles needed", *(f"shown with {n}" for n in ARTICLES)]
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
        f"The power is that of the test that summbench collect makes, for normally distributed "
        f'differences, from {DRAWS:,} draws. "shown with" is the smallest difference found with '
        f"that power.",
    ]
    if any(articles is None for _, articles, _ in plan.rows):
        lines.append(
            f"none: {MOST_ARTICLES:,} articles are not enough. Ask more raters, or plan for a "
            "larger difference."
        )
    return "\n".join(lines) + "\n"
