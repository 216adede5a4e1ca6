"""How this summbench was installed, so that what is advised installs its extras the same way."""

from __future__ import annotations

import json
import shlex
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname


def format_install_command(extra: str) -> str:
    """The command for an extra: of the package index, or of the clone or file it came from.

    pip writes down where it installed from (PEP 610).
    """
    url, is_editable = _find_origin()
    if not url.startswith("file:"):
        return f"pip install 'summbench[{extra}]'"
    path = Path(url2pathname(urlsplit(url).path))
    if not path.is_dir():
        return f"pip install {shlex.quote(f'summbench[{extra}] @ {url}')}"
    folder = "." if path == Path.cwd() else str(path)
    return f"pip install {'-e ' * is_editable}{shlex.quote(f'{folder}[{extra}]')}"


def _find_origin() -> tuple[str, bool]:
    """The address that pip installed from, empty for an index; whether as an editable folder."""
    try:
        content = json.loads(distribution("summbench").read_text("direct_url.json") or "{}")
        return str(content.get("url", "")), bool(content.get("dir_info", {}).get("editable"))
    except (PackageNotFoundError, ValueError, AttributeError):
        return "", False
