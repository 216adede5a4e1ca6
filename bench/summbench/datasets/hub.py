"""Articles and references from a dataset of the Hugging Face hub, or a folder in its layout."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from datasets import config, load_dataset
from datasets.exceptions import DatasetsError
from datasets.naming import camelcase_to_snakecase
from datasets.packaged_modules.cache.cache import Cache

from summbench.core.column_samples import to_tuple
from summbench.core.errors import SummbenchError
from summbench.core.hub_cache import (
    describe_no_network,
    find_cached_commit,
    find_hub_problem,
    is_commit,
)
from summbench.core.records import Example
from summbench.datasets.columns import GROUP, ExampleColumns


class Hub:
    """A split of a dataset; `path` is a hub id or a folder, the columns are as in `Table`.

    `data_dir` is a folder inside it, for data whose configs are folders and nothing else.

    With `offline` a hub id is what the cache of `datasets` has of it; no socket is opened. A
    revision that is a commit is that commit's data or an error; any other means what the hub, or
    the cache, has under it now. `commit` is the state that `load` read.
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
        data_dir: str | None = None,
        group: str | Sequence[str] = GROUP,
    ) -> None:
        columns = [references] if isinstance(references, str) else references
        self._path = str(Path(path).expanduser()) if path.startswith("~") else path
        self._name, self._split, self._revision = name, split, revision
        self._data_dir = data_dir
        self._offline = offline
        self._problem: str | None = None
        self.commit: str | None = None
        self._columns = ExampleColumns(id, document, columns, unit="row", groups=to_tuple(group))

    def load(self) -> Sequence[Example]:
        """Load the whole split, in its order."""
        source = f"{self._path}/{self._split}"
        try:
            table = self._load_table()
            self.commit = self._find_commit(table)
            return self._columns.read_examples(lambda: enumerate(table, start=1), source)
        except (DatasetsError, OSError, ValueError, StopIteration) as error:
            reason = str(error.__cause__ or error or "it has no rows").strip().rstrip(".")
            raise SummbenchError(
                f"The dataset {self._path!r} (split {self._split!r}) could not be loaded: "
                f"{reason}{self._advise()}"
            ) from error

    def _advise(self) -> str:
        if self._is_local():
            return ". It is a folder on this machine: a file of it is damaged, or no dataset's."
        if self._problem:
            repository = f"--repo-type dataset {self._path}"
            return f"; {describe_no_network(self._problem, repository)} (dataset.<name>.path)."
        return ". Without a network, download it first, or give dataset.<name>.path a folder."

    def _load_table(self) -> Any:
        """As load_dataset does; what it asks the hub, no argument of its turns off."""
        may_ask = not (self._offline or self._is_local() or config.HF_HUB_OFFLINE)
        self._problem = find_hub_problem() if may_ask else None
        if self._is_local() or not (self._offline or self._problem):
            return load_dataset(
                self._path,
                self._name,
                data_dir=self._data_dir,
                split=self._split,
                revision=self._revision,
            )
        name, version, commit = self._locate_build()
        builder = Cache(
            dataset_name=self._path.rpartition("/")[-1],
            config_name=name,
            repo_id=self._path,
            version=version,
            hash=commit,
        )
        return builder.as_dataset(split=self._split)

    def _is_local(self) -> bool:
        return Path(self._path).exists()

    def _locate_build(self) -> tuple[str | None, str, str]:
        """Config, version and hash in the cache; without a commit, `datasets` takes the newest."""
        if self._revision is None or not is_commit(self._revision):
            if self._data_dir is not None:
                raise FileNotFoundError("with a data_dir, offline needs the revision, as a commit")
            return self._name, "auto", "auto"
        owner, _, name = self._path.rpartition("/")
        folder = f"{owner}___{camelcase_to_snakecase(name)}".removeprefix("___")
        pattern = f"{folder}/{self._name or '*'}/*/{self._revision}"
        builds = sorted(Path(config.HF_DATASETS_CACHE).glob(pattern))
        if self._data_dir is not None:  # it is in the name of the folder, but as a hash
            inside = f"@{self._revision}/{self._data_dir}/"
            builds = [b for b in builds if inside in (b / "dataset_info.json").read_text("utf-8")]
        if not builds:
            raise FileNotFoundError(f"the cache of datasets has no commit {self._revision} of it")
        return builds[0].parts[-3], builds[0].parts[-2], self._revision

    def _find_commit(self, table: Any) -> str | None:
        """The commit, which is the name of the folder of the table's files.

        Without a network `datasets` falls back to the newest build that it has, whichever it is.
        """
        if self._is_local():
            return None
        folders = [Path(file["filename"]).parent.name for file in table.cache_files]
        commit = next(filter(is_commit, folders), None)
        if commit is None:
            return find_cached_commit(self._path, self._revision, "dataset")
        if is_commit(self._revision) and commit != self._revision:
            raise FileNotFoundError(f"only commit {commit} of it is here, not {self._revision}")
        return commit
