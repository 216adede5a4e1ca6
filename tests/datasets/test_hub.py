"""Articles and references from a folder in the layout of the hub."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from datasets import load_dataset

from summbench.core.records import Article, Example
from summbench.datasets.hub import Hub
from tests.datasets.files import get_error, write, write_jsonl

# The fields of CNN/DailyMail on the hub, with texts of our own.
_CNN = [
    {"article": "The dam held. It rained.", "highlights": "Dam holds.\nRain falls.", "id": "f0e1"},
    {"article": "The mayor left.", "highlights": "Mayor goes.", "id": "d2c3"},
]
_CNN_EXAMPLES = [
    Example(Article("f0e1", "The dam held. It rained."), ("Dam holds.\nRain falls.",)),
    Example(Article("d2c3", "The mayor left."), ("Mayor goes.",)),
]


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for a dataset; the library keeps its cache beside it and stays offline."""
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "cache")
    monkeypatch.setattr("datasets.config.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "cnn").mkdir()
    return tmp_path / "cnn"


def _cnn(folder: Path | str, **changed: Any) -> Sequence[Example]:
    columns = {"id": "id", "document": "article", "references": "highlights"}
    return Hub(str(folder), **(columns | changed)).load()


@pytest.mark.parametrize("ending", ["parquet", "jsonl"])
def test_a_folder_in_hub_layout_is_a_dataset(hub: Path, ending: str) -> None:
    path = hub / f"test-00000-of-00001.{ending}"
    write_jsonl(path, *_CNN)
    if ending == "parquet":
        pq.write_table(pa.Table.from_pylist(_CNN), path)
    assert _cnn(hub) == _CNN_EXAMPLES
    assert [e.article.id for e in _cnn(hub, id=None)] == ["1", "2"]


def test_a_tilde_is_the_home_folder(hub: Path) -> None:
    write_jsonl(hub / "test.jsonl", *_CNN)
    assert _cnn("~/cnn") == _CNN_EXAMPLES


def test_what_is_wrong_in_a_hub_dataset_is_named_by_split_row_and_column(hub: Path) -> None:
    twice = _CNN[1] | {"id": "f0e1"}
    write_jsonl(hub / "test.jsonl", _CNN[0], {**twice, "article": None})
    write_jsonl(hub / "train.jsonl", _CNN[0], twice)
    assert "cnn/test: row 2, column 'article' holds nothing (null)" in get_error(_cnn, hub)
    message = get_error(_cnn, hub, split="train")
    assert "cnn/train: row 2, column 'id' repeats the id 'f0e1' of row 1" in message
    message = get_error(_cnn, hub, document="text")
    assert "has no column 'text'; it has 'article', 'highlights', 'id'. Name the right" in message
    assert "(split 'dev') could not be loaded: " in get_error(_cnn, hub, split="dev")


@pytest.mark.parametrize("name", ["abisee/cnn_dailymail", "./nowhere"])
def test_a_dataset_that_is_not_there_says_what_to_do_without_a_network(
    hub: Path, name: str
) -> None:
    message = get_error(_cnn, name)
    assert message.startswith(f"The dataset {name!r} (split 'test') could not be loaded: ")
    assert "download it first, or give dataset.<name>.path a folder" in message


@pytest.mark.parametrize("data", [b"{no JSON\n", b'{"article": "\xe9"}\n', b""])
@pytest.mark.parametrize("name", ["test.parquet", "test.jsonl", "README.md"])
def test_a_damaged_dataset_is_named(hub: Path, name: str, data: bytes) -> None:
    write(hub / name, data)
    message = get_error(_cnn, hub)
    assert f"The dataset '{hub}' (split 'test') could not be loaded: " in message
    assert message.endswith(" a file of it is damaged, or no dataset's.")
    assert "network" not in message


_COMMITS = ("3f" * 20, "0a" * 20)


def _cache_build(hub: Path, commit: str, text: str, data_dir: str | None = None) -> None:
    """As `datasets` stores a hub dataset: <owner>___<name>/<config>/<version>/<commit>."""
    (hub / commit[:4]).mkdir()
    write_jsonl(hub / commit[:4] / "test.jsonl", {"id": "a", "article": text, "highlights": "h"})
    load_dataset(str(hub / commit[:4]), split="test")
    [arrow] = (hub.parent / "cache" / commit[:4]).rglob("*-test.arrow")
    config = f"default-{data_dir}" if data_dir else "default"
    target = hub.parent / "cache" / "someone___news" / config / "0.0.0" / commit
    target.mkdir(parents=True)
    arrow.rename(target / "news-test.arrow")
    info = json.loads((arrow.parent / "dataset_info.json").read_text("utf-8"))
    info |= {"dataset_name": "news", "config_name": config}
    info["splits"]["test"]["dataset_name"] = "news"
    address = f"hf://datasets/someone/news@{commit}/{data_dir or 'data'}/test.jsonl"
    info["download_checksums"] = {address: {"num_bytes": 1, "checksum": None}}
    write(target / "dataset_info.json", json.dumps(info).encode())


@pytest.mark.parametrize("offline", [True, False])
def test_a_commit_is_read_and_no_other(hub: Path, offline: bool) -> None:
    """Without a network, too, where `datasets` alone takes the newest that it has."""
    for commit in _COMMITS:
        _cache_build(hub, commit, f"Text {commit[:4]}.")
    columns: Any = {"document": "article", "references": "highlights", "offline": offline}
    newest = Hub("someone/news", **columns)
    assert [e.article.text for e in newest.load()] == ["Text 0a0a."]
    assert newest.commit == _COMMITS[1]
    pinned = Hub("someone/news", revision=_COMMITS[0], **columns)
    if offline:
        assert [e.article.text for e in pinned.load()] == ["Text 3f3f."]
        assert pinned.commit == _COMMITS[0]
    else:
        message = get_error(pinned.load)
        assert f"only commit {_COMMITS[1]} of it is here, not {_COMMITS[0]}" in message
    message = get_error(Hub("someone/news", revision="77" * 20, **columns).load)
    assert "77" * 20 in message


def test_a_folder_inside_a_commit_is_found_offline(hub: Path) -> None:
    _cache_build(hub, _COMMITS[0], "English.", "english")
    columns: Any = {"document": "article", "references": "highlights", "revision": _COMMITS[0]}
    english = Hub("someone/news", data_dir="english", offline=True, **columns)
    assert [e.article.text for e in english.load()] == ["English."]
    french = Hub("someone/news", data_dir="french", offline=True, **columns)
    assert f"the cache of datasets has no commit {_COMMITS[0]} of it" in get_error(french.load)


def test_a_folder_in_a_folder_is_a_dataset(hub: Path) -> None:
    """As the hub converts to Parquet: <config>/<split>/0000.parquet, with no card that says so."""
    for language in ("english", "french"):
        (hub / language / "test").mkdir(parents=True)
        path = hub / language / "test" / "0000.parquet"
        pq.write_table(pa.table({"article": [language], "highlights": ["h"]}), path)
    [example] = _cnn(hub, id=None, data_dir="french")
    assert example.article.text == "french"
