"""The README for PyPI: its links and pictures lead to the repository, at the version's tag.

hatchling asks for it when it builds a wheel or an sdist, or installs the clone (pyproject.toml).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_LINK = re.compile(r"(?P<text>(?P<picture>!?)\[[^\]]*\]\()(?P<target>[^)\s]+)\)")
_FENCE = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
_RAW = "https://raw.githubusercontent.com"


def make_links_absolute(text: str, repository: str, tag: str) -> str:
    """The Markdown whose relative links lead to `repository` (an address of GitHub) at `tag`."""
    raw = repository.replace("https://github.com", _RAW)

    def rewrite(match: re.Match[str]) -> str:
        target = match["target"]
        if re.match(r"[a-z]+:|#", target):
            return match[0]
        place = f"{raw}/{tag}" if match["picture"] else f"{repository}/blob/{tag}"
        return f"{match['text']}{place}/{target})"

    parts = _FENCE.split(text)
    return "".join(p if i % 2 else _LINK.sub(rewrite, p) for i, p in enumerate(parts))


class ReadmeHook(MetadataHookInterface):
    """Puts the README into the metadata."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Add the field `readme`."""
        text = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        tag, repository = f"v{metadata['version']}", metadata["urls"]["Source"]
        readme = make_links_absolute(text, repository, tag)
        metadata["readme"] = {"content-type": "text/markdown", "text": readme}
