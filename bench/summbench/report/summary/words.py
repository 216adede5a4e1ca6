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


def name_unit(scale: float) -> str:
    """The unit of numbers that are multiplied by `scale`, with a space before it."""
    return " points" if scale == 100 else ""


def format_interval(*values: float, scale: float = 100.0) -> list[str]:
    """The values times `scale`, all with as many decimals: 1, or up to 3 to show no 0.0."""
    for decimals in (1, 2, 3):
        texts = [f"{scale * value:.{decimals}f}" for value in values]
        if all(float(text) or not value for text, value in zip(texts, values, strict=True)):
            break
    return [text.removeprefix("-") if not float(text) else text for text in texts]


def format_effect(effect: float, decimals: int, scale: float = 100.0) -> str:
    """The effect times `scale`; two digits of what is too small for the decimals, never 0.0."""
    text = f"{scale * effect:.{decimals}f}"
    return text if float(text) else f"{scale * effect:.2g}"
