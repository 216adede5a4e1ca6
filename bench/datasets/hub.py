"""Articles and references from a dataset of the Hugging Face hub, or a folder in its layout."""

from collections.abc import Sequence

from datasets import load_dataset
from datasets.exceptions import DatasetNotFoundError

from bench.datasets.columns import Columns
from bench.errors import BenchError
from bench.records import Example


class Hub:
    """A split of a dataset; `path` is a hub id or a folder, the columns are as in `Table`."""

    def __init__(
        self,
        path: str,
        document: str,
        references: str | Sequence[str] | None,
        name: str | None = None,
        split: str = "test",
        revision: str | None = None,
        id: str | None = None,  # noqa: A002 - the column is called that everywhere
    ) -> None:
        columns = [references] if isinstance(references, str) else references
        self._path, self._name, self._split, self._revision = path, name, split, revision
        self._columns = Columns(id, document, columns)

    def load(self) -> list[Example]:
        """The whole split, in its order."""
        try:
            table = load_dataset(self._path, self._name, split=self._split, revision=self._revision)
        except (DatasetNotFoundError, OSError, ValueError) as error:
            raise BenchError(
                f"The dataset {self._path!r} (split {self._split!r}) could not be loaded: {error} "
                "Without a network, download it first or give dataset.<name>.path a local folder."
            ) from error
        return self._columns.examples(enumerate(table, start=1), f"{self._path}/{self._split}")
