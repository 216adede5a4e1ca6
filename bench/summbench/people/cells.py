"""Numbers of ratings as cells of a table in Markdown."""

from __future__ import annotations

from math import isinf, isnan

from summbench.core.records import Estimate

DASH = "-"


def format_ranks(low: int, high: int) -> str:
    """Return one rank, or the lowest and the highest that are possible."""
    return str(low) if low == high else f"{low}-{high}"


def format_number(value: float, decimals: int) -> str:
    """Return the number, or a dash if there is none."""
    return DASH if isnan(value) else f"{value:z.{decimals}f}"


def format_estimate(estimate: Estimate) -> str:
    """Return the value with its interval, as it is if there is none."""
    if isnan(estimate.low):
        return format_number(estimate.mean, 2)
    low, high = ("open" if isinf(b) else f"{b:z.2f}" for b in (estimate.low, estimate.high))
    return f"{estimate.mean:z.2f} \\[{low}, {high}\\]"


def format_p(p: float) -> str:
    """Return p to three decimals, or that it is smaller."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def format_count(n: int, noun: str) -> str:
    """A number with its noun, which has an s unless there is one."""
    return f"{n:,} {noun}{'s' * (n != 1)}"
