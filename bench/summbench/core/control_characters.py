"""Characters that steer a terminal or turn the order of a text around, made visible."""

from __future__ import annotations

import re

# C0 but tab and the end of a line, DEL and C1; Unicode's Bidi_Control and the deprecated format
# characters beside it; interlinear annotation; lone surrogates, which no file can hold.
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"
    "\ufff9-\ufffb\ud800-\udfff]|\r(?!\n)"
)


def show_controls(text: str) -> str:
    r"""Return the text with each control character as its code, such as \u001b.

    Tabs and line breaks stay. In a JSON text the codes are what they stand for.
    """
    return _CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def to_one_line(text: str, max_length: int | None = None) -> str:
    """Return the text without line breaks and control characters, cut if it is longer."""
    flat = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if max_length is None or len(flat) <= max_length:
        return flat
    return f"{flat[: max_length - 3]}..."
