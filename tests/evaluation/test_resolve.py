"""What a caller in Python may give as models, datasets and metrics."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from summbench.core.errors import SummbenchError
from summbench.evaluation.resolve import to_dataset_nodes, to_metric_nodes, to_model_nodes
from summbench.metrics.length import Length
from summbench.models.lead import Lead
from tests.commands import ROWS, jsonl


def shorten(text: str) -> str:
    return text[:10]


def test_names_functions_objects_and_nodes_are_models() -> None:
    node = {"_target_": "summbench.models.lead.Lead", "sentences": 2}
    nodes = to_model_nodes(
        ["lead3", shorten, Lead(2), {"two": node}, {"lead1": {"language": "de"}}]
    )
    assert list(nodes) == ["lead3", "shorten", "lead", "two", "lead1"]
    assert nodes["lead3"]["sentences"] == 3
    assert nodes["shorten"]["_python_"] == f"function {__name__}.shorten"
    assert isinstance(nodes["lead"]["_object_"], Lead)
    assert nodes["two"] == node
    assert (nodes["lead1"]["sentences"], nodes["lead1"]["language"]) == (1, "de")


def test_one_model_needs_no_list_and_a_mapping_names_them() -> None:
    assert list(to_model_nodes("lead3")) == ["lead3"]
    assert list(to_model_nodes(shorten)) == ["shorten"]
    nodes = to_model_nodes({"first": shorten, "second": {"function": shorten, "version": 2}})
    assert list(nodes) == ["first", "second"]
    assert "version" not in nodes["first"]
    assert nodes["second"]["version"] == "2"


def test_files_frames_and_rows_are_datasets(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "news.jsonl")
    frame = pd.DataFrame(ROWS)
    assert to_dataset_nodes("newsdesk").keys() == {"newsdesk"}
    assert to_dataset_nodes(path)["news"]["path"] == str(path)
    assert to_dataset_nodes([path, {"frame": frame}]).keys() == {"news", "frame"}
    assert to_dataset_nodes(frame)["data"]["_python_"] == "DataFrame of 3 rows"
    assert to_dataset_nodes(ROWS)["data"]["_python_"] == "list of 3 rows"
    assert to_dataset_nodes({"one": tmp_path})["one"]["_target_"].endswith("texts.Texts")


def test_metrics_are_names_or_objects() -> None:
    nodes = to_metric_nodes(["rouge", Length(), {"words": Length()}])
    assert list(nodes) == ["rouge", "length", "words"]
    assert isinstance(nodes["words"]["_object_"], Length)


@pytest.mark.parametrize(
    ("convert", "given", "sentence"),
    [
        (to_model_nodes, "led3", "There is no model 'led3'. Did you mean 'lead3'"),
        (to_model_nodes, 3, "3 is no model; expected a name, a hub id, a folder, a function"),
        (to_model_nodes, ["lead3", "lead3"], "Two models are called 'lead3'"),
        (to_dataset_nodes, "newsdeks", "There is no dataset 'newsdeks'. Did you mean 'newsdesk'"),
        (to_dataset_nodes, 3, "3 is no dataset; expected a name, a file, a DataFrame"),
        (to_metric_nodes, "rogue", "There is no metric 'rogue'. Did you mean 'rouge'"),
        (to_metric_nodes, 3, "3 is no metric; expected a name, or an object"),
    ],
)
def test_what_is_none_is_one_sentence(convert: Any, given: Any, sentence: str) -> None:
    with pytest.raises(SummbenchError) as raised:
        convert(given)
    assert sentence in str(raised.value)
