"""Facts of articles that a summary should have, read from a file."""

from __future__ import annotations

from pathlib import Path

from summbench.core.cells import parse_id
from summbench.core.control_characters import show_controls
from summbench.core.errors import SummbenchError
from summbench.core.tabular import get_row_unit, read_rows
from summbench.people.study import Fact


def read_facts(path: Path) -> dict[str, list[Fact]]:
    """Read article -> facts from rows of `id` (of the article), `fact`, and `kind` if there is one.

    Raises: SummbenchError if there is none, or a row lacks one of the two.
    """
    facts: dict[str, list[Fact]] = {}
    for number, row in read_rows(path):
        where = f"{path}: {get_row_unit(path)} {number}"
        text = row.get("fact")
        if not isinstance(text, str) or not text.strip():
            raise SummbenchError(
                f"{where} has no 'fact'; it has {', '.join(map(str, sorted(row)))}. Expected id, "
                "fact, and kind if facts are of several kinds."
            )
        of_article = facts.setdefault(parse_id(row.get("id"), where), [])
        kind = str(row.get("kind") or "")
        of_article.append(Fact(f"f{len(of_article) + 1}", show_controls(text.strip()), kind))
    if not facts:
        raise SummbenchError(f"{path} has no rows; expected id, fact, and kind.")
    return facts
