"""The id of each row's article: from a column, or a number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from summbench.core.cells import MISSING, get_cell, parse_id
from summbench.core.column_recognition import Roles
from summbench.core.errors import SummbenchError
from summbench.core.records import sha256


@dataclass(slots=True)
class RowIds:
    """Gives the ids of rows in their order.

    Without a column of ids, articles are numbered from 1: by their row; in a table with a row a
    system by the article's text, or if it has no articles by the row among those of the system.
    """

    id: str | None
    system: str | None = None
    document: str | None = None
    option: str | None = None
    _numbers: dict[str, int] = field(default_factory=dict)
    _count: int = 0

    @classmethod
    def of_roles(cls, roles: Roles, option: str | None = None) -> RowIds:
        """Return the ids of a table whose columns are known."""
        return cls(roles.id, roles.system, roles.document, option)

    def get(self, row: Mapping[str, Any], where: str) -> str:
        """Return the id of the next row.

        Raises: SummbenchError, which begins with `where`, if the row has no id.
        """
        if self.id is not None:
            cell = get_cell(row, self.id)
            if cell is MISSING:
                hint = f" Name the right one with {self.option}.id=..." if self.option else ""
                raise SummbenchError(
                    f"{where} has no column {self.id!r}; it has "
                    f"{', '.join(sorted(map(repr, row)))}.{hint}"
                )
            return parse_id(cell, f"{where}, column {self.id!r}")
        if self.system is None:
            self._count += 1
            return str(self._count)
        if self.document is not None:
            key = sha256(str(get_cell(row, self.document)))
            return str(self._numbers.setdefault(key, len(self._numbers) + 1))
        key = str(get_cell(row, self.system))
        self._numbers[key] = self._numbers.get(key, 0) + 1
        return str(self._numbers[key])
