"""How many articles a difference needs, as a table for people."""

from pathlib import Path

from summbench.analysis.power import SampleSizePlan
from summbench.report.summary.words import format_effect, name_unit


def render_plan(plan: SampleSizePlan, run: Path | None = None) -> str:
    """Write the number of articles needed, and what other numbers of articles would show."""
    effect, power = _format(plan, plan.effect), f"{100 * plan.power:.0f} %"
    lines = [
        f"## {'Plan' if run is None else f'{plan.metric} on {plan.dataset}, from {run}'}",
        "",
        f"To show a difference of {effect} between two models with {power} power "
        f"(two-sided, 5 %, one pair): {plan.articles:,} articles.",
    ]
    if plan.pairs > 1:
        lines.append(
            f"Corrected for {plan.pairs} pairs, as in the table of a run: "
            f"{plan.corrected_articles:,} articles."
        )
        lines.append(
            f"This is for a typical pair: the differences between its two models vary by "
            f"{_format(plan, plan.sd)} (standard deviation, median of {plan.pairs} "
            f"pairs). For nine pairs in ten, {plan.high_articles:,} articles are enough; they vary "
            f"by at most {_format(plan, plan.high_sd)}."
        )
    if plan.simulated_power is not None:
        lines.append(
            f"By simulation with the sign-flip test itself, {plan.articles:,} articles have "
            f"{100 * plan.simulated_power:.1f} % power."
        )
    lines += _describe_repeats(plan, effect)
    return "\n".join([*lines, "", *_format_rows(plan, power, effect)]) + "\n"


def _format(plan: SampleSizePlan, value: float) -> str:
    return f"{format_effect(value, 2, plan.scale)}{name_unit(plan.scale)}"


def _describe_repeats(plan: SampleSizePlan, effect: str) -> list[str]:
    """Whether more articles or more outputs of each buy more."""
    if not plan.by_repeats:
        return []
    needs = ", ".join(f"{articles:,} with {repeats}" for repeats, _, articles in plan.by_repeats)
    once = plan.by_repeats[0][2]
    repeats, _, most = plan.by_repeats[-1]
    return [
        f"By outputs an article, a difference of {effect} takes these numbers of articles: "
        f"{needs}. More articles buy more than more outputs of each: {once:,} outputs a model "
        f"against {repeats * most:,}. Repeat where there are no more articles."
    ]


def _format_rows(plan: SampleSizePlan, power: str, effect: str) -> list[str]:
    headings = ["articles", f"found with {power} power", f"power at {effect}"]
    if plan.pairs > 1:
        headings.insert(2, f"as one of {plan.pairs} pairs")
    widths = [max(9, len(heading)) for heading in headings]
    rows = [
        headings,
        tuple("-" * (width - 1) + ":" for width in widths),
        *(
            (
                f"{n:,}",
                _format(plan, mde),
                *([_format(plan, corrected)] if plan.pairs > 1 else []),
                f"{100 * p:.0f} %",
            )
            for n, mde, corrected, p in plan.rows
        ),
    ]
    return [
        f"| {' | '.join(cell.rjust(w) for cell, w in zip(row, widths, strict=True))} |"
        for row in rows
    ]
