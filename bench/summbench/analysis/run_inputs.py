"""What an analysis reads of a finished run: its metadata, its predictions, its datasets."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from summbench.core.errors import SummbenchError
from summbench.core.records import RESULT_COLUMNS, Example, Prediction
from summbench.datasets.description import ArticleHashes
from summbench.evaluation.components import load_dataset
from summbench.runs import files
from summbench.store.parts import parse_table

_REQUIRED_KEYS = {"config", "datasets", "models", "metrics", "versions"}


def load_metadata(run: Path) -> dict[str, Any]:
    """Read the run.json of a results folder.

    Raises: SummbenchError if there is none, or no run of summbench wrote it.
    """
    file = run / files.RUN
    try:
        content = json.loads(read_file(file))
        if not content.keys() >= _REQUIRED_KEYS:
            raise SummbenchError(f"{file} was not written by a run of summbench.")
    except (ValueError, AttributeError) as error:
        raise SummbenchError(f"{file} is not a JSON object ({error}).") from error
    return dict(content)


def read_file(file: Path) -> bytes:
    """Read a file of a results folder; SummbenchError names both if it can't be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise SummbenchError(
            f"{file.parent} is no results folder: {file.name} can't be read ({error.strerror})."
        ) from error


def load_predictions(run: Path) -> dict[tuple[str, str], list[Prediction]]:
    """Read the predictions of a results folder by dataset and model, in the order of articles."""
    return group_predictions(parse_table(read_file(run / files.PREDICTIONS)).to_pylist())


def group_predictions(rows: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], list[Prediction]]:
    """Group the rows of a predictions.parquet by dataset and model."""
    predictions: dict[tuple[str, str], list[Prediction]] = {}
    for row in rows:
        prediction = Prediction(**{name: row[name] for name in RESULT_COLUMNS})
        predictions.setdefault((row["dataset"], row["model"]), []).append(prediction)
    return predictions


def load_recorded_datasets(
    metadata: Mapping[str, Any], allowed_packages: Sequence[str]
) -> dict[str, Sequence[Example]]:
    """Load the datasets of a run again, from the folder in which the run was started.

    Raises: SummbenchError if a dataset is not what it was.
    """
    config = metadata["config"]
    datasets = {}
    for name, node in config["dataset"].items():
        examples, statistics = load_dataset(name, node, config["limit"], allowed_packages)
        recorded = metadata["datasets"][name]
        if statistics.fingerprint != recorded["fingerprint"]:
            hashes = ArticleHashes({name: statistics})
            hashes.add({name: examples})
            change = _describe_first_change(recorded["articles"], hashes.hashes[name])
            raise SummbenchError(
                f"The dataset {name!r} has changed since the run ({change}). Go to the folder with "
                "the run's data, or repeat the run."
            )
        datasets[name] = examples
    return datasets


def _describe_first_change(recorded: Mapping[str, str], here: Mapping[str, str]) -> str:
    if not recorded or not here:
        return "run.json has no hash of each article, so the changed one is unknown"
    changed = [key for key in {**recorded, **here} if recorded.get(key) != here.get(key)]
    return f"first: {changed[0]!r}" if changed else "the order of its articles"
