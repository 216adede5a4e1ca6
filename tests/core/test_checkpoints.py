"""The model class of a checkpoint, by its own config: tiny real checkpoints, and broken ones."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from summbench.core.checkpoints import resolve_checkpoint
from summbench.core.errors import SummbenchError
from summbench.evaluation.nodes import build
from tests import tiny
from tests.commands import python

_SEQ2SEQ = "summbench.models.seq2seq.Seq2Seq"
_CAUSAL = "summbench.models.causal.Causal"
_CHAT = "{article}\n\nSummarise the news article above in three short sentences."


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    return partial(tiny.checkpoint, tmp_path_factory.getbasetemp())


def write_config(folder: Path, **changed: Any) -> Path:
    """A folder with nothing but a config.json."""
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps(changed), encoding="utf-8")
    return folder


@pytest.mark.model
@pytest.mark.parametrize(
    ("family", "expected"),
    [
        ("bart", {"_target_": _SEQ2SEQ}),
        ("t5", {"_target_": _SEQ2SEQ}),
        ("pegasus", {"_target_": _SEQ2SEQ}),
        ("led", {"_target_": _SEQ2SEQ, "global_attention": True}),
        ("llama", {"_target_": _CAUSAL, "prompt": _CHAT, "chat": True}),
    ],
)
def test_a_folder_is_the_class_that_its_config_names_and_predicts(
    family: str, expected: dict[str, Any], weights: Callable[[str], Path]
) -> None:
    folder = weights(family)
    node = resolve_checkpoint(str(folder), offline=True)
    assert node == {"weights": str(folder), **expected}
    model = build("it", node | {"device": "cpu", "generate": {"max_new_tokens": 2}})
    [prediction] = tiny.summarise(model, tiny.ARTICLES[:1])
    assert prediction.error is None
    assert prediction.output_tokens in (1, 2)  # BART is made to end at the limit


def test_the_task_prefix_of_t5_is_the_one_in_its_config(tmp_path: Path) -> None:
    """As google-t5/t5-base's config.json has it."""
    folder = write_config(
        tmp_path, architectures=["T5ForConditionalGeneration"], is_encoder_decoder=True,
        task_specific_params={"summarization": {"num_beams": 4, "prefix": "summarize: "}},
    )  # fmt: skip
    node = resolve_checkpoint(str(folder))
    assert node == {"weights": str(folder), "_target_": _SEQ2SEQ, "prefix": "summarize: "}


def test_a_language_model_without_a_chat_template_gets_a_plain_prompt(
    weights: Callable[[str], Path], tmp_path: Path
) -> None:
    folder = shutil.copytree(weights("llama"), tmp_path / "copy")
    (folder / "chat_template.jinja").unlink()
    node = resolve_checkpoint(str(folder))
    assert (node["chat"], node["prompt"]) == (False, "{article}\n\nTL;DR:")
    settings = json.loads((folder / "tokenizer_config.json").read_text("utf-8"))
    settings["chat_template"] = "{{ messages[0].content }}"  # where older checkpoints have it
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    assert resolve_checkpoint(str(folder))["chat"] is True


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ({"architectures": ["BertForMaskedLM"]}, "is a BertForMaskedLM, which writes no text"),
        ({"architectures": None}, "is a model without a named architecture"),
        ({"architectures": ["ViTModel"], "is_encoder_decoder": True}, "is a ViTModel"),
    ],
)
def test_a_checkpoint_of_another_kind_is_refused_in_one_sentence(
    config: dict[str, Any], sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(SummbenchError, match=sentence):
        resolve_checkpoint(str(write_config(tmp_path, **config)))


def test_what_is_no_checkpoint_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(SummbenchError, match=r"has no config\.json"):
        resolve_checkpoint(str(tmp_path))
    with pytest.raises(SummbenchError, match="do not exist"):
        resolve_checkpoint(str(tmp_path / "nowhere"))
    with pytest.raises(SummbenchError, match="not in the hub's cache; the hub may not be asked"):
        resolve_checkpoint("nobody/has-such-a-model", offline=True)
    with pytest.raises(SummbenchError, match="nothing is at no hub id!"):
        resolve_checkpoint("no hub id!", offline=True)
    (tmp_path / "config.json").write_text("{", encoding="utf-8")
    with pytest.raises(SummbenchError, match=r"config\.json is not valid JSON"):
        resolve_checkpoint(str(tmp_path))


def test_a_hub_id_is_read_from_the_cache_and_no_torch_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = "0123456789abcdef0123456789abcdef01234567"
    repository = tmp_path / "models--someone--tiny"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text(commit, encoding="utf-8")
    (repository / "snapshots").mkdir()
    config = {"architectures": ["BartForConditionalGeneration"], "is_encoder_decoder": True}
    write_config(repository / "snapshots" / commit, **config)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    code = (
        "import sys\n"
        "from summbench.core.checkpoints import resolve_checkpoint\n"
        "print(resolve_checkpoint('someone/tiny', offline=True))\n"
        "print(sorted({'torch', 'transformers'} & sys.modules.keys()))\n"
    )
    process = python(tmp_path, "-c", code)
    node = {"weights": "someone/tiny", "_target_": _SEQ2SEQ}
    assert process.stdout.splitlines() == [str(node), "[]"], process.stderr
