"""Numbers of the gate as people see them: points with two decimals."""

from __future__ import annotations

from math import isnan

from summbench.gate.records import MetricVerdict, SliceLoss


def format_points(value: float, sign: str = "") -> str:
    """100 x the value with two decimals; no minus sign before zero."""
    if isnan(value):
        return "n/a"
    text = f"{100 * value:{sign}.2f}"
    return "0.00" if float(text) == 0 else text


def format_loss(loss: float, is_fraction: bool) -> str:
    """The change of an article's score: below 0 for a loss."""
    return format_points(-loss if is_fraction else -loss / 100, "+")


def format_value(value: float, row: MetricVerdict | SliceLoss, sign: str = "") -> str:
    """Points of a score between 0 and 1, else the plain value."""
    return format_points(value if row.is_fraction else value / 100, sign)
