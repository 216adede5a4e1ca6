"""What an arena found, and its files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, get_type_hints

import msgspec

from summbench.core.errors import SummbenchError
from summbench.core.json_text import parse_json
from summbench.core.whole_files import read_whole
from summbench.people.arena import ArenaPlan
from summbench.people.corrected_preferences import CorrectedPreferences
from summbench.people.judge_agreement import JudgeAgreement
from summbench.people.preferences import Preferences
from summbench.people.verdicts import PairResult, Verdict
from summbench.report.gate_json import replace_nan_by_none
from summbench.runs.records import Record
from summbench.store.atomic_files import write_text

SCHEMA_VERSION = 2
"""Rises with every change of a field's meaning."""
ARENA, ARENA_MARKDOWN, VERDICTS = "arena.json", "arena.md", "verdicts.jsonl"


@dataclass(frozen=True, slots=True)
class Arena:
    """What a judge prefers among the systems of a run, and how far people agree.

    `articles` of `of_articles` were drawn; `n_textless` have no text. `excluded` are models that
    did not compete. `is_stored` says whether replies are found again, and `n_stored` counts the
    requests of the plan that had one before. `preferences` are None where no meeting that was
    judged has a verdict in both orders, as after a dry run, which has no `verdicts`. `agreement`
    and `corrected` need people's choices; `left_out` has reason -> how many could not be used.
    """

    run: str
    dataset: str
    systems: Sequence[str]
    excluded: Sequence[str]
    articles: int
    of_articles: int
    n_textless: int
    judge: str
    signature: str
    repeats: int
    is_stored: bool
    seed: int
    budget: int | None
    plan: ArenaPlan
    n_stored: int
    verdicts: Sequence[Verdict] = ()
    pairs: Sequence[PairResult] = ()
    preferences: Preferences | None = None
    agreement: JudgeAgreement | None = None
    corrected: CorrectedPreferences | None = None
    left_out: Mapping[str, int] | None = None

    @property
    def n_failed(self) -> int:
        """How many replies never came."""
        return sum(pair.n_failed for pair in self.pairs)

    @property
    def is_judge_silent(self) -> bool:
        """Whether the judge was asked, and no pair has its verdict in both orders."""
        return self.preferences is None and any(v.source == "judge" for v in self.verdicts)


_NOT_WRITTEN = ("verdicts", "n_stored")
_types = get_type_hints(Arena)
ArenaFile = msgspec.defstruct(
    "ArenaFile",
    [
        ("schema_version", int),
        *((f.name, _types[f.name]) for f in fields(Arena) if f.name not in _NOT_WRITTEN),
    ],
    bases=(Record,),
    namespace={
        "__doc__": "The content of arena.json: an `Arena` without its verdicts and `n_stored`.\n\n"
        "Undefined numbers are null."
    },
    frozen=True,
    kw_only=True,
)


def to_json(arena: Arena) -> str:
    """Return the text of arena.json."""
    fields = {name: getattr(arena, name) for name in ArenaFile.__struct_fields__[1:]}
    content = msgspec.to_builtins(ArenaFile(schema_version=SCHEMA_VERSION, **fields))
    text = json.dumps(replace_nan_by_none(content), ensure_ascii=False, indent=1, allow_nan=False)
    return text + "\n"


def to_json_lines(verdicts: Sequence[Verdict]) -> str:
    """Return the text of verdicts.jsonl: one row a question."""
    return "".join(
        json.dumps({**asdict(verdict), "winner": verdict.winner}, ensure_ascii=False) + "\n"
        for verdict in verdicts
    )


def check_folder(folder: Path, signature: str, dataset: str) -> None:
    """Refuse a folder that has another arena.

    Raises: SummbenchError.
    """
    path = folder / ARENA
    if not path.exists():
        return
    try:
        content: Any = parse_json(read_whole(path))
        other = content["signature"], content["dataset"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SummbenchError(
            f"{path} can't be read ({error}). Give another folder with out=FOLDER (--out FOLDER)."
        ) from error
    if other != (signature, dataset):
        raise SummbenchError(
            f"{folder} has an arena of another judge, prompt or dataset ({' on '.join(other)}). "
            "Give another folder with out=FOLDER (--out FOLDER)."
        )


def write_arena(arena: Arena, page: str, folder: Path) -> None:
    """Write arena.json last, after its page and the verdicts."""
    texts = {
        VERDICTS: to_json_lines(arena.verdicts),
        ARENA_MARKDOWN: page,
        ARENA: to_json(arena),
    }
    for name, text in texts.items():
        write_text(text, folder / name)
