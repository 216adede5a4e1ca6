"""The claims of a summary that the article does not support, read from a metric's evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_MAX_LENGTH = 300
_KINDS = {
    "names": "name",
    "numbers": "number",
    "quotes": "quotation",
    "negations": "negation",
    "leaked": "boilerplate",
}
_SUPPORTED = {"exact", "variant", "rounded"}


def list_unsupported(content: Any, summary: str) -> list[dict[str, Any]]:
    """Claims without support: text, kind, state, position, and the closest piece of the article.

    The evidence is JSON of any metric; what lacks the form of `support` is left out. Positions
    count UTF-16 units, as a browser does; without one the browser searches the text.
    """
    claims = [
        _build_unsupported(item, kind, summary)
        for group, kind in _KINDS.items()
        for item in _list_items(content, group)
    ]
    return [claim for claim in claims if claim is not None]


def _list_items(content: Any, group: str) -> list[Any]:
    listed = content.get(group) if isinstance(content, Mapping) else None
    return listed if isinstance(listed, list) else []


def is_claim_check(content: Any) -> bool:
    """Whether the evidence has the form of `support`."""
    return isinstance(content, Mapping) and any(isinstance(content.get(k), list) for k in _KINDS)


def _build_unsupported(item: Any, kind: str, summary: str) -> dict[str, Any] | None:
    if not isinstance(item, Mapping) or not isinstance(item.get("text"), str) or not item["text"]:
        return None
    state = str(item.get("state", "copied"))
    if state in _SUPPORTED and not item.get("misattributed"):
        return None
    nearest = item.get("nearest")
    closest = nearest.get("text", "") if isinstance(nearest, Mapping) else nearest or ""
    text, start = item["text"], item.get("start")
    claim = {
        "text": text,
        "kind": kind,
        "state": "said by another" if state in _SUPPORTED else state.replace("_", " "),
        "nearest": str(closest)[:_MAX_LENGTH],
    }
    if isinstance(start, int) and summary[start : start + len(text)] == text:
        claim["start"] = len(summary[:start].encode("utf-16-le", "surrogatepass")) // 2
    return claim
