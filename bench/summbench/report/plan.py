"""How many articles a difference needs, as a table for people."""

from pathlib import Path

from summbench.analysis.power import SampleSizePlan
from summbench.report.summary.words import format_effect


def render_plan(plan: SampleSizePlan, run: Path | None = None) -> str:
    """Write the number of articles needed, and what other numbers of articles would show."""
    points, power = format_effect(plan.effect, 2), f"{100 * plan.power:.0f} %"
    lines = [
        f"## {'Plan' if run is None else f'{plan.metric} on {plan.dataset}, from {run}'}",
        "",
        f"To show a difference of {points} points between two models with {power} power "
        f"(two-sided, 5 %, one pair): {plan.articles:,} articles.",
    ]
    if plan.pairs > 1:
        lines.append(
            f"Corrected for {plan.pairs} pairs, as in the table of a run: "
            f"{plan.corrected_articles:,} articles."
        )
        lines.append(
            f"This is for a typical pair: the differences between its two models vary by "
            f"{format_effect(plan.sd, 2)} points (standard deviation, median of {plan.pairs} "
            f"pairs). For nine pairs in ten, {plan.high_articles:,} articles are enough; they vary "
            f"by at most {format_effect(plan.high_sd, 2)} points."
        )
    if plan.simulated_power is not None:
        lines.append(
            f"By simulation with the sign-flip test itself, {plan.articles:,} articles have "
            f"{100 * plan.simulated_power:.1f} % power."
        )
    lines += _describe_repeats(plan, points)
    return "\n".join([*lines, "", *_format_rows(plan, power, points)]) + "\n"


def _describe_repeats(plan: SampleSizePlan, points: str) -> list[str]:
    """Whether more articles or more outputs of each buy more."""
    if not plan.by_repeats:
        return []
    needs = ", ".join(f"{articles:,} with {repeats}" for repeats, _, articles in plan.by_repeats)
    once = plan.by_repeats[0][2]
    repeats, _, most = plan.by_repeats[-1]
    return [
        f"By outputs an article, {points} points take these numbers of articles: {needs}. More "
        f"articles buy more than more outputs of each: {once:,} outputs a model against "
        f"{repeats * most:,}. Repeat where there are no more articles."
    ]


def _format_rows(plan: SampleSizePlan, power: str, points: str) -> list[str]:
    headings = ["articles", f"found with {power} power", f"power at {points} points"]
    if plan.pairs > 1:
        headings.insert(2, f"as one of {plan.pairs} pairs")
    widths = [max(9, len(heading)) for heading in headings]
    rows = [
        headings,
        tuple("-" * (width - 1) + ":" for width in widths),
        *(
            (
                f"{n:,}",
                f"{format_effect(mde, 2)} points",
                *([f"{format_effect(corrected, 2)} points"] if plan.pairs > 1 else []),
                f"{100 * p:.0f} %",
            )
            for n, mde, corrected, p in plan.rows
        ),
    ]
    return [
        f"| {' | '.join(cell.rjust(w) for cell, w in zip(row, widths, strict=True))} |"
        for row in rows
    ]
