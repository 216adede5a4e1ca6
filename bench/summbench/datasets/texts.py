"""Plain articles without references: one text file, or every .txt in a folder."""

from pathlib import Path

from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Example
from summbench.core.tabular import lines
from summbench.core.text import replace_surrogates


class Texts:
    """An article is a file, and its id the file's name without the ending."""

    def __init__(self, path: str) -> None:
        self._path = Path(path).expanduser()

    def load(self) -> list[Example]:
        """The file, or the folder's .txt files sorted by name."""
        if not self._path.exists():
            raise SummbenchError(f"{self._path} does not exist; a text file or a folder is wanted.")
        inside = sorted(f for f in self._path.glob("*.txt") if f.is_file())
        files = inside if self._path.is_dir() else [self._path]
        if not files:
            raise SummbenchError(
                f"The folder {self._path} has no .txt file; at least one is wanted."
            )
        return [Example(Article(replace_surrogates(file.stem), _read(file))) for file in files]


def _read(file: Path) -> str:
    return "".join(line for _, line in lines(file)).replace("\r\n", "\n")
