"""Which files are documentation, their links and their anchors."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from tests.commands import CLONE

_FENCE = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(`+)(?!`).*?\1")
_LINK = re.compile(r"!?\[(?:[^\]\[]|\[[^\]]*\])*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.*)$", re.MULTILINE)


def list_documents() -> list[Path]:
    """Every Markdown file that is committed or will be, but for templates and tables of tests."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    listing = subprocess.run(command, cwd=CLONE, capture_output=True, text=True, check=True).stdout
    paths = (CLONE / line for line in listing.splitlines())
    return sorted(p for p in paths if p.exists() and "tests/golden" not in p.as_posix())


def list_links(text: str) -> list[str]:
    """The targets of links and pictures, without what is in code."""
    return _LINK.findall(_CODE.sub("", _FENCE.sub("", text)))


def list_anchors(text: str) -> set[str]:
    """The anchors of the headings, as GitHub makes them."""
    anchors: dict[str, int] = {}
    result = set()
    for heading in _HEADING.findall(_FENCE.sub("", text)):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        anchor = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        count = anchors.get(anchor, 0)
        anchors[anchor] = count + 1
        result.add(f"{anchor}-{count}" if count else anchor)
    return result


def find_broken_links(path: Path) -> list[str]:
    """Links to files and anchors that are not there; addresses of the web are not asked."""
    broken = []
    for link in list_links(path.read_text(encoding="utf-8")):
        if re.match(r"https?:|mailto:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        if not target.exists():
            broken.append(f"{link}: no such file")
        elif not target.is_relative_to(CLONE):
            broken.append(f"{link}: outside of the repository")
        elif anchor and target.suffix == ".md":
            anchors = list_anchors(target.read_text(encoding="utf-8"))
            if anchor not in anchors:
                broken.append(f"{link}: no such heading")
    return broken
