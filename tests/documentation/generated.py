"""The generated parts of documents, between two marks each."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.documentation import api_reference, shipped


def replace_part(text: str, name: str, content: str) -> str:
    """The text with this content between the marks of the part.

    Raises: ValueError, if the text has no such marks, or several.
    """
    start, end = f"<!-- generated: {name} -->", f"<!-- /generated: {name} -->"
    marked = re.compile(f"{re.escape(start)}.*?{re.escape(end)}", re.DOTALL)
    if len(marked.findall(text)) != 1:
        raise ValueError(f"expected the marks of {name!r} once")
    return marked.sub(lambda _: f"{start}\n\n{content}\n\n{end}", text)


DOCUMENTS: Mapping[Path, Callable[[], Mapping[str, str]]] = {
    api_reference.README: lambda: {"api": api_reference.build_reference()},
    shipped.README: shipped.build_parts,
}
"""Document -> what builds its generated parts."""


def renew(path: Path) -> str:
    """The document with its generated parts as they should be."""
    text = path.read_text(encoding="utf-8")
    for name, content in DOCUMENTS[path]().items():
        text = replace_part(text, name, content)
    return text
