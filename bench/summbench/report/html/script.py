"""Data as scripts, which a page may load from a folder without a server."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from summbench.core.control_characters import show_controls

# "</script>" would end the script; an old browser takes the others for the end of a line.
_ESCAPES = {"<": "\\u003c", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def format_script(key: str, content: Mapping[str, Any]) -> str:
    """A script that adds the content to the page's data under the key."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    text = show_controls(text)
    for character, escape in _ESCAPES.items():
        text = text.replace(character, escape)
    return f"summbench.add({json.dumps(key)},{text});\n"


def round_number(value: float | None) -> float | None:
    """Six digits that count; null for what is not a number."""
    if value is None or not isfinite(value):
        return None
    return float(f"{value:.6g}")


def round_numbers(values: Iterable[float | None]) -> list[float | None]:
    """As `round_number`, one by one."""
    return list(map(round_number, values))


def pack_array(values: NDArray[np.generic]) -> str:
    """Base64 of the array's little-endian bytes."""
    data = values.astype(values.dtype.newbyteorder("<"), copy=False).tobytes()
    return base64.b64encode(data).decode()
