"""Summaries that were made elsewhere, read from files."""

from collections.abc import Iterable, KeysView, Mapping, Sequence

from summbench.core.column_recognition import AUTO, Roles
from summbench.core.column_samples import to_tuple
from summbench.core.errors import SummbenchError
from summbench.core.json_rows import Row
from summbench.core.layouts import InputFile
from summbench.core.prediction_checks import NO_SUMMARY
from summbench.core.recognized import (
    describe_counts,
    has_column_names,
    join_notes,
    recognize_roles,
    select_named,
)
from summbench.core.records import Article, Prediction
from summbench.core.systems import SummariesBySystem, Summary, SystemColumns

_PARTS = {"predictions": "prediction", "systems": "systems", "system": "system", "id": "id"}


class Replay:
    """One file with the summaries of one or several systems, or a file for each.

    `path` is a file, or maps names of systems to files. `systems` is a column with objects (name ->
    summary); `prediction` is the column of one system's summaries, or of several if `system` is a
    column with their names, or a list of columns with a system each. "auto" finds a column by its
    name. `id=None` numbers the articles, by the texts in `document` if there is a row a system.
    A missing or null summary is a failed article of that system, an empty one is a prediction.
    `dataset` is the column with the name of the dataset that a row's article is of.
    """

    def __init__(
        self,
        path: str | dict[str, str],
        id: str | None = "id",  # noqa: A002 - the column is called that everywhere
        systems: str | None = "systems",
        prediction: str | Sequence[str] | None = "prediction",
        name: str = "prediction",
        system: str | None = None,
        document: str | None = None,
        layout: str | None = None,
        dataset: str | None = None,
    ) -> None:
        self._path, self._name, self._layout = path, name, layout
        self._dataset = dataset
        self._columns = {
            "id": id, "systems": systems, "predictions": prediction, "system": system,
            "document": document,
        }  # fmt: skip
        self._notes: dict[str, list[str]] = {}

    def load_systems(self) -> Mapping[str, "RecordedSystem | RecordedDatasets"]:
        """Return a model for each system, in the order in which the files first name them.

        Raises: SummbenchError, if two files have summaries of one system.
        """
        paths = self._path if isinstance(self._path, dict) else {self._name: self._path}
        self._notes = {}
        systems: dict[str, RecordedSystem | RecordedDatasets] = {}
        for name, path in paths.items():
            has_names = has_column_names(self._columns)
            file = InputFile.open(path, self._layout, has_names=has_names)
            of_file = self._load_file(file, name)
            if twice := systems.keys() & of_file.keys():
                raise SummbenchError(
                    f"{path} has summaries of {min(twice)!r}, as an earlier file; give every file "
                    "a name of its own."
                )
            systems |= of_file
        return systems

    def get_notes(self) -> Sequence[str]:
        """Return sentences on how the files were read; empty before `load_systems`."""
        return join_notes(self._notes)

    def _load_file(
        self, file: InputFile, name: str
    ) -> Mapping[str, "RecordedSystem | RecordedDatasets"]:
        roles = self._find_columns(file)
        column = self._dataset
        if column is None:
            return RecordedSystems(self._read(file, name, roles, file.read())).load_systems()
        systems: dict[str, dict[str, RecordedSystem]] = {}
        for dataset in dict.fromkeys(str(row.get(column)) for _, row in file.read()):
            rows = ((n, row) for n, row in file.read() if str(row.get(column)) == dataset)
            summaries = self._read(file, name, roles, rows)
            for system, model in RecordedSystems(summaries).load_systems().items():
                systems.setdefault(system, {})[dataset] = model
        return {system: RecordedDatasets(models) for system, models in systems.items()}

    def _read(
        self, file: InputFile, name: str, roles: Roles, rows: Iterable[tuple[int, Row]]
    ) -> SummariesBySystem:
        columns = SystemColumns(
            roles.id,
            roles.systems,
            roles.predictions if len(roles.predictions) != 1 else roles.predictions[0],
            file.name if name == AUTO else name,
            file.unit,
            system=roles.system,
            document=roles.document,
        )
        summaries = columns.read_systems(rows, str(file.path))
        self._add_notes(file, describe_counts(columns.notes, file.unit))
        return summaries

    def _find_columns(self, file: InputFile) -> Roles:
        named = select_named(**self._columns)
        if len(named) == len(self._columns):
            return Roles(**{**named, "predictions": to_tuple(named["predictions"])})
        options = {part: f"model.replay.{name}" for part, name in _PARTS.items()}
        roles, sentence = recognize_roles(file, named, options, ("predictions",), "predictions")
        if not (roles.systems or roles.predictions):
            raise SummbenchError(
                f"{file.path} has no column that is known to hold summaries ({sentence}) Name it: "
                "model.replay.prediction=COLUMN."
            )
        self._add_notes(file, [*file.describe_encoding(), sentence])
        return roles

    def _add_notes(self, file: InputFile, sentences: Sequence[str]) -> None:
        self._notes.setdefault(file.path.name, []).extend(sentences)


class RecordedSystems:
    """Summaries that a caller in Python has: system -> article id -> summary."""

    def __init__(self, summaries: SummariesBySystem) -> None:
        self._summaries = summaries

    def load_systems(self) -> Mapping[str, "RecordedSystem"]:
        """Return a model for each system."""
        return {
            name: recorded
            for system, texts in self._summaries.items()
            for name, recorded in _split_repeats(system, texts).items()
        }


def _split_repeats(system: str, texts: Mapping[str, Summary]) -> dict[str, "RecordedSystem"]:
    """The system, and if its articles have several summaries a repeat for each further one.

    Raises: SummbenchError, if they do not have equally many.
    """
    counts = {1 if isinstance(text, str) else len(text): article for article, text in texts.items()}
    if len(counts) > 1:
        examples = ", ".join(f"{article!r} has {count}" for count, article in counts.items())
        raise SummbenchError(
            f"{system!r} has unlike numbers of summaries an article: {examples}. Give every "
            "article as many; null stands for one that is missing as a whole."
        )
    systems = {}
    for number in range(next(iter(counts), 1)):
        of_repeat = {a: t if isinstance(t, str) else t[number] for a, t in texts.items()}
        name = system if number == 0 else f"{system} (repeat {number + 1})"
        systems[name] = RecordedSystem(of_repeat, system if number else None)
    return systems


class RecordedSystem:
    """One system's summaries by article id."""

    batch_size = 4096

    def __init__(self, summaries: Mapping[str, str], repeat_of: str | None = None) -> None:
        self._summaries, self.repeat_of = summaries, repeat_of

    def get_article_ids(self) -> KeysView[str]:
        """Return the ids of all articles with a summary."""
        return self._summaries.keys()

    def summarise(self, articles: Sequence[Article]) -> list[Prediction]:
        """Return the recorded summaries; a missing one is an error of that article."""
        return [self._predict(article.id) for article in articles]

    def _predict(self, article_id: str) -> Prediction:
        summary = self._summaries.get(article_id)
        if summary is None:
            return Prediction(article_id, error=NO_SUMMARY)
        return Prediction(article_id, summary, seconds=float("nan"))


class RecordedDatasets:
    """One system's summaries of several datasets, in which ids may be equal."""

    batch_size = RecordedSystem.batch_size

    def __init__(self, models: Mapping[str, RecordedSystem]) -> None:
        self._models = models
        self.repeat_of = next(iter(models.values())).repeat_of

    def get_dataset(self, name: str) -> RecordedSystem:
        """Return the summaries of one dataset's articles."""
        return self._models.get(name) or RecordedSystem({}, self.repeat_of)

    def get_article_ids(self) -> set[str]:
        """Return the ids of all articles with a summary."""
        return {name for model in self._models.values() for name in model.get_article_ids()}

    def summarise(self, articles: Sequence[Article]) -> list[Prediction]:
        """Return the summaries of the first dataset that has one."""
        merged: dict[str, RecordedSystem] = {}
        for model in self._models.values():
            merged = {**dict.fromkeys(model.get_article_ids(), model), **merged}
        empty = RecordedSystem({})
        return [merged.get(a.id, empty).summarise([a])[0] for a in articles]
