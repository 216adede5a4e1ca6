"""Articles and references from a dataset of the Hugging Face hub, or a folder in its layout."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from datasets import load_dataset
from datasets.exceptions import DatasetsError
from datasets.packaged_modules.cache.cache import Cache

from summbench.core.errors import SummbenchError
from summbench.core.records import Example
from summbench.datasets.columns import ExampleColumns


class Hub:
    """A split of a dataset; `path` is a hub id or a folder, the columns are as in `Table`.

    With `offline` a hub id is what the cache of `datasets` has of it; no socket is opened.
    """

    def __init__(
        self,
        path: str,
        document: str,
        references: str | Sequence[str] | None,
        name: str | None = None,
        split: str = "test",
        revision: str | None = None,
        id: str | None = None,  # noqa: A002 - the column is called that everywhere
        offline: bool = False,
    ) -> None:
        columns = [references] if isinstance(references, str) else references
        self._path = str(Path(path).expanduser()) if path.startswith("~") else path
        self._name, self._split, self._revision = name, split, revision
        self._offline = offline
        self._columns = ExampleColumns(id, document, columns, unit="row")

    def load(self) -> Sequence[Example]:
        """Load the whole split, in its order."""
        source = f"{self._path}/{self._split}"
        try:
            table = self._load_table()
            return self._columns.read_examples(lambda: enumerate(table, start=1), source)
        except (DatasetsError, OSError, ValueError, StopIteration) as error:
            reason = str(error.__cause__ or error or "it has no rows").strip().rstrip(".")
            raise SummbenchError(
                f"The dataset {self._path!r} (split {self._split!r}) could not be loaded: "
                f"{reason}. If there is no network, download it first, or give "
                "dataset.<name>.path a folder."
            ) from error

    def _load_table(self) -> Any:
        """As load_dataset does; what it asks the hub, no argument of its turns off."""
        if not self._offline or Path(self._path).exists():
            return load_dataset(self._path, self._name, split=self._split, revision=self._revision)
        builder = Cache(
            dataset_name=self._path.rpartition("/")[-1],
            config_name=self._name,
            repo_id=self._path,
            version="auto",
            hash="auto",
        )
        return builder.as_dataset(split=self._split)
