"""Numbers of the gate as people see them: points with two decimals."""

from __future__ import annotations

from collections.abc import Iterable
from math import isnan

from summbench.gate.history.records import HistoryRow
from summbench.gate.records import MetricVerdict, SliceLoss


def format_points(value: float, sign: str = "") -> str:
    """100 x the value with two decimals; no minus sign before zero."""
    if isnan(value):
        return "n/a"
    text = f"{100 * value:{sign}.2f}"
    return "0.00" if float(text) == 0 else text


def describe_scales(rows: Iterable[MetricVerdict | HistoryRow]) -> str:
    """Say in which unit the means of a table are: "Means are in points (x 100)"."""
    is_fraction = {row.metric: row.is_fraction for row in rows}
    plain = [metric for metric, is_share in is_fraction.items() if not is_share]
    if plain and len(plain) == len(is_fraction):
        return f"Means are in the unit of {'the metric' if len(plain) == 1 else 'their metric'}"
    return "Means are in points (x 100)" + (f"; plain means of {', '.join(plain)}" if plain else "")


def format_loss(loss: float, is_fraction: bool) -> str:
    """The change of an article's score: below 0 for a loss."""
    return format_points(-loss if is_fraction else -loss / 100, "+")


def format_value(value: float, row: MetricVerdict | SliceLoss, sign: str = "") -> str:
    """Points of a score between 0 and 1, else the plain value."""
    return format_points(value if row.is_fraction else value / 100, sign)
