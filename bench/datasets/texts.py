"""Plain articles without references: one text file, or every .txt in a folder."""

from pathlib import Path

from bench.errors import BenchError
from bench.records import Article, Example


class Texts:
    """An article is a file, and its id the file's name without the ending."""

    def __init__(self, path: str) -> None:
        self._path = Path(path).expanduser()

    def load(self) -> list[Example]:
        """The file, or the folder's .txt files sorted by name."""
        if not self._path.exists():
            raise BenchError(f"{self._path} does not exist; a text file or a folder is wanted.")
        files = sorted(self._path.glob("*.txt")) if self._path.is_dir() else [self._path]
        if not files:
            raise BenchError(f"The folder {self._path} has no .txt file; at least one is wanted.")
        return [Example(Article(file.stem, _read(file))) for file in files]


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BenchError(
            f"{file}: byte {error.start + 1} is not UTF-8; convert it (iconv -f LATIN1 -t UTF-8)."
        ) from error
