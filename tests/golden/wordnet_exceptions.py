"""Make ROUGE-1.5.5's exception table from Debian's wordnet-base.

`python -m tests.golden.wordnet_exceptions [/usr/share/wordnet]` writes the file of the package.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.commands import PACKAGE

OUTPUT = PACKAGE / "metrics" / "rouge" / "wordnet_exceptions.txt"
_LISTS = ("noun", "verb", "adj", "adv")  # the last entry of a word counts
# WordNet 3.0 has these ten beside the 5,930 of 2.0, which ROUGE-1.5.5 comes with.
_NEWER = {
    "ashes", "cognosenti", "gps", "halfpence", "houses_of_cards", "lisente", "loups-garous",
    "morses", "optic_axes", "staretsy",
}  # fmt: skip
_NOTICE = re.compile(r"  \d+ (.*)")
_HEADER = """\
The base forms of irregular words by which ROUGE-1.5.5 -m stems: the exception lists of WordNet 2.0,
taken from WordNet 3.0 (Debian's wordnet-base) without the ten entries that were new in it, without
words that ROUGE can't look up (up to three letters, or with a hyphen or a space), and with only the
last entry of a word. Made by tests/golden/wordnet_exceptions.py. WordNet's licence:
"""


def read_exceptions(folder: Path) -> dict[str, str]:
    """The entries of WordNet 2.0, each with its first base form."""
    exceptions = {}
    for name in _LISTS:
        for line in (folder / f"{name}.exc").read_text(encoding="ascii").splitlines():
            word, base, *_ = line.split()
            if word not in _NEWER:
                exceptions[word] = base
    return exceptions


def read_notice(folder: Path) -> Iterator[str]:
    """The licence, which stands in the numbered lines above each of WordNet's files."""
    for line in (folder / "data.adv").read_text(encoding="ascii").splitlines():
        match = _NOTICE.match(line)
        if not match:
            return
        yield match[1].rstrip()


def format_file(folder: Path) -> str:
    """The notice as comments, then a word and its base form a line."""
    comments = [*_HEADER.splitlines(), "", *read_notice(folder)]
    rows = [
        f"{word} {base}"
        for word, base in sorted(read_exceptions(folder).items())
        if re.fullmatch("[a-z0-9]{4,}", word)
    ]
    return "\n".join([*(f"# {line}".rstrip() for line in comments), *rows]) + "\n"


if __name__ == "__main__":
    wordnet = Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/wordnet")
    OUTPUT.write_text(format_file(wordnet), encoding="utf-8")
