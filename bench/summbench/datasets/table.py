"""Articles and references from a file of rows or of lines, or in the layout of another program."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from summbench.core.cells import get_cell
from summbench.core.column_recognition import Roles
from summbench.core.column_samples import to_tuple
from summbench.core.errors import SummbenchError
from summbench.core.json_rows import Row
from summbench.core.layouts import InputFile
from summbench.core.recognized import (
    describe_counts,
    has_column_names,
    join_notes,
    recognize_roles,
    select_named,
)
from summbench.core.records import Example
from summbench.core.row_ids import RowIds
from summbench.datasets.columns import GROUP, ExampleColumns, RowReader

_DOCUMENT = "document"


class Table:
    """A file with one row an article.

    `references` names a column or several, or is None if there are none; `id=None` numbers the
    rows. "auto" finds a column by its name. `articles` is another file that has the articles, by
    the same ids, or line by line if one of the two files has none. `layout` names how another
    program wrote the file; it is recognised if it is None. `group` names the columns by which
    results are also shown.
    """

    def __init__(
        self,
        path: str,
        id: str | None = "id",  # noqa: A002 - the column is called that everywhere
        document: str | None = "document",
        references: str | Sequence[str] | None = "references",
        document_required: bool = True,
        articles: str | None = None,
        layout: str | None = None,
        system: str | None = None,
        group: str | Sequence[str] = GROUP,
    ) -> None:
        self._path, self._articles, self._layout = path, articles, layout
        self._columns = {"id": id, "document": document, "references": references, "system": system}
        self._document_required, self._groups = document_required, to_tuple(group)
        self._notes: dict[str, list[str]] = {}

    def load(self) -> Sequence[Example]:
        """Read all rows of the file, in its order."""
        has_names = has_column_names(self._columns)
        file = InputFile.open(self._path, self._layout, has_names=has_names)
        self._notes = {}
        roles = self._find_columns(file)
        read = _build_row_reader(file)
        document = roles.document
        if self._articles is not None:
            read, document = self._add_articles(read, roles), _DOCUMENT
        columns = ExampleColumns(
            roles.id,
            document,
            roles.references or None,
            self._document_required,
            file.unit,
            system=roles.system,
            groups=self._groups,
        )
        examples = columns.read_examples(read, str(file.path))
        self._add_notes(file, describe_counts(columns.notes, file.unit))
        return examples

    def get_notes(self) -> Sequence[str]:
        """Return sentences on how the file was read; empty before `load`."""
        return join_notes(self._notes)

    def _add_notes(self, file: InputFile, sentences: Sequence[str]) -> None:
        self._notes.setdefault(file.path.name, []).extend(sentences)

    def _find_columns(self, file: InputFile) -> Roles:
        named = select_named(**self._columns)
        if len(named) == len(self._columns):
            return Roles(**{**named, "references": to_tuple(named["references"])})
        needed = ("references",) if self._articles else ("document", "references")
        sole = "document" if self._document_required else "references"
        options = {part: f"dataset.<name>.{part}" for part in self._columns}
        roles, sentence = recognize_roles(file, named, options, needed, sole)
        if roles.document is None and self._document_required and self._articles is None:
            raise SummbenchError(
                f"{file.path} has no column for the article ({sentence}). Name it with "
                "dataset.<name>.document=..."
            )
        self._add_notes(file, [*file.describe_encoding(), sentence])
        return roles

    def _add_articles(self, read: RowReader, roles: Roles) -> RowReader:
        """Rows with the text of the articles' file in the column `document`."""
        file = InputFile.open(self._articles or "")
        named = {} if roles.id is not None else {"id": None}
        matched, sentence = recognize_roles(file, named, {}, ("document",), "document")
        if matched.document is None:
            raise SummbenchError(f"{file.path} has no column for the article ({sentence})")
        self._add_notes(file, [*file.describe_encoding(), sentence])
        ids = RowIds(matched.id)
        texts = {ids.get(row, str(number)): row for number, row in file.read()}
        own_ids = RowIds.of_roles(roles)
        used = {own_ids.get(row, f"{self._path}: {number}") for number, row in read()}
        if unused := [name for name in texts if name not in used]:
            self._add_notes(
                file,
                [
                    f"{len(unused):,} of {len(texts):,} articles are of no row of "
                    f"{Path(self._path).name} and are left out; the first is {unused[0]!r}."
                ],
            )

        def read_with_articles() -> Iterator[tuple[int, Row]]:
            row_ids = RowIds.of_roles(roles)
            for number, row in read():
                name = row_ids.get(row, f"{self._path}: {number}")
                if name not in texts:
                    raise SummbenchError(f"{file.path} has no article {name!r} of {self._path}.")
                yield number, {**row, _DOCUMENT: get_cell(texts[name], matched.document or "")}

        return read_with_articles


def _build_row_reader(file: InputFile) -> RowReader:
    """Build a reader that refuses the file if it changes between two readings."""
    first_state: list[tuple[int, int]] = []

    def read() -> Iterator[tuple[int, Row]]:
        rows = file.read()
        status = Path(file.path).stat()
        state = (status.st_mtime_ns, status.st_size)
        if not first_state:
            first_state.append(state)
        if state != first_state[0]:
            raise SummbenchError(
                f"{file.path} was changed while the run was reading it; repeat the run."
            )
        return rows

    return read
