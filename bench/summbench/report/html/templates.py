"""The templates of the pages; every value in them is escaped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from summbench.core.control_characters import show_controls

_HERE = Path(__file__).parent
_ASSETS = _HERE / "assets"


def _show_text(value: object) -> object:
    """What a template prints, without control characters."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return show_controls(value)
    return value


@cache
def _get_environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_show_text,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def render_page(template: str, **values: object) -> str:
    """The template filled with these values, each escaped."""
    return _get_environment().get_template(template).render(values)


def render_single_file_page(
    template: str, *, extra_style: str = "", script: str = "", **values: object
) -> str:
    """A page in one file: it contains its style and script, and its policy allows only these."""
    style = (_ASSETS / "style.css").read_text(encoding="utf-8") + extra_style
    hashes = {"style_hash": _hash(style), "script_hash": _hash(script)}
    return render_page(template, style=style, script=script, **hashes, **values)


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def read_assets() -> Iterator[tuple[str, bytes]]:
    """The scripts and the style that the pages of a report share; name and content."""
    for path in sorted(_ASSETS.iterdir()):
        yield f"assets/{path.name}", path.read_bytes()
