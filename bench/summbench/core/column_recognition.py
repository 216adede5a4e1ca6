"""Which column of a table holds what, found by its name and its cells."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from summbench.core import column_names as known
from summbench.core.cells import format_value
from summbench.core.column_names import (
    find_document,
    find_references,
    fold,
    get_base,
    names_a_system,
)
from summbench.core.column_samples import ColumnSample, to_tuple
from summbench.core.errors import SummbenchError
from summbench.core.json_rows import LINE

AUTO = "auto"
"""As the name of a column: to be found among the names."""

_FEWEST_WORDS = 3
_NO_SYSTEMS = {
    "", *known.OTHERS, *known.DOCUMENTS, *known.POSSIBLE_DOCUMENTS, *known.IDS, *known.SYSTEM_NAMES
}  # fmt: skip
_SENTENCE = re.compile(r"\W*\w+(?:\W+\w+){3,}[.!][\"')\u201d]*\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Roles:
    """The columns of each part; None or empty where there is none.

    `systems` holds objects (name -> summary); `predictions` a summary a cell, of the system that
    the column `system` names, or of a system each if there are several.
    """

    id: str | None = None
    document: str | None = None
    references: tuple[str, ...] = ()
    systems: str | None = None
    system: str | None = None
    predictions: tuple[str, ...] = ()

    @property
    def columns(self) -> set[str]:
        """Every column that has a part."""
        single = {self.id, self.document, self.systems, self.system} - {None}
        return {name for name in single if name} | {*self.references, *self.predictions}


@dataclass(frozen=True, slots=True)
class Recognizer:
    """Finds the columns that are not named.

    `named` maps parts (`id`, `document`, `references`, `systems`, `system`, `predictions`) to what
    a config names; a part that is there is not looked for. `needed` are the parts for which a doubt
    is an error: `document`, `references`, `predictions`. `sole` is the part that a file's only
    column has. `options` maps parts to the config keys that name a column.
    """

    source: str
    samples: Mapping[str, ColumnSample]
    named: Mapping[str, Any] = field(default_factory=dict)
    needed: Collection[str] = ("document", "references", "predictions")
    sole: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)

    def recognize(self) -> Roles:
        """Return the columns of every part.

        Raises: SummbenchError, if a column that is needed could be one of several.
        """
        used = {name for part in self.named.values() for name in to_tuple(part)}
        free = [name for name in self.samples if name not in used]
        parts: dict[str, Any] = dict(self.named)
        parts.setdefault("id", self._find_id(free))
        parts.setdefault("system", self._find_first(free, known.SYSTEM_NAMES, is_name=True))
        if "systems" not in parts:
            objects = [n for n in free if fold(n) in known.SYSTEMS and self.samples[n].is_object]
            parts["systems"] = objects[0] if objects else None
        free = [n for n in free if n not in parts.values() and self.samples[n].is_text]
        is_sole = len(free) == 1 and not parts["systems"]
        if self.sole is not None and self.sole not in parts and is_sole:
            self._require_names(free)
            parts[self.sole] = free[0] if self.sole == "document" else (free[0],)
            free = []
        if "predictions" not in parts and not parts["systems"]:
            self._refuse_without_text()
            parts["predictions"] = self._find_predictions(free, parts)
        free = [n for n in free if n not in to_tuple(parts.get("predictions"))]
        if "references" not in parts:
            parts["references"] = self._find_references(free)
        free = [n for n in free if n not in to_tuple(parts["references"])]
        if "document" not in parts:
            parts["document"] = self._find_document(free)
        free = [n for n in free if n != parts["document"]]
        if not (parts.get("systems") or parts.get("predictions")) and self._finds_wide():
            parts["predictions"] = self._find_wide(free, bool(parts["references"]))
        elif not parts["references"] and self._wants("references"):
            self._refuse_unread(free)
        return Roles(
            parts["id"],
            parts["document"],
            to_tuple(parts["references"]),
            parts["systems"],
            parts["system"] if parts.get("predictions") or "system" in self.named else None,
            to_tuple(parts.get("predictions")),
        )

    def _find_id(self, free: Sequence[str]) -> str | None:
        names = [n for n in free if isinstance(self.samples[n].first, str | int | float | Decimal)]
        return self._find_first(names, known.IDS)

    def _find_first(
        self, free: Sequence[str], words: Sequence[str], is_name: bool = False
    ) -> str | None:
        by_name = {fold(n): n for n in reversed(free) if not is_name or self.samples[n].is_text}
        return next((by_name[name] for name in words if name in by_name), None)

    def _find_predictions(self, free: Sequence[str], parts: Mapping[str, Any]) -> tuple[str, ...]:
        strong = [n for n in free if fold(n) in known.PREDICTIONS]
        if len(strong) > 1 and self._wants("predictions"):
            raise self._ask(strong, "the summaries", "predictions", "a system each")
        if strong:
            return tuple(strong)
        weak = [n for n in free if fold(n) in known.EITHER]
        several = [n for n in free if names_a_system(n) and not self._is_short(n)]
        if several and not (weak and parts["system"]):
            return tuple(several)
        has_references = bool(to_tuple(parts.get("references"))) or any(
            get_base(n) in known.REFERENCES for n in free
        )
        is_summary = bool(parts["system"]) or has_references or "references" not in self.needed
        return tuple(weak[:1]) if is_summary else ()

    def _find_references(self, free: Sequence[str]) -> tuple[str, ...]:
        names = find_references(free)
        names += [n for n in free if fold(n) in known.EITHER and n not in names]
        if len({get_base(n) for n in names}) > 1 and self._wants("references"):
            raise self._ask(names, "the references", "references", "all of them")
        return tuple(names)

    def _find_document(self, free: Sequence[str]) -> str | None:
        document = find_document(free)
        strong = [n for n in free if fold(n) in known.DOCUMENTS]
        names = strong or [n for n in free if fold(n) in known.POSSIBLE_DOCUMENTS]
        if document is None and names and self._wants("document"):
            raise self._ask(names, "the article", "document")
        return document

    def _find_wide(self, free: Sequence[str], has_references: bool) -> tuple[str, ...]:
        """Columns of text that are nothing else are systems, if their texts are no mere labels."""
        names = [n for n in free if n != LINE and fold(n) not in _NO_SYSTEMS]
        self._require_names(names)
        is_doubtful = self._wants("references") and not has_references
        is_doubtful = is_doubtful and "references" not in self.named
        if names and (is_doubtful or any(map(self._is_short, names))):
            raise self._ask(names, "summaries of systems", "predictions", "a system each")
        return tuple(names)

    def _refuse_unread(self, free: Sequence[str]) -> None:
        """A column of texts that nobody reads may be the references, mistyped."""
        names = [n for n in free if n != LINE and fold(n) not in _NO_SYSTEMS]
        names = [n for n in names if not self._is_short(n)]
        if names and "references" not in self.named:
            raise self._ask(names, "the references", "references", "all of them")

    def _require_names(self, names: Sequence[str]) -> None:
        """Refuse a column that is called like a text: the file has no header."""
        if texts := [name for name in names if _SENTENCE.fullmatch(name)]:
            raise SummbenchError(
                f"{self.source}: the first line seems to be a row ({texts[0][:40]!r}), not the "
                "names of the columns. Write these above it, as id, document, references and "
                "prediction."
            )

    def _refuse_without_text(self) -> None:
        """Refuse a file whose column of summaries has none."""
        for name in (n for n in self.samples if fold(n) in known.PREDICTIONS):
            sample = self.samples[name]
            if self._wants("predictions") and not (sample.is_text or sample.is_object):
                holds = f"holds {format_value(sample.first)}, not a text" if sample.n_filled else ""
                raise SummbenchError(
                    f"{self.source}: {name!r} is called as summaries are, and "
                    f"{holds or 'is blank in every row'}."
                )

    def _wants(self, part: str) -> bool:
        return part in self.needed

    def _finds_wide(self) -> bool:
        return self._wants("predictions") and "predictions" not in self.named

    def _is_short(self, name: str) -> bool:
        """Whether the cells are rather labels than summaries."""
        return self.samples[name].words_per_cell < _FEWEST_WORDS

    def _ask(self, names: Sequence[str], what: str, part: str, several: str = "") -> SummbenchError:
        option = self.options.get(part)
        listed = " and ".join(map(repr, names))
        if option is None:
            advice = "Rename or drop those that are not."
        else:
            advice = f"Name the right one: {_format_override(option, names[:1])}"
            if len(names) == 1:
                advice += f", or {option}=null if it is none."
            elif several:
                advice += f", or {_format_override(option, names)} for {several}."
            else:
                advice += "."
        verb = "may be" if len(names) == 1 else "may all be"
        return SummbenchError(f"{self.source}: {listed} {verb} {what}. {advice}")


def _format_override(option: str, names: Sequence[str]) -> str:
    """An override as it is typed in a shell: quotes for a list, and within for odd names."""
    texts = [name if re.fullmatch(r"[\w.]+", name) else f'"{name}"' for name in names]
    value = texts[0] if len(texts) == 1 else f"[{','.join(texts)}]"
    return f"{option}={value}" if value == names[0] else f"'{option}={value}'"
