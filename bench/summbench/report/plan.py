"""How many articles a difference needs, as a table for people."""

from summbench.analysis.power import Plan


def markdown(plan: Plan, title: str) -> str:
    """The numbers needed, and what other numbers of articles would show."""
    points, chance = 100 * plan.effect, f"{100 * plan.power:.0f} %"
    median, noisy = plan.needed
    lines = [
        f"## {title}",
        "",
        f"To show a difference of {points:.2f} points between two models with {chance} power "
        f"(two-sided, 5 %, one pair): {median:,} articles.",
    ]
    if plan.pairs > 1:
        lines.append(
            f"That is for the median of {plan.pairs} pairs, whose paired difference has a standard "
            f"deviation of {100 * plan.sd:.2f} points; nine pairs in ten have at most "
            f"{100 * plan.noisy:.2f}, which needs {noisy:,}."
        )
    if plan.simulated is not None:
        lines.append(
            f"By simulation with the sign-flip test itself, {median:,} articles have "
            f"{100 * plan.simulated:.1f} % power."
        )
    heading = ("articles", f"shown with {chance} power", f"power at {points:.2f} points")
    widths = [max(9, len(cell)) for cell in heading]
    rows = [(f"{n:,}", f"{100 * mde:.2f} points", f"{100 * p:.0f} %") for n, mde, p in plan.rows]
    table = [heading, tuple("-" * (w - 1) + ":" for w in widths), *rows]
    lines += [
        "",
        *(
            f"| {' | '.join(c.rjust(w) for c, w in zip(row, widths, strict=True))} |"
            for row in table
        ),
    ]
    return "\n".join(lines) + "\n"
