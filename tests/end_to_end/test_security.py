"""No secret is written down, no code runs unasked, and offline means no network at all."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml

from summbench.core.batch_prediction import predict_batch
from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Example, Prediction
from summbench.core.redaction import REFERRED, format_error, redact_secrets
from summbench.core.resources import get_resource_path
from summbench.evaluation.nodes import build
from summbench.metrics.bertscore import BertScore
from summbench.metrics.nli import NliConsistency
from summbench.models.endpoint import Endpoint
from summbench.models.server import Server
from tests.commands import CLONE, MINE, TABLE, environment, jsonl, model_config, run, written
from tests.servers import Answer, Moody, fine, moody
from tests.tiny import ARTICLES, checkpoint, summarise, summariser
from tests.tiny_encoders import classifier, encoder, on_the_hub

_CANARY = "canary-5ae1c0ffee"
_SECRET = {
    "OPENAI_API_KEY": f"sk-{_CANARY}-1",
    "HF_TOKEN": f"hf_{_CANARY}-2",
    "AWS_SECRET_ACCESS_KEY": f"{_CANARY}/+3",
}
_IN_URL = f"https://ann:{_CANARY}-4@example.org/v1?api_key={_CANARY}-5&n=1"


def _everything(folder: Path) -> str:
    """All bytes of all files below the folder but the configs that the test wrote."""
    files = [f for f in folder.rglob("*") if f.is_file() and "my_configs" not in f.parts]
    assert files
    return "\n".join(f.read_bytes().decode("utf-8", "replace") for f in files)


@pytest.fixture
def secretive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with articles, in an environment with secrets."""
    for name, secret in _SECRET.items():
        monkeypatch.setenv(name, secret)
    jsonl(tmp_path / "news.jsonl")
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("where", ["article", "settings", "answer", "first", "batches"])
def test_no_file_and_no_line_has_a_secret_that_a_model_lets_out(
    secretive: Path, where: str
) -> None:
    model_config(secretive, "leaky", "tests.leaky.Leaky", where=where, url=_IN_URL)
    chosen = ("model=[lead3,leaky]", f"executor={'processes' if where == 'first' else 'local'}")
    code = 0 if where in {"settings", "batches"} else 1
    done = run(secretive, "run", *MINE, *TABLE, *chosen, code=code)
    assert "leaky" in done.stdout
    assert _CANARY not in done.stdout + done.stderr + _everything(secretive)
    made = written(secretive, "run.json")
    assert made["config"]["model"]["leaky"]["url"] == (
        "https://example.org/v1?api_key=(removed)&n=1"
    )
    if code:
        assert "(removed)" in made["failures"][0]["error"]


def test_no_traceback_has_a_secret(secretive: Path) -> None:
    model_config(secretive, "leaky", "tests.leaky.Crashing")
    arguments = ["run", *MINE, *TABLE, "model=[leaky]", f"+model.leaky.url='{_IN_URL}'"]
    done = subprocess.run(
        [sys.executable, "-m", "summbench", *arguments],
        cwd=secretive, env=environment(), capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" in done.stderr
    assert "no size: (removed); (removed); (removed)" in done.stderr
    assert _CANARY not in done.stdout + done.stderr


def test_a_mistake_that_names_a_secret_is_told_without_it(secretive: Path) -> None:
    done = run(secretive, "run", "dataset=[table]", f"dataset.table.path='{_IN_URL}'", code=1)
    assert "example.org" in done.stderr
    assert _CANARY not in done.stderr


def test_an_error_that_a_model_hands_back_is_reduced_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", _SECRET["HF_TOKEN"])

    class HandsBack:
        batch_size = 1

        def summarise(self, articles: Sequence[Article]) -> list[Prediction]:
            return [Prediction(a.id, error=f"401 with {os.environ['HF_TOKEN']}") for a in articles]

    [prediction] = predict_batch(HandsBack(), [Example(Article("a", "text"))]).predictions
    assert prediction.error == "401 with (removed)"
    assert format_error(ValueError(_SECRET["HF_TOKEN"])) == "ValueError: (removed)"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"GET {_IN_URL} failed", "GET https://example.org/v1?api_key=(removed)&n=1 failed"),
        ("Bearer abcd1234efgh!", "Bearer (removed)!"),
        ("xabcd1234efghx", "x(removed)x"),
        ("a swordfish bites", "a (removed) bites"),
        # Ordinary text: words around a secret word, short values, addresses, keys, mail.
        ("swordfishes bite; true, 0.5 and a/b@c", "swordfishes bite; true, 0.5 and a/b@c"),
        ("the key=value of max_tokens=128", "the key=value of max_tokens=128"),
        ("see https://example.org/a?q=token&page=2#sig", "see https://example.org/a?q=token&page=2#sig"),
        ("ann@example.org wrote: the secret is out", "ann@example.org wrote: the secret is out"),
    ],
)  # fmt: skip
def test_secrets_go_and_ordinary_text_stays(text: str, left: str) -> None:
    variables = {
        "MY_TOKEN": "abcd1234efgh", "PASSWORD": "swordfish", "TOKENIZERS_PARALLELISM": "true",
        "EDITOR": "ordinary", "EMPTY_KEY": "",
    }  # fmt: skip
    assert redact_secrets(text, variables) == left


@pytest.mark.parametrize(
    ("variables", "left"),
    [
        ({"GITHUB_PAT": "abcd1234efgh"}, "(removed) and 123456"),
        ({"DB_PASS": "abcd1234efgh", "SENTRY_DSN": "x"}, "(removed) and 123456"),
        ({"BASIC_AUTH": "abcd1234efgh"}, "(removed) and 123456"),
        ({"PATH": "abcd1234efgh", "COMPASS": "abcd1234efgh"}, "abcd1234efgh and 123456"),
        ({"PLACE": "abcd1234efgh"}, "abcd1234efgh and 123456"),
        # What a config refers to is secret whatever its name, but no number and no short word.
        ({"PLACE": "abcd1234efgh", REFERRED: "A,PLACE"}, "(removed) and 123456"),
        ({"PLACE": "123456", REFERRED: "PLACE"}, "abcd1234efgh and 123456"),
        ({"PLACE": "efgh", REFERRED: "PLACE"}, "abcd1234efgh and 123456"),
    ],
)
def test_variables_are_secret_by_their_names_or_because_a_config_refers_to_them(
    variables: dict[str, str], left: str
) -> None:
    assert redact_secrets("abcd1234efgh and 123456", variables) == left


@pytest.mark.slow
@pytest.mark.parametrize("executor", ["local", "processes"])
def test_what_a_config_takes_from_the_environment_is_written_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, executor: str
) -> None:
    monkeypatch.setenv("HARMLESS_NAME", f"{_CANARY} in parts")
    model_config(tmp_path, "lost", "tests.fakes.Lost", path="at ${oc.env:HARMLESS_NAME}")
    jsonl(tmp_path / "news.jsonl")
    chosen = ("model=[lead3,lost]", f"executor={executor}", "name=mine")
    for _ in range(2):  # the second time it is known as the same run
        done = run(tmp_path, "run", *MINE, *TABLE, *chosen, code=1)
        assert _CANARY not in done.stdout + done.stderr + _everything(tmp_path)
    made = written(tmp_path, "run.json", "mine")
    assert made["config"]["model"]["lost"]["path"] == "at (removed)"
    assert "at (removed) is not there" in made["failures"][0]["error"]
    shown = run(tmp_path, "run", *MINE, *TABLE, *chosen, "--cfg", "job", "--resolve").stdout
    assert "at (removed)" in shown and _CANARY not in shown


@pytest.mark.slow
def test_data_that_the_environment_named_can_be_loaded_again_by_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLACE", str(jsonl(tmp_path / "news.jsonl")))
    run(tmp_path, "run", "dataset=[table]", "dataset.table.path=${oc.env:PLACE}", "model=[lead3]")
    done = run(tmp_path, "bundle", "results/run", code=1)
    assert "named with a value of the environment" in done.stderr


class _Moving(Moody):
    """Sends every request on to another server."""

    place = ""

    def _choose_answer(self, *_: object) -> Answer:
        return fine({}, 307, Location=f"{self.place}/chat/completions")


def test_a_redirect_carries_no_article(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Server, "is_local", False)
    monkeypatch.setattr("summbench.models.server.HF_HUB_OFFLINE", False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with moody() as other, moody(kind=_Moving) as server:
        _Moving.place = other.url
        endpoint = Endpoint(server.url, "tiny", "{article}")
        [prediction] = list(endpoint.summarise([Article("a", "The dam held.")]))
        assert len(server.requests) == 1
        assert other.requests == []
    assert prediction.error is not None
    assert f"HTTP 307: it sends on to {other.url}" in prediction.error


def test_a_secret_is_known_by_its_key_but_not_by_a_key_that_names_its_variable() -> None:
    node = {"api_key": "x", "key_variable": "MY_KEY", "hf_token": "y", "max_new_tokens": 3}
    assert redact_secrets(node, {}) == {**node, "api_key": "(removed)", "hf_token": "(removed)"}


@pytest.mark.parametrize(
    "target",
    ["os.system", "builtins.eval", "benchmarks.models.lead.Lead", 
     "summbench.evaluation.config.RunConfig", "summbench.models_of_mine.lead.Lead",
     "summbench.cli.evaluation.Path"],
)  # fmt: skip
@pytest.mark.parametrize("group", ["model.lead3", "metric.length", "dataset.newsdesk", "executor"])
def test_a_config_names_our_own_parts_only(group: str, target: str) -> None:
    with pytest.raises(SummbenchError, match="is no part of summbench"):
        build(group, {"_target_": target})


def test_a_node_inside_a_node_has_to_be_trusted_as_well() -> None:
    node = yaml.safe_load(
        (get_resource_path("configs") / "metric" / "judge_rubric.yaml").read_text("utf-8")
    )
    judge = node["judge_rubric"] | {"model": {"_target_": "shutil.rmtree", "path": "x"}}
    with pytest.raises(
        SummbenchError, match=r"'judge.model' names 'shutil.rmtree', which is no part"
    ):
        build("judge", judge)


def test_a_config_cannot_vouch_for_itself(tmp_path: Path) -> None:
    model_config(tmp_path, "mine", "tests.fakes.Echo", allow_code=["tests"])
    chosen = ("--config-dir", "my_configs", "model=[mine]")
    assert "add --allow-code tests" in run(tmp_path, "run", *chosen, code=1).stderr


def _keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        return {str(k) for k in value}.union(*map(_keys, value.values()))
    return set().union(*map(_keys, value)) if isinstance(value, list) else set()


@pytest.mark.parametrize(
    "file", sorted(get_resource_path("configs").rglob("*.yaml")), ids=lambda f: f.stem
)
def test_no_shipped_yaml_runs_a_checkpoints_code_or_reads_a_pickle(file: Path) -> None:
    keys = _keys(yaml.safe_load(file.read_text("utf-8")))
    assert not keys & {"trust_remote_code", "allow_pickle", "allow_code_execution"}


@pytest.mark.slow
def test_what_may_run_code_is_said_and_stands_in_run_json(tmp_path: Path) -> None:
    weights = str(_pickled(checkpoint(tmp_path, "llama")))
    switches = {"trust_remote_code": True, "allow_pickle": True}
    target, prompt = "summbench.models.causal.Causal", "{article}\n"
    generate = {"max_new_tokens": 3}
    model_config(
        tmp_path, "bold", target, weights=weights, prompt=prompt, generate=generate, **switches
    )
    jsonl(tmp_path / "news.jsonl")
    said = " ".join(run(tmp_path, "run", *MINE, *TABLE, "model=[bold]").stderr.split())
    assert "trust_remote_code is on; its own code runs on this machine" in said
    assert "allow_pickle is on; reading its weights may run code in them" in said
    node = written(tmp_path, "run.json")["config"]["model"]["bold"]
    assert {key: node[key] for key in switches} == switches


def _pickled(folder: Path) -> Path:
    """The checkpoint with its weights as a pickle, as before safetensors."""
    from safetensors.torch import load_file

    file = folder / "model.safetensors"
    torch.save(load_file(file), folder / "pytorch_model.bin")
    file.unlink()
    return folder


@pytest.mark.model
@pytest.mark.parametrize("family", ["bart", "llama"])
def test_a_checkpoint_that_is_a_pickle_is_refused_unless_allowed(
    tmp_path: Path, family: str
) -> None:
    before = summarise(summariser(checkpoint(tmp_path / "safe", family), family), ARTICLES[:2])
    weights = _pickled(checkpoint(tmp_path, family))
    with pytest.raises(SummbenchError, match=r"a pickle only \(pytorch_model.bin\), which can run"):
        summariser(weights, family)
    after = summarise(summariser(weights, family, allow_pickle=True), ARTICLES[:2])
    assert [p.summary for p in after] == [p.summary for p in before]


@pytest.mark.model
def test_a_metric_reads_no_pickle_unless_allowed(tmp_path: Path) -> None:
    example = [Example(Article("a", "the dam held"), ("the dam held",))]
    bert = str(_pickled(encoder(tmp_path / "encoder")))
    judge = str(_pickled(classifier(tmp_path / "classifier")))
    makers: list[Callable[..., Any]] = [partial(BertScore, bert, 1), partial(NliConsistency, judge)]
    for make in makers:
        with pytest.raises(SummbenchError, match=r"a pickle only \(pytorch_model.bin\)"):
            make()
        assert make(allow_pickle=True).score(example, ["the dam held"])


@pytest.mark.model
def test_a_pickle_in_the_hubs_cache_is_refused_when_the_hub_may_not_be_asked(
    tmp_path: Path,
) -> None:
    weights = on_the_hub(_pickled(encoder(tmp_path / "encoder")), "a-pickle")
    with pytest.raises(SummbenchError, match=r"a-pickle' are there as a pickle only"):
        BertScore(weights, 1)


_GUARD = """
import ipaddress, os, socket

def _note(what):
    with open(os.environ["NETWORK_LOG"], "a") as log:
        log.write(what + "\\n")
    raise OSError("the guard saw " + what)

def _is_here(address):
    if not isinstance(address, tuple):
        return True  # a socket file
    try:
        return ipaddress.ip_address(address[0]).is_loopback
    except ValueError:
        return address[0] == "localhost"

class Guarded(socket.socket):
    def connect(self, address):
        return super().connect(address) if _is_here(address) else _note(f"connect {address}")

    def connect_ex(self, address):
        return super().connect_ex(address) if _is_here(address) else _note(f"connect {address}")

    def sendto(self, data, *rest):
        return super().sendto(data, *rest) if _is_here(rest[-1]) else _note(f"sendto {rest[-1]}")

def _no_name(name, real):
    def ask(host, *rest, **keys):
        if host in (None, "", "localhost", b"localhost"):
            return real(host, *rest, **keys)
        try:
            ipaddress.ip_address(host)
        except ValueError:
            _note(f"{name} {host}")
        return real(host, *rest, **keys)
    return ask

for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
    setattr(socket, name, _no_name(name, getattr(socket, name)))
socket.socket = Guarded
"""


def _guarded(folder: Path, *arguments: str) -> tuple[subprocess.CompletedProcess[str], str]:
    """The interpreter where any step onto the network is an error and is written down."""
    guard, log = folder / "guard", folder / "network.log"
    guard.mkdir(exist_ok=True)
    (guard / "sitecustomize.py").write_text(_GUARD, encoding="utf-8")
    log.touch()
    env = {k: v for k, v in environment().items() if not k.startswith(("HF_", "TRANSFORMERS"))}
    env |= {"PYTHONPATH": f"{guard}{os.pathsep}{CLONE}", "NETWORK_LOG": str(log)}
    env |= {"HF_HOME": str(folder / "empty_cache")}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=env, capture_output=True, text=True,
        timeout=300,
    )  # fmt: skip
    return done, log.read_text("utf-8")


@pytest.mark.parametrize(
    "step",
    ["socket.create_connection(('192.0.2.1', 80), 1)", "socket.getaddrinfo('huggingface.co', 443)",
     "urllib.request.urlopen('https://huggingface.co')"],
)  # fmt: skip
def test_the_guard_sees_what_it_is_there_for(tmp_path: Path, step: str) -> None:
    done, log = _guarded(tmp_path, "-c", f"import socket, urllib.request; {step}")
    assert done.returncode == 1
    assert "192.0.2.1" in log or "huggingface.co" in log


@pytest.mark.slow
@pytest.mark.model
def test_offline_takes_no_step_onto_the_network(tmp_path: Path) -> None:
    jsonl(tmp_path / "news.jsonl")
    short = {"generate": {"max_new_tokens": 3}}
    tiny, prompt = str(checkpoint(tmp_path, "llama")), "{article}\n"
    model_config(
        tmp_path, "causal", "summbench.models.causal.Causal", weights=tiny, prompt=prompt, **short
    )
    bart = str(checkpoint(tmp_path, "bart"))
    model_config(tmp_path, "bart", "summbench.models.seq2seq.Seq2Seq", weights=bart, **short)
    bert = str(encoder(tmp_path / "encoder"))
    chosen = (
        "model=[lead3,textrank,causal,bart]", "metric=[rouge,length,bertscore]", "offline=true",
        f"metric.bertscore.weights={bert}", "metric.bertscore.layer=1",
    )  # fmt: skip
    done, log = _guarded(tmp_path, "-m", "summbench", "run", *MINE, *TABLE, *chosen)
    assert (done.returncode, log) == (0, ""), done.stderr
    refused, log = _guarded(tmp_path, "-m", "summbench", "run", "model=[t5_base]", "offline=true")
    assert (refused.returncode, log) == (1, ""), refused.stderr
    assert "hf download google-t5/t5-base" in refused.stderr
