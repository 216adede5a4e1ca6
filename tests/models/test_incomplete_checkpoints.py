"""A checkpoint that lacks a part is refused, with the part named; nothing of it is random."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from summbench.core.errors import SummbenchError
from tests.tiny import ARTICLES, checkpoint, summarise, summariser


def _remove(folder: Path, *patterns: str) -> None:
    for pattern in patterns:
        for file in folder.glob(pattern):
            file.unlink()


def _without_tokenizer(folder: Path) -> None:
    _remove(folder, "tokenizer*", "vocab*", "merges*", "*.model", "special_tokens*")


def _with_an_empty_tokenizer(folder: Path) -> None:
    _remove(folder, "tokenizer.json", "vocab*", "merges*", "*.model")


def _without_a_layer(folder: Path) -> None:
    file = folder / "model.safetensors"
    weights = {name: w for name, w in load_file(file).items() if "decoder.layers.0.fc1" not in name}
    save_file(weights, file, metadata={"format": "pt"})


_LACKS = {
    "no tokenizer": (_without_tokenizer, r"There is no tokenizer in .*tiny-bart; expected"),
    "a tokenizer without words": (
        _with_an_empty_tokenizer,
        r"There is no tokenizer in .*tiny-bart",
    ),
    "no weights": (lambda folder: _remove(folder, "*.safetensors"), r"model\.safetensors"),
    "no config": (lambda folder: _remove(folder, "config.json"), r"config\.json"),
    "a layer is missing": (_without_a_layer, r"decoder\.layers\.0\.fc1\.bias, .* would be random"),
}


@pytest.mark.parametrize("lack", _LACKS)
def test_the_part_that_is_missing_is_named(tmp_path: Path, lack: str) -> None:
    take_away: Callable[[Path], None]
    take_away, sentence = _LACKS[lack]
    folder = checkpoint(tmp_path, "bart")
    take_away(folder)
    with pytest.raises(SummbenchError, match=sentence):
        summarise(summariser(folder, "bart"), ARTICLES[:1])
