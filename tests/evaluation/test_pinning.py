"""What another run could find changed is named, refused if asked, and recorded as it was read."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

import summbench
from summbench.core.errors import SummbenchError
from summbench.core.hub_cache import find_cached_commit, is_commit
from summbench.core.resources import get_resource_path
from summbench.core.weights import identify
from summbench.evaluation.compose import compose
from summbench.evaluation.config import RunConfig
from summbench.evaluation.fingerprint import compute_fingerprint
from summbench.evaluation.pinning import check_pins, list_hub_inputs, record_inputs
from summbench.evaluation.resolve import wrap_rows
from tests import tiny_encoders

_COMMIT, _OTHER = "3f" * 20, "0a" * 20
_NEWS = [{"id": "a", "document": "The dam held. It rained.", "summary": "Dam holds."}]
_SHIPPED = sorted(
    file
    for group in ("dataset", "model", "metric")
    for file in (get_resource_path("configs") / group).glob("*.yaml")
)
_SEQ2SEQ = "summbench.models.seq2seq.Seq2Seq"


@pytest.fixture
def hub_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


def _put(cache: Path, repository: str, commit: str, ref: str = "main") -> None:
    """As huggingface_hub lays it out: <kind>s--<owner>--<name>/{refs/<ref>,snapshots/<commit>}."""
    folder = cache / repository
    (folder / "snapshots" / commit).mkdir(parents=True)
    reference = folder / "refs" / ref
    reference.parent.mkdir(parents=True, exist_ok=True)
    reference.write_text(commit, encoding="utf-8")


def _compose(pinned: bool = False, **groups: dict[str, Any]) -> RunConfig:
    nodes: dict[str, dict[str, Any]] = {
        "dataset": {"news": wrap_rows(_NEWS)},
        "model": {"lead3": {"_target_": "summbench.models.lead.Lead", "sentences": 3}},
        "metric": {"length": {"_target_": "summbench.metrics.length.Length"}},
        "executor": {"_target_": "summbench.evaluation.executors.local.LocalExecutor"},
    }
    return compose(nodes | groups, {"pinned": pinned}, None)


def _read_run(folder: Path) -> Any:
    return json.loads((folder / "run.json").read_text(encoding="utf-8"))


def _get_refusal(**groups: dict[str, Any]) -> str:
    with pytest.raises(SummbenchError) as caught:
        check_pins(_compose(pinned=True, **groups))
    return str(caught.value)


@pytest.mark.parametrize("file", _SHIPPED, ids=lambda f: f"{f.parent.name}/{f.stem}")
def test_a_shipped_config_names_a_commit_with_its_source_or_is_warned_of(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    text = file.read_text(encoding="utf-8")
    config = _compose(**{file.parent.name: yaml.safe_load(text.replace("???", "some/thing"))})
    sources = re.findall(
        r"^ +# ((?:As in|The page|No public file) .*)\n +(?:base_)?revision: (\S+)", text, re.M
    )
    for hub_input in list_hub_inputs(config):
        if hub_input.repository != "some/thing":  # which its user names
            assert hub_input.is_pinned or hub_input.revision is None, "a branch or a tag moves"
            revision = hub_input.revision or "null"
            [source] = {source for source, pinned in sources if pinned == revision}
            assert source.startswith("No public file") != hub_input.is_pinned
    with caplog.at_level(logging.WARNING):
        check_pins(config)
    moving = [source.key for source in list_hub_inputs(config) if not source.is_pinned]
    assert all(f"{key} (main)" in caplog.text for key in moving)
    assert len(caplog.records) == bool(moving)


@pytest.mark.parametrize(
    "revision", [None, "main", "v1.0", "refs/convert/parquet", "3f3f3f3", "3F" * 20, "3f" * 21]
)
def test_only_a_whole_commit_pins(revision: str | None) -> None:
    model = {"_target_": _SEQ2SEQ, "weights": "someone/tiny", "revision": revision}
    [hub_input] = list_hub_inputs(_compose(model={"tiny": model}))
    assert not hub_input.is_pinned
    assert "model.tiny.revision: " in _get_refusal(model={"tiny": model})


def test_the_warning_is_one_line_and_names_each_input(caplog: pytest.LogCaptureFixture) -> None:
    judge = {"_target_": "summbench.models.causal.Causal", "weights": "someone/judge"}
    config = _compose(
        dataset={"news": {"_target_": "summbench.datasets.hub.Hub", "path": "someone/news"}},
        model={"tiny": {"_target_": _SEQ2SEQ, "weights": "someone/tiny", "revision": "v1"}},
        metric={"rubric": {"_target_": "summbench.metrics.judge.Rubric", "model": judge}},
    )
    with caplog.at_level(logging.WARNING):
        check_pins(config)
    [record] = caplog.records
    assert "\n" not in record.getMessage()
    assert (
        "dataset.news.revision (main), model.tiny.revision (v1), "
        "metric.rubric.model.revision (main)"
    ) in record.getMessage()


def test_pinned_names_every_input_that_is_not_and_what_to_do(hub_cache: Path) -> None:
    _put(hub_cache, "models--someone--tiny", _COMMIT, "v1")
    server = {"_target_": "summbench.models.endpoint.Endpoint", "base_url": "http://x/v1"}
    remote = {"_target_": _SEQ2SEQ, "weights": "a/b", "revision": _COMMIT}
    message = _get_refusal(
        dataset={"news": {"_target_": "summbench.datasets.hub.Hub", "path": "someone/news"}},
        model={
            "tiny": {"_target_": _SEQ2SEQ, "weights": "someone/tiny", "revision": "v1"},
            "vllm": {**server, "model": "m"},
            "remote": {**remote, "trust_remote_code": True},
        },
        metric={
            "hhem": {"weights": "a/b", "revision": _COMMIT, "base": "c/d", "base_revision": None},
            "rubric": {"_target_": "summbench.metrics.judge.Rubric", "model": server},
        },
    )
    assert [line.strip().split(":")[0] for line in message.splitlines()[1:]] == [
        "dataset.news.revision", "model.tiny.revision", "metric.hhem.base_revision",
        "model.vllm", "model.remote", "metric.rubric.model",
    ]  # fmt: skip
    assert f"'v1' moves (someone/tiny); set it to a commit, as {_COMMIT}, which the" in message
    assert "no commit is given (someone/news); set it to a commit (40 hexadecimal" in message
    assert message.count("a model at a server can't be pinned") == 2
    assert "set model.remote.trust_remote_code to false" in message


def test_pinned_refuses_before_anything_is_read_or_written(tmp_path: Path) -> None:
    node = {"_target_": "summbench.datasets.hub.Hub", "path": "someone/news", "document": "d"}
    with pytest.raises(SummbenchError, match=r"dataset\.news\.revision"):
        summbench.evaluate(
            "lead3", {"news": node | {"references": None}}, "rouge",
            pinned=True, store=tmp_path / "store",
        )  # fmt: skip
    assert not (tmp_path / "store").exists()


def test_pinned_takes_rows_and_functions_with_a_version(tmp_path: Path) -> None:
    def first(text: str) -> str:
        return text.split(".")[0]

    versioned = {"first": {"function": first, "version": "1"}}
    run = summbench.evaluate(versioned, _NEWS, "rouge", pinned=True)
    assert _read_run(run.save(tmp_path / "run"))["config"]["pinned"] is True
    with pytest.raises(SummbenchError, match=r"model\.first: an object from Python"):
        summbench.evaluate(first, _NEWS, "rouge", pinned=True)


def test_a_folder_is_pinned_by_its_hash_and_a_hub_id_by_the_commit_that_was_read(
    tmp_path: Path, hub_cache: Path
) -> None:
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "config.json").write_text("{}", encoding="utf-8")
    _put(hub_cache, "models--someone--tiny", _COMMIT)
    _put(hub_cache, "datasets--someone--news", _OTHER, "refs/convert/parquet")
    local = {"_target_": _SEQ2SEQ, "weights": str(tmp_path / "weights")}
    news = {"_target_": "summbench.datasets.hub.Hub", "path": "someone/news"}
    config = _compose(
        dataset={"main": news, "parquet": news | {"revision": "refs/convert/parquet"}},
        model={
            "local": local,
            "moving": {"_target_": _SEQ2SEQ, "weights": "someone/tiny"},
            "absent": {"_target_": _SEQ2SEQ, "weights": "someone/else", "revision": "v2"},
        },
    )
    assert record_inputs(config, {"dataset.main": _COMMIT}) == {
        "dataset.main": {"source": "someone/news", "commit": _COMMIT},
        "dataset.parquet": {
            "source": "someone/news", "revision": "refs/convert/parquet", "commit": _OTHER
        },
        "model.local": {"source": local["weights"], "hash": identify(local["weights"])},
        "model.moving": {"source": "someone/tiny", "commit": _COMMIT},
        "model.absent": {"source": "someone/else", "revision": "v2"},
    }  # fmt: skip
    check_pins(_compose(pinned=True, model={"local": local}))


def test_a_commit_is_found_as_the_hub_caches_it(hub_cache: Path) -> None:
    _put(hub_cache, "models--someone--tiny", _COMMIT)
    assert find_cached_commit("someone/tiny", None) == _COMMIT
    assert find_cached_commit("someone/tiny", "v1") is None
    assert find_cached_commit("someone/tiny", _OTHER) == _OTHER
    assert find_cached_commit("someone/tiny", None, "dataset") is None
    (hub_cache / "models--someone--tiny" / "refs" / "v1").write_text("no hash", encoding="utf-8")
    assert find_cached_commit("someone/tiny", "v1") is None
    assert not is_commit(7)


def test_another_commit_of_what_is_not_pinned_is_another_model(hub_cache: Path) -> None:
    node = {"_target_": _SEQ2SEQ, "weights": "someone/tiny"}
    _put(hub_cache, "models--someone--tiny", _COMMIT)
    before = compute_fingerprint("tiny", node)
    _put(hub_cache, "models--someone--tiny", _OTHER)
    assert compute_fingerprint("tiny", node) != before
    pinned = {**node, "revision": _COMMIT}
    first = compute_fingerprint("tiny", pinned)
    _put(hub_cache, "models--someone--tiny", "77" * 20)
    assert compute_fingerprint("tiny", pinned) == first


@pytest.mark.slow
def test_run_json_names_the_commit_that_was_read_also_if_all_scores_were_stored(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    weights = tiny_encoders.on_the_hub(tiny_encoders.encoder(tmp_path / "encoder"), "pinning")
    node = {
        "_target_": "summbench.metrics.bertscore.BertScore",
        "weights": weights,
        "layer": 2,
        "device": "cpu",
    }
    for out in ("first", "again"):
        caplog.clear()
        summbench.evaluate(
            "lead3", _NEWS, {"bert": node}, primary="bert.f", offline=True,
            store=tmp_path / "store", out=tmp_path / out,
        )  # fmt: skip
        warnings = [r.getMessage() for r in caplog.records if "not pinned" in r.getMessage()]
        assert len(warnings) == 1 and "metric.bert.revision (main)" in warnings[0]
        assert _read_run(tmp_path / out)["inputs"] == {
            "metric.bert": {"source": weights, "commit": tiny_encoders.COMMIT}
        }
    assert _read_run(tmp_path / "again")["metrics"]["bert"]["settings"]["commit"] is None
