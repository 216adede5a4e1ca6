"""Pickles as safetensors: every tensor bit by bit, nothing that is run, nothing half written."""

from __future__ import annotations

import json
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file
from transformers import T5ForConditionalGeneration

import summbench
from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Example
from summbench.metrics.first_token import FirstToken
from summbench.metrics.nli import NliConsistency
from summbench.models.conversion import convert_weights
from tests.commands import run
from tests.tiny_checkers import make_checker
from tests.tiny_encoders import COMMIT, classifier, on_the_hub

pytestmark = pytest.mark.model

_EMBEDDINGS = {"shared.weight", "encoder.embed_tokens.weight", "decoder.embed_tokens.weight"}


def _pickled(folder: Path) -> dict[str, torch.Tensor]:
    """Put a pickle for the safetensors of the folder, and return what it holds."""
    tensors = load_file(folder / "model.safetensors")
    (folder / "model.safetensors").unlink()
    torch.save(tensors, folder / "pytorch_model.bin")
    return tensors


def _is_same(one: torch.Tensor, other: torch.Tensor) -> bool:
    kinds = {(t.dtype, tuple(t.shape)) for t in (one, other)}
    return len(kinds) == 1 and one.numpy().tobytes() == other.numpy().tobytes()


def test_tensors_of_one_memory_are_written_for_each_name(tmp_path: Path) -> None:
    source = make_checker(tmp_path / "old")
    metric = FirstToken(str(source), {"q": "{document} {summary}"}, [4, 9])
    example = [Example(Article("a", "The gate was shut."))]
    before = metric.score(example, ["It is shut."])
    model: Any = T5ForConditionalGeneration.from_pretrained(source)
    state = model.state_dict()
    assert {n for n in state if _is_same(state[n], state["shared.weight"])} >= _EMBEDDINGS
    (source / "model.safetensors").unlink()
    torch.save(state, source / "pytorch_model.bin")
    (source / "training_args.bin").write_bytes(b"not weights")
    (source / "modeling.py").write_text("raise RuntimeError", encoding="utf-8")

    conversion = convert_weights(str(source), tmp_path / "new")
    tensors = load_file(tmp_path / "new" / "model.safetensors")
    assert tensors.keys() == state.keys()
    assert all(_is_same(tensors[name], state[name]) for name in state)
    n_memories = len({tensor.data_ptr() for tensor in state.values()})
    assert (conversion.tensors, conversion.copies) == (len(state), len(state) - n_memories)
    kept = {f.name for f in source.iterdir()} - {"pytorch_model.bin", "training_args.bin"}
    assert {f.name for f in (tmp_path / "new").iterdir()} == kept - {"modeling.py"} | {
        "model.safetensors"
    }
    after = FirstToken(str(tmp_path / "new"), {"q": "{document} {summary}"}, [4, 9])
    assert after.score(example, ["It is shut."]) == before


def test_views_of_one_memory_stay_what_they_were(tmp_path: Path) -> None:
    whole = torch.arange(12, dtype=torch.bfloat16).reshape(3, 4)
    tensors = {"whole": whole, "row": whole[1], "turned": whole.T, "none": torch.empty(0)}
    torch.save(tensors, tmp_path / "pytorch_model.bin")
    assert convert_weights(str(tmp_path), tmp_path / "new").copies == 2
    written = load_file(tmp_path / "new" / "model.safetensors")
    assert written["row"].tolist() == [4.0, 5.0, 6.0, 7.0]
    assert written["turned"].tolist() == whole.T.tolist()
    assert written["whole"].dtype == torch.bfloat16


def test_a_pickle_in_parts_stays_in_parts(tmp_path: Path) -> None:
    source = classifier(tmp_path / "old")
    example = [Example(Article("a", "The bridge is closed."))]
    before = NliConsistency(str(source)).score(example, ["It is closed."])
    tensors = _pickled(source)
    (source / "pytorch_model.bin").unlink()
    names = sorted(tensors)
    parts = {f"pytorch_model-0000{i + 1}-of-00002.bin": names[i::2] for i in range(2)}
    for file, part in parts.items():
        torch.save({name: tensors[name] for name in part}, source / file)
    weight_map = {name: file for file, part in parts.items() for name in part}
    index = {"metadata": {"total_size": 1}, "weight_map": weight_map}
    (source / "pytorch_model.bin.index.json").write_text(json.dumps(index), encoding="utf-8")

    conversion = convert_weights(str(source), tmp_path / "new")
    assert conversion.tensors == len(tensors)
    files = sorted(f.name for f in (tmp_path / "new").iterdir() if "model" in f.name)
    assert files == [
        "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors",
        "model.safetensors.index.json",
    ]  # fmt: skip
    assert NliConsistency(str(tmp_path / "new")).score(example, ["It is closed."]) == before


class _Hostile:
    def __init__(self, marker: Path) -> None:
        self._marker = marker

    def __reduce__(self) -> Any:
        return os.system, (f"touch '{self._marker}'",)


def _zipped(marker: Path, file: Path) -> None:
    torch.save({"a": torch.ones(2), "b": _Hostile(marker)}, file)


def _bare(marker: Path, file: Path) -> None:
    file.write_bytes(pickle.dumps(_Hostile(marker)))


def _bare_protocol_2(marker: Path, file: Path) -> None:
    file.write_bytes(pickle.dumps(_Hostile(marker), protocol=2))


@pytest.mark.parametrize("write", [_zipped, _bare, _bare_protocol_2])
def test_a_hostile_pickle_is_refused_in_a_sentence(
    tmp_path: Path, write: Callable[[Path, Path], None]
) -> None:
    marker, source = tmp_path / "was-run", classifier(tmp_path / "old")
    _pickled(source)
    write(marker, source / "pytorch_model.bin")
    with pytest.raises(SummbenchError) as caught:
        convert_weights(str(source), tmp_path / "new")
    assert "it holds more than tensors, so nothing of it was run and nothing was" in str(
        caught.value
    )
    assert "weights_only" not in str(caught.value)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["old"]
    if write is _zipped:
        assert "asks for posix.system" in str(caught.value)


def _save(content: Any) -> Callable[[Path], None]:
    return lambda file: torch.save(content, file)


def _write(content: bytes) -> Callable[[Path], None]:
    def write(file: Path) -> None:
        file.write_bytes(content)

    return write


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (_write(b""), "is damaged, and can't be read"),
        (_write(b"PK\x03\x04 half a file"), "is damaged, and can't be read"),
        (_write(b"version https://git-lfs.github.com/spec/v1\n"), "holds more than tensors"),
        (_save([torch.ones(2)]), "is no table of tensors"),
        (_save({"epoch": 3, "a": torch.ones(2)}), "has 'epoch' of type int, where"),
        (_save({"state_dict": {"a": torch.ones(2)}}), "has 'state_dict' of type dict, where"),
    ],
)
def test_what_is_no_table_of_tensors_is_refused(
    tmp_path: Path, write: Callable[[Path], None], message: str
) -> None:
    source = tmp_path / "old"
    source.mkdir()
    write(source / "pytorch_model.bin")
    with pytest.raises(SummbenchError, match=f"pickle pytorch_model.bin of .*{message}"):
        convert_weights(str(source), tmp_path / "new")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["old"]


def test_a_checkpoint_in_the_hubs_cache_keeps_its_origin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = classifier(tmp_path / "pickled-classifier")
    tensors = _pickled(source)
    hub_id = on_the_hub(source, "pickled-classifier")
    monkeypatch.chdir(tmp_path)
    conversion = summbench.convert_weights(hub_id, offline=True)
    assert conversion.folder == Path("weights/pickled-classifier")
    with safe_open(conversion.folder / "model.safetensors", "pt") as file:
        assert file.metadata() == {"format": "pt", "source": f"{hub_id}@{COMMIT}"}
        assert set(file.keys()) == set(tensors)
    with pytest.raises(SummbenchError, match="weights/pickled-classifier exists; remove it, or"):
        summbench.convert_weights(hub_id, offline=True)


def test_the_command_says_what_to_do_next(tmp_path: Path) -> None:
    safe = classifier(tmp_path / "safe")
    shown = run(tmp_path, "weights", "convert", "safe").stdout
    assert shown == "safe has safetensors already (model.safetensors); use it as it is.\n"
    _pickled(safe)
    shown = run(tmp_path, "weights", "convert", "safe", "--out", "new").stdout
    assert shown.splitlines()[0].startswith("safe: ")
    assert shown.splitlines()[0].endswith(" are now safetensors in new.")
    assert shown.splitlines()[1] == (
        "Next: metric.NAME.weights=new in a run, or model.NAME.weights=..."
    )
    assert (
        "new exists" in run(tmp_path, "weights", "convert", "safe", "--out", "new", code=1).stderr
    )
    absent = run(tmp_path, "weights", "convert", "./nowhere", code=1).stderr
    assert "do not exist; nothing is at nowhere" in " ".join(absent.split())
    file = run(tmp_path, "weights", "convert", "safe/config.json", code=1).stderr
    assert "is a file; give the folder that it is in" in " ".join(file.split())


def test_a_folder_without_weights_is_told_from_one_with(tmp_path: Path) -> None:
    with pytest.raises(SummbenchError, match=r"has no pytorch_model.bin: there is nothing to conv"):
        convert_weights(str(tmp_path), tmp_path / "new")


def test_a_pickle_only_checkpoint_names_the_command(tmp_path: Path) -> None:
    source = classifier(tmp_path / "old")
    _pickled(source)
    with pytest.raises(SummbenchError, match=f"`summbench weights convert {source}`, or set allow"):
        NliConsistency(str(source))
