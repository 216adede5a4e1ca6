"""Names, numbers and quotes of a summary that a metric judged, read from its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_LONGEST = 300


def mentions(content: Any) -> list[dict[str, Any]]:
    """Text, kind, whether it is supported, and the nearest string of the source.

    The evidence is JSON of any metric: what has not this form is no mention and is left out.
    """
    listed = content.get("mentions") if isinstance(content, Mapping) else None
    found = [_mention(item) for item in listed] if isinstance(listed, list) else []
    return [mention for mention in found if mention is not None]


def _mention(item: Any) -> dict[str, Any] | None:
    if not isinstance(item, Mapping) or not isinstance(item.get("text"), str):
        return None
    return {
        "text": item["text"][:_LONGEST],
        "kind": str(item.get("kind", "mention"))[:_LONGEST],
        "supported": bool(item.get("supported", True)),
        "nearest": str(item.get("nearest") or "")[:_LONGEST],
    }
