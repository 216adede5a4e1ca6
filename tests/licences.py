"""`python -m tests.licences --write`: the licence of every package that is installed with us.

The table is made from the packages' own metadata, as installed here; what a package does not say
there was looked up in its files, and is listed below.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from email.message import Message
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from typing import cast

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.commands import CLONE

TABLE = CLONE / "locks" / "licences.md"
EXTRAS = (
    "torch",
    "endpoint",
    "ray",
    "ner",
    "splitters",
    "plots",
    "mlflow",
    "launchers",
    "dev",
)
_COPYLEFT = re.compile(
    r"GPL|Affero|General Public|MPL|Mozilla|EPL|Eclipse|CDDL|EUPL|CeCILL|OSL", re.IGNORECASE
)
_LONGEST = 60
_HEAD = """# Licences of what is installed with summbench

Made by `python -m tests.licences --write` from the packages' metadata; not edited by hand.
*With* is the extra that first needs the package, base if none does; the extras `peers`, `wandb` and
`trackio`, which `make bench` and `make trackers` install apart, are not here. Copyleft licences
are bold.
"""
LOOKED_UP: Mapping[str, str] = {
    "spylls": "MPL-2.0",  # its classifier says MIT, its LICENSE is the MPL
    "setuptools": "MIT; LGPL-3.0 for autocommand, which is in it",
}
"""Package -> the licence in its files, where its metadata has none or another."""
_TITLE = re.compile(
    r"GNU (?:LESSER |LIBRARY |AFFERO )?GENERAL PUBLIC|Mozilla Public", re.IGNORECASE
)
_TITLE_LENGTH = 400


def iterate_closure(extras: Iterable[str]) -> Iterator[str]:
    """Yield the packages that summbench needs with these extras, as far as they are installed."""
    waiting = [Requirement(f"summbench[{','.join(extras)}]")]
    visited: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if (name, frozenset(requirement.extras)) in visited:
            continue
        visited.add((name, frozenset(requirement.extras)))
        try:
            package = distribution(name)
        except PackageNotFoundError:
            continue
        if name != "summbench":
            yield name
        for text in package.requires or ():
            needed = Requirement(text)
            environments = [{"extra": extra} for extra in ("", *requirement.extras)]
            if needed.marker is None or any(map(needed.marker.evaluate, environments)):
                waiting.append(needed)


def read_licence(package: Distribution) -> str:
    """Return the expression, the classifiers or the first line of the text, in this order."""
    metadata = cast(Message, package.metadata)
    name = canonicalize_name(metadata["Name"])
    if name in LOOKED_UP:
        return LOOKED_UP[name]
    if expression := metadata.get("License-Expression"):
        return str(expression)
    classifiers = [
        text.rpartition(" :: ")[2]
        for text in metadata.get_all("Classifier") or ()
        if text.startswith("License :: OSI Approved :: ")
    ]
    if classifiers:
        return " / ".join(classifiers)
    lines = (metadata.get("License") or "").strip().splitlines()
    return lines[0].strip() if lines and len(lines[0]) <= _LONGEST else "not said"


def has_copyleft_file(package: Distribution) -> bool:
    """Tell whether a licence file begins with the title of a copyleft licence."""
    files = [f for f in package.files or () if re.match(r"(?i)licen[cs]e|copying", f.name)]
    texts = [file.read_text("utf-8") for file in files if file.suffix != ".py"]
    return any(_TITLE.search(text[:_TITLE_LENGTH]) for text in texts)


def collect_licences() -> dict[str, tuple[str, str]]:
    """Package -> the extra that first needs it, and its licence."""
    licences: dict[str, tuple[str, str]] = {}
    for extra in ("", *EXTRAS):
        for name in sorted(set(iterate_closure([extra] if extra else []))):
            licences.setdefault(name, (extra or "base", read_licence(distribution(name))))
    return licences


def is_copyleft(licence: str) -> bool:
    """Tell whether the licence asks those who pass on a changed copy for its source."""
    return _COPYLEFT.search(licence) is not None


def render_table(licences: Mapping[str, tuple[str, str]]) -> str:
    """Return the page, sorted by what the packages come with, then by name."""
    order = ("base", *EXTRAS)
    rows = sorted(licences.items(), key=lambda row: (order.index(row[1][0]), row[0]))
    lines = [
        f"| {name} | {extra} | {f'**{text}**' if is_copyleft(text) else text} |"
        for name, (extra, text) in rows
    ]
    return "\n".join([_HEAD, "| package | with | licence |", "| --- | --- | --- |", *lines, ""])


def main() -> None:
    """Print the page, or write it."""
    page = render_table(collect_licences())
    if sys.argv[1:] == ["--write"]:
        TABLE.write_text(page, encoding="utf-8")
    else:
        sys.stdout.write(page)


if __name__ == "__main__":
    main()
