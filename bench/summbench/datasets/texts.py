"""Plain articles without references: one text file, or every .txt in a folder."""

from pathlib import Path

from summbench.core.errors import SummbenchError, explain_read_errors
from summbench.core.records import Article, Example
from summbench.core.text import replace_surrogates
from summbench.core.text_encoding import read_lines


class Texts:
    """A file is an article; its id is the file's name without the suffix."""

    def __init__(self, path: str) -> None:
        self._path = Path(path).expanduser()

    def load(self) -> list[Example]:
        """Read the file, or the folder's .txt files sorted by name."""
        with explain_read_errors(self._path):
            files = self._list_files()
        return [Example(Article(replace_surrogates(file.stem), _read_text(file))) for file in files]

    def _list_files(self) -> list[Path]:
        if not self._path.exists():
            raise SummbenchError(f"{self._path} does not exist; expected a text file or a folder.")
        if not self._path.is_dir():
            return [self._path]
        files = [file for file in self._path.iterdir() if file.suffix == ".txt" and file.is_file()]
        if not files:
            raise SummbenchError(
                f"The folder {self._path} has no .txt file; expected at least one."
            )
        return sorted(files)


def _read_text(file: Path) -> str:
    return "".join(line for _, line in read_lines(file)).replace("\r\n", "\n")
