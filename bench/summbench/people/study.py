"""A study: who rates which summaries in which order. Raters' pages have none of the names in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from summbench.core.errors import SummbenchError
from summbench.core.records import sha256
from summbench.core.whole_files import read_whole
from summbench.store.atomic_files import write_bytes

ASSIGNMENTS = "assignments.json"
"""The file beside the raters' pages; whoever has it knows which system wrote what."""
VERSION = 1

Design = Literal["likert", "pairwise", "best_worst", "spans", "checklist"]
Selection = Literal["random", "differing"]
"""An article chosen by chance, or because the systems' scores differ most on it."""


class Dimension(msgspec.Struct, frozen=True):
    """What is rated: its question, and what each point of the scale means, from 1 on."""

    name: str
    question: str
    anchors: tuple[str, ...]


class Fact(msgspec.Struct, frozen=True):
    """Something that the article says; `kind` groups facts of one sort.

    `quote`, or `place` (characters), says where, if the file of facts does.
    """

    id: str
    text: str
    kind: str = ""
    quote: str = ""
    place: tuple[int, int] | None = None


class Item(msgspec.Struct, frozen=True):
    """One screen: the article, and whose summaries are on it, in the order in which they are shown.

    `expected` is the right answer of an item that checks attention, which has no system's name
    where the text is not a summary.
    """

    id: str
    article: str
    systems: tuple[str, ...]
    expected: Any = None


class StudyArticle(msgspec.Struct, frozen=True):
    """The texts of an article as raters see them, and why it was chosen."""

    id: str
    selection: Selection
    document: str
    references: tuple[str, ...]
    summaries: dict[str, str]
    facts: tuple[Fact, ...] = ()


class Study(msgspec.Struct, frozen=True):
    """All that `collect` has to know; `raters` is rater -> items in order.

    `instructions` is what the pages say besides, in the words of whoever wrote the study.
    `digest` is that of the rest, by which an edited file is noticed.
    """

    version: int
    id: str
    run: str
    dataset: str
    design: Design
    dimensions: tuple[Dimension, ...]
    systems: tuple[str, ...]
    seed: int
    articles: tuple[StudyArticle, ...]
    raters: dict[str, tuple[Item, ...]]
    instructions: str = ""
    digest: str = ""

    def get_articles(self) -> Mapping[str, StudyArticle]:
        """Return id -> article."""
        return {article.id: article for article in self.articles}


def digest_study(study: Study) -> str:
    """Return a digest of all that the study has but its own digest."""
    rest = msgspec.structs.replace(study, digest="")
    return sha256(msgspec.json.encode(rest).decode())[:12]


def write_study(study: Study, folder: Path) -> None:
    """Write assignments.json, with the digest of the study."""
    sealed = msgspec.structs.replace(study, digest=digest_study(study))
    write_bytes(msgspec.json.encode(sealed), folder / ASSIGNMENTS)


def read_study(folder: Path) -> Study:
    """Read assignments.json of a folder that `annotate` wrote.

    Raises: SummbenchError if there is none, it is damaged, or it was edited.
    """
    path = folder if folder.name == ASSIGNMENTS else folder / ASSIGNMENTS
    try:
        study = msgspec.json.decode(read_whole(path), type=Study)
    except OSError as error:
        raise SummbenchError(
            f"{path} can't be read ({error.strerror}); give the folder that summbench annotate "
            "wrote with --study FOLDER."
        ) from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise SummbenchError(f"{path} is no study of summbench annotate ({error}).") from error
    if study.version != VERSION:
        raise SummbenchError(f"{path} is of version {study.version}; expected {VERSION}.")
    fault = _find_fault(study)
    if fault or study.digest != digest_study(study):
        raise SummbenchError(
            f"{path} was changed since summbench annotate wrote it"
            f"{f' ({fault})' if fault else ''}: who wrote which summary is no longer certain. "
            "Restore the file that belongs to the raters' pages."
        )
    return study


def _find_fault(study: Study) -> str:
    """What is wrong with a rater's screens; empty if nothing is."""
    articles = study.get_articles()
    for rater, items in study.raters.items():
        screens = set()
        for item in items:
            where = f"{rater}, article {item.article!r}"
            if item.article not in articles:
                return f"{where}: there is no such article"
            if item.expected is not None:
                continue
            if not set(item.systems) <= set(study.systems):
                return f"{where}: {', '.join(item.systems)} are not all systems of the study"
            screen = item.article, frozenset(item.systems)
            if screen in screens:
                return f"{where}: {', '.join(item.systems)} twice"
            screens.add(screen)
    return ""


def count_scale(dimensions: Sequence[Dimension]) -> int:
    """Return the number of points of the longest scale."""
    return max((len(dimension.anchors) for dimension in dimensions), default=0)
