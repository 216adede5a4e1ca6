"""Names and differences as sentences have them."""

from __future__ import annotations

from collections.abc import Sequence

MAX_NAMES = 6


def join_names(names: Sequence[str]) -> str:
    """The names in a sentence; of more than six the first five and how many more."""
    if len(names) == 1:
        return names[0]
    if len(names) <= MAX_NAMES:
        return f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{', '.join(names[: MAX_NAMES - 1])} and {len(names) - MAX_NAMES + 1} more"


def format_interval(*values: float) -> list[str]:
    """The fractions in points, all with one number of decimals: 1, or up to 3 to show no 0.0."""
    for decimals in (1, 2, 3):
        texts = [f"{100 * value:.{decimals}f}" for value in values]
        if all(float(text) or not value for text, value in zip(texts, values, strict=True)):
            break
    return [text.removeprefix("-") if not float(text) else text for text in texts]


def format_effect(effect: float, decimals: int) -> str:
    """The fraction in points; two digits of what is too small for the decimals, never 0.0."""
    text = f"{100 * effect:.{decimals}f}"
    return text if float(text) else f"{100 * effect:.2g}"
