"""Summaries that were made elsewhere, read from a file."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from summbench.core.records import Article, Prediction
from summbench.core.systems import SummariesBySystem, SystemColumns
from summbench.core.tabular import get_row_unit, read_rows


class Replay:
    """The file's column `systems` (name -> summary), or `prediction` for a single system.

    A missing or null summary is a failed article of that system, an empty one is a prediction.
    """

    def __init__(
        self,
        path: str,
        id: str = "id",  # noqa: A002 - the column is called that everywhere
        systems: str = "systems",
        prediction: str = "prediction",
        name: str = "prediction",
    ) -> None:
        self._path = Path(path).expanduser()
        self._columns = SystemColumns(id, systems, prediction, name, get_row_unit(self._path))

    def load_systems(self) -> Mapping[str, "RecordedSystem"]:
        """Return a model for each system, in the order in which the file first names them."""
        summaries = self._columns.read_systems(read_rows(self._path), str(self._path))
        return RecordedSystems(summaries).load_systems()


class RecordedSystems:
    """Summaries that a caller in Python has: system -> article id -> summary."""

    def __init__(self, summaries: SummariesBySystem) -> None:
        self._summaries = summaries

    def load_systems(self) -> Mapping[str, "RecordedSystem"]:
        """Return a model for each system."""
        return {system: RecordedSystem(texts) for system, texts in self._summaries.items()}


class RecordedSystem:
    """One system's summaries by article id."""

    batch_size = 4096

    def __init__(self, summaries: Mapping[str, str]) -> None:
        self._summaries = summaries

    def summarise(self, articles: Sequence[Article]) -> list[Prediction]:
        """Return the recorded summaries; a missing one is an error of that article."""
        return [self._predict(article.id) for article in articles]

    def _predict(self, article_id: str) -> Prediction:
        summary = self._summaries.get(article_id)
        if summary is None:
            return Prediction(article_id, error="there is no summary of this article")
        return Prediction(article_id, summary, seconds=float("nan"))
