"""The nodes of a table and of replayed summaries, as `score` fills them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from summbench.core.column_recognition import AUTO, Roles
from summbench.core.errors import SummbenchError
from summbench.core.layouts import InputFile
from summbench.core.recognized import select_named
from summbench.datasets.table import Table
from summbench.evaluation.nodes import Node

OPTIONS = {
    "id": "dataset.table.id",
    "document": "dataset.table.document",
    "references": "dataset.table.references",
    "predictions": "model.replay.prediction",
    "systems": "model.replay.systems",
    "system": "model.replay.system",
}


def list_named_columns(table: Node, replay: Node) -> dict[str, Any]:
    """Return the columns that the nodes name, by part."""
    return select_named(
        id=table.get("id", AUTO),
        document=table.get("document", AUTO),
        references=table.get("references", AUTO),
        predictions=replay.get("prediction", AUTO),
        systems=replay.get("systems", AUTO),
        system=replay.get("system", AUTO),
    )


def name_dataset_columns(roles: Roles) -> Node:
    """Return the columns of articles and references as a table's node has them."""
    references = list(roles.references) or None
    return {
        "id": roles.id, "document": roles.document, "references": references,
        "system": roles.system,
    }  # fmt: skip


def name_system_columns(roles: Roles) -> Node:
    """Return the columns of summaries as the node of replayed summaries has them."""
    predictions = list(roles.predictions)
    return {
        "id": roles.id, "systems": roles.systems, "system": roles.system,
        "prediction": predictions[0] if len(predictions) == 1 else predictions or None,
        "document": roles.document,
    }  # fmt: skip


def check_same_examples(table: Node, inputs: Sequence[InputFile]) -> None:
    """Refuse files of summaries that have other articles or references than the first."""
    first, *others = (
        Table(
            str(file.path), table["id"], table["document"], table["references"], False,
            layout=file.layout, system=table["system"],
        ).load()
        for file in inputs
    )  # fmt: skip
    by_id = {example.article.id: example for example in first}
    for file, examples in zip(inputs[1:], others, strict=True):
        for example in examples:
            name = example.article.id
            if by_id.get(name) != example:
                what = "other references or another article" if name in by_id else "an article"
                raise SummbenchError(
                    f"{file.path} has {what} {name!r} that {inputs[0].path} has not. Files of "
                    "systems must agree; give the references apart with --references FILE."
                )
