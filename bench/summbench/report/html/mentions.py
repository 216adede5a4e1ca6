"""Names, numbers and quotations of a summary that a metric looked up, read from its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_LONGEST = 300
_KINDS = {
    "names": "name",
    "numbers": "number",
    "quotes": "quotation",
    "negations": "negation",
    "leaked": "boilerplate",
}
_SUPPORTED = {"exact", "variant", "rounded"}


def mentions(content: Any, summary: str) -> list[dict[str, Any]]:
    """What the article does not say: text, kind, state, place, and what comes nearest in it.

    The evidence is JSON of any metric; what is not in the form of `support` is left out. Places
    count UTF-16 units, as a browser does; without one the text is looked for.
    """
    found = [
        _mention(item, kind, summary)
        for group, kind in _KINDS.items()
        for item in _items(content, group)
    ]
    return [mention for mention in found if mention is not None]


def _items(content: Any, group: str) -> list[Any]:
    listed = content.get(group) if isinstance(content, Mapping) else None
    return listed if isinstance(listed, list) else []


def is_lookup(content: Any) -> bool:
    """Whether the evidence has the form of `support`."""
    return isinstance(content, Mapping) and any(isinstance(content.get(k), list) for k in _KINDS)


def _mention(item: Any, kind: str, summary: str) -> dict[str, Any] | None:
    if not isinstance(item, Mapping) or not isinstance(item.get("text"), str) or not item["text"]:
        return None
    state = str(item.get("state", "copied"))
    if state in _SUPPORTED and not item.get("misattributed"):
        return None
    nearest = item.get("nearest")
    near = nearest.get("text", "") if isinstance(nearest, Mapping) else nearest or ""
    text, start = item["text"], item.get("start")
    said = {
        "text": text,
        "kind": kind,
        "state": "said by another" if state in _SUPPORTED else state.replace("_", " "),
        "nearest": str(near)[:_LONGEST],
    }
    if isinstance(start, int) and summary[start : start + len(text)] == text:
        said["at"] = len(summary[:start].encode("utf-16-le", "surrogatepass")) // 2
    return said
