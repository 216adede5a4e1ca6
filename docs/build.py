"""`python docs/build.py`: the documentation site in build/docs/site, with no text written twice.

The pages are the repository's own Markdown. It is copied to build/docs/pages, where links to files
that are no pages lead to the repository, and `zensical build --strict` makes the site of it.
"""

from __future__ import annotations

import html
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import unquote

CLONE = Path(__file__).resolve().parents[1]
SOURCE = "https://github.com/summbench/summbench/blob/main"
_LINK = re.compile(r"(!?\[(?:[^\]\[]|\[[^\]]*\])*\]\()([^)\s]+)(\))")
_FENCE = re.compile(r"(^ *```.*?^ *```$)", re.MULTILINE | re.DOTALL)
_PICTURES = {".png", ".svg"}


def list_pages(nav: Any) -> list[str]:
    """The pages of the navigation, in order."""
    if isinstance(nav, str):
        return [nav]
    entries = nav.values() if isinstance(nav, dict) else nav
    return [page for entry in entries for page in list_pages(entry)]


def to_source(page: str) -> Path:
    """The file of the repository that a page is; a folder with a dot is no page's."""
    return CLONE / re.sub(r"^github/", ".github/", page)


def rewrite_links(text: str, page: str, pages: set[str]) -> str:
    """The page's Markdown, in which a link leads to another page, or to the repository."""
    source = to_source(page)

    def rewrite(match: re.Match[str]) -> str:
        name, _, anchor = match[2].partition("#")
        if re.match(r"https?:", name) or not name:
            return match[0]
        target = (source.parent / name).resolve().relative_to(CLONE).as_posix()
        address = re.sub(r"^\.github/", "github/", target)
        if (CLONE / target).is_dir() and f"{address}/README.md" in pages:
            address = f"{address}/README.md"
        if address not in pages and Path(address).suffix not in _PICTURES:
            return f"{match[1]}{SOURCE}/{target}{match[3]}"
        up = "../" * page.count("/")
        return f"{match[1]}{up}{address}{f'#{anchor}' if anchor else ''}{match[3]}"

    parts = _FENCE.split(text)
    return "".join(p if i % 2 else _LINK.sub(rewrite, p) for i, p in enumerate(parts))


def copy_pages(folder: Path) -> None:
    """Write the pages and pictures, and the config beside them."""
    shutil.rmtree(folder, ignore_errors=True)
    config = (CLONE / "docs" / "zensical.toml").read_text(encoding="utf-8")
    pages = list_pages(tomllib.loads(config)["project"]["nav"])
    for page in pages:
        path = folder / "pages" / page
        path.parent.mkdir(parents=True, exist_ok=True)
        text = to_source(page).read_text(encoding="utf-8")
        path.write_text(rewrite_links(text, page, set(pages)), encoding="utf-8")
    shutil.copytree(CLONE / ".github" / "images", folder / "pages" / "github" / "images")
    (folder / "zensical.toml").write_text(config, encoding="utf-8")


def find_broken_links(site: Path) -> list[str]:
    """Links of the built site to pages, pictures or anchors of it that are not there."""
    texts = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    ids = {path: set(re.findall(r'\sid="?([^"\s>]+)', text)) for path, text in texts.items()}
    broken = []
    for path, text in texts.items():
        for link in re.findall(r'<(?:a|img)\b[^>]*?\s(?:href|src)="?([^"\s>]+)', text):
            name, _, anchor = unquote(html.unescape(link)).partition("#")
            if re.match(r"\w+:|//|/", name) or path.name == "404.html":
                continue
            target = (path.parent / name).resolve() if name else path
            target = target / "index.html" if target.is_dir() else target
            if not target.exists() or (anchor and anchor not in ids.get(target, {anchor})):
                broken.append(f"{path.relative_to(site)}: {link}")
    return sorted(set(broken))


def main() -> int:
    """Copy the pages and build the site; a warning or a link to nothing is an error."""
    folder = CLONE / "build" / "docs"
    copy_pages(folder)
    command = [sys.executable, "-m", "zensical", "build", "--clean", "--strict"]
    if code := subprocess.run(command, cwd=folder, check=False).returncode:
        return code
    broken = find_broken_links(folder / "site")
    print("\n".join(broken) or "All links and anchors of the site are there.")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
