"""The files of `score` as the nodes of a config: who has the ids, and which column is what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from summbench.core.column_recognition import Roles
from summbench.core.errors import SummbenchError, explain_read_errors
from summbench.core.layouts import InputFile
from summbench.core.recognized import (
    ONLY_LINES,
    count_articles,
    has_column_names,
    recognize_roles,
    select_named,
)
from summbench.evaluation.compose import compose, load_shipped
from summbench.evaluation.config import RunConfig
from summbench.evaluation.nodes import Node
from summbench.evaluation.score_checks import check_named_once, refuse_unlike_counts
from summbench.evaluation.score_nodes import (
    OPTIONS,
    check_same_examples,
    list_named_columns,
    name_dataset_columns,
    name_system_columns,
)
from summbench.runs import files as run_files
from summbench.runs.run import RunData


@dataclass(frozen=True, slots=True)
class ScoreInputs:
    """The files that `score` was named.

    Without `references` the first file has them, with the summaries.
    Raises: SummbenchError, if there is no file, or a layout is unknown.
    """

    files: Sequence[Path]
    references: Path | None = None
    articles: Path | None = None
    layout: str | None = None

    @property
    def name(self) -> str:
        """The name of the dataset and, with `--out` left out, of the results folder."""
        first = self.references or self.files[0]
        name = InputFile(first, "", "").name
        return f"{name}_again" if _is_run(first) else name

    def complete(self, config: RunConfig, table: str = "table") -> tuple[RunConfig, list[str]]:
        """Fill the nodes of the dataset `table` and of the model `replay`; say what was found.

        Columns that the nodes name stay as they are.
        """
        if not self.files:
            raise SummbenchError("There is no file of summaries; expected at least one.")
        if _is_run(self.files[0]):
            return self._complete_from_run(config)
        dataset, replay = config.dataset.get(table), config.model.get("replay")
        if dataset is None or replay is None:
            return config, []
        dataset, replay, notes = self._complete_nodes(dataset, replay)
        datasets = {
            self.name if name == table else name: dataset if name == table else node
            for name, node in config.dataset.items()
        }
        return replace(config, dataset=datasets, model={**config.model, "replay": replay}), notes

    def _complete_nodes(self, table: Node, replay: Node) -> tuple[Node, Node, list[str]]:
        has_names = has_column_names(list_named_columns(table, replay))
        inputs = [InputFile.open(path, self.layout, has_names=has_names) for path in self.files]
        check_named_once(inputs, {"references": self.references, "articles": self.articles})
        replay = {**replay, "path": self._name_files(inputs, replay), "layout": self.layout}
        if len(inputs) == 1:
            replay["layout"] = inputs[0].layout
        table = {**table, "document_required": False}
        if self.articles is not None:
            table |= {"articles": str(self.articles.resolve()), "document": None}
        if self.references is not None:
            return self._complete_apart(inputs, table, replay)
        named = list_named_columns(table, replay)
        needed = ("document", "references", "predictions")
        sole = "predictions" if self.articles else None
        roles, sentence = recognize_roles(inputs[0], named, OPTIONS, needed, sole)
        if not (roles.systems or roles.predictions):
            raise _build_error(inputs[0].path, sentence, "summaries", OPTIONS["predictions"])
        table |= {"path": str(inputs[0].path.resolve()), "layout": inputs[0].layout}
        table |= name_dataset_columns(roles)
        if not roles.references and self.articles is not None:
            table |= {
                "id": "auto", "document": "auto", "articles": None, "system": None, "layout": None,
                "path": str(self.articles.resolve()), "document_required": True,
            }  # fmt: skip
        elif not (roles.references or roles.document):
            raise SummbenchError(
                f"{inputs[0].path} has no references and no articles ({sentence}) Give them with "
                "--references FILE or --articles FILE."
            )
        if len(inputs) == 1:
            replay |= name_system_columns(roles)
        elif roles.references or self.articles is None:
            check_same_examples(table, inputs)
        notes = _describe(inputs[0], sentence)
        return self._number(inputs, table, replay, notes)

    def _complete_apart(
        self, inputs: Sequence[InputFile], table: Node, replay: Node
    ) -> tuple[Node, Node, list[str]]:
        """Summaries in files beside the references."""
        assert self.references is not None
        named = list_named_columns(table, {})
        file = InputFile.open(self.references, has_names=has_column_names(named))
        needed = ("references",) if self.articles else ("document", "references")
        roles, sentence = recognize_roles(file, named, OPTIONS, needed, "references")
        if not roles.references:
            raise _build_error(file.path, sentence, "references", OPTIONS["references"])
        table |= {**name_dataset_columns(roles), "path": str(file.path.resolve())}
        table["layout"] = file.layout
        return self._number([file, *inputs], table, replay, _describe(file, sentence))

    def _number(
        self, inputs: Sequence[InputFile], table: Node, replay: Node, notes: list[str]
    ) -> tuple[Node, Node, list[str]]:
        """Match articles by their order, if any of several files has no ids; all are as long."""
        if self.articles is not None:
            inputs = [*inputs, InputFile.open(self.articles)]
        matched = [_find_ids(file, replay) for file in inputs]
        without = [file for file, roles in zip(inputs, matched, strict=True) if roles.id is None]
        if len(inputs) > 1 and without:
            counts = {
                file: count_articles(file, replace(roles, id=None))
                for file, roles in zip(inputs, matched, strict=True)
            }
            refuse_unlike_counts(counts, without[0])
            table, replay = {**table, "id": None}, {**replay, "id": None}
            notes = [*notes, "Articles are matched by their order: not all files have ids."]
        return table, replay, notes

    def _name_files(self, inputs: Sequence[InputFile], replay: Node) -> str | dict[str, str]:
        if len(inputs) == 1:
            return str(inputs[0].path.resolve())
        names = [file.name for file in inputs]
        if any(count > 1 for count in Counter(names).values()):
            names = [file.path.resolve().parent.name for file in inputs]
        if twice := [name for name, count in Counter(names).items() if count > 1]:
            raise SummbenchError(
                f"Two files would be the system {twice[0]!r}; give each file a name of its own."
            )
        paths = [str(file.path.resolve()) for file in inputs]
        return dict(zip(names, paths, strict=True))

    def _complete_from_run(self, config: RunConfig) -> tuple[RunConfig, list[str]]:
        """The predictions of a run on the datasets that it had."""
        run = RunData.open(self.files[0])
        metadata = run.run_metadata
        path = str((self.files[0] / run_files.PREDICTIONS).resolve())
        replay = {
            **config.model["replay"], "path": path, "id": "article_id", "systems": None,
            "prediction": "summary", "system": "model", "layout": None, "dataset": "dataset",
        }  # fmt: skip
        limit = config.limit if config.limit is not None else metadata.config.get("limit")
        models = {**config.model, "replay": replay}
        names = ", ".join(metadata.models)
        notes = [f"{self.files[0]}: read the predictions of {names}, on the articles of that run."]
        kinds = [f"{name} ({m.kind})" for name, m in metadata.models.items() if m.kind != "system"]
        if kinds:
            notes.append(f"Here {', '.join(kinds)} count as systems, as all summaries in files do.")
        datasets = metadata.config["dataset"]
        return replace(config, dataset=datasets, model=models, limit=limit), notes


def config_for_file(
    path: Path,
    nodes: Mapping[str, Mapping[str, Node]] | None = None,
    keys: Mapping[str, Any] | None = None,
) -> RunConfig:
    """The config that scores one file with references and summaries, named after the file."""
    return config_for_inputs(ScoreInputs([path]), nodes, keys)[0]


def config_for_inputs(
    inputs: ScoreInputs,
    nodes: Mapping[str, Mapping[str, Node]] | None = None,
    keys: Mapping[str, Any] | None = None,
) -> tuple[RunConfig, list[str]]:
    """The config that scores the files, and what to say of them."""
    parts = {
        "dataset": {"table": {**load_shipped("dataset", "table"), "path": ""}},
        "model": {"replay": {**load_shipped("model", "replay"), "path": ""}},
    }
    return inputs.complete(compose({**(nodes or {}), **parts}, keys or {}))


def _find_ids(file: InputFile, replay: Node) -> Roles:
    named = select_named(id=replay["id"])
    return recognize_roles(file, named, {}, ())[0]


def _describe(file: InputFile, sentence: str) -> list[str]:
    return [f"{file.path.name}: {text}" for text in (*file.describe_encoding(), sentence)]


def _build_error(path: Path, sentence: str, what: str, option: str) -> SummbenchError:
    if sentence == ONLY_LINES:
        return SummbenchError(
            f"{path} has a text a line and nothing else. Give the files of summaries, and beside "
            "them --references FILE (and --articles FILE)."
        )
    return SummbenchError(
        f"{path} has no column that is known to hold {what} ({sentence}) Name it with "
        f"{option}=COLUMN."
    )


def _is_run(path: Path) -> bool:
    with explain_read_errors(path):
        return (path / run_files.RUN).is_file()
