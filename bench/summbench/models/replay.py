"""Summaries that were made elsewhere, read from a file."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Prediction
from summbench.core.tabular import Row, rows, shown
from summbench.core.text import replace_surrogates


class Replay:
    """The file's column `systems` (name -> summary), or `prediction` for a single system.

    A missing or null summary is a failed article of that system, an empty one is an answer.
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
        self._id, self._systems, self._prediction, self._name = id, systems, prediction, name

    def load_systems(self) -> Mapping[str, "Recorded"]:
        """A model for each system, in the order in which the file first names them."""
        summaries: dict[str, dict[str, str]] = {}
        lines: dict[tuple[str, str], int] = {}
        for number, row in rows(self._path):
            where = f"{self._path}: line {number}"
            article = self._article(row, where)
            for system, summary in self._answers(row, where).items():
                first = lines.setdefault((system, article), number)
                if first != number:
                    raise SummbenchError(
                        f"{where} has a second summary of {article!r} by {system!r}; "
                        f"the first is on line {first}."
                    )
                answers = summaries.setdefault(system, {})
                if summary is not None:
                    answers[article] = _text(summary, f"{where}, system {system!r}")
        if not summaries:
            raise SummbenchError(
                f"{self._path} names no system: {self._systems!r} is empty in each row."
            )
        return {system: Recorded(answers) for system, answers in summaries.items()}

    def _article(self, row: Row, where: str) -> str:
        if self._id not in row:
            raise SummbenchError(
                f"{where} has no {self._id!r}; it has {', '.join(map(repr, row))}. "
                "Name the right one with model.replay.id=..."
            )
        value = row[self._id]
        if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
            raise SummbenchError(f"{where}, column {self._id!r} holds {shown(value)}, not an id.")
        return replace_surrogates(str(value))

    def _answers(self, row: Row, where: str) -> Mapping[str, object]:
        if isinstance(row.get(self._systems), dict):
            answers: Mapping[str, object] = row[self._systems]
            if blank := [name for name in answers if not name.strip()]:
                raise SummbenchError(f"{where}: {blank[0]!r} is no name for a system.")
            return {replace_surrogates(name): summary for name, summary in answers.items()}
        if self._prediction in row:
            return {self._name: row[self._prediction]}
        raise SummbenchError(
            f"{where} has neither {self._systems!r} (name -> summary) nor {self._prediction!r}; "
            f"it has {', '.join(map(repr, row))}. Name the column with model.replay.prediction=..."
        )


class Recorded:
    """One system's summaries by article id."""

    batch_size = 4096

    def __init__(self, summaries: Mapping[str, str]) -> None:
        self._summaries = summaries

    def summarise(self, articles: Sequence[Article]) -> list[Prediction]:
        """What the file says; an article that it does not have is an error of that article."""
        return [self._prediction(article.id) for article in articles]

    def _prediction(self, article_id: str) -> Prediction:
        summary = self._summaries.get(article_id)
        if summary is None:
            return Prediction(article_id, error="the file has no summary for this article")
        return Prediction(article_id, summary, seconds=float("nan"))


def _text(summary: object, where: str) -> str:
    if isinstance(summary, list) and all(isinstance(line, str) for line in summary):
        summary = "\n".join(summary)
    if not isinstance(summary, str):
        raise SummbenchError(
            f"{where} holds {summary!r}; a summary or a list of sentences is wanted."
        )
    return replace_surrogates(summary)
