"""Classes of somebody's own: the whole examples of bench/README.md, and shapes that are wrong."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.commands_in_process import call
from tests.commands import CLONE, environment, jsonl, written

_TEXT = (CLONE / "bench" / "README.md").read_text(encoding="utf-8")
_BLOCKS = re.findall(r"```(\w+)\n(.*?)```", _TEXT, flags=re.DOTALL)


def _write_example(folder: Path) -> tuple[str, str]:
    """Write the module and the YAML; return the Python program and the command."""
    python = [code for language, code in _BLOCKS if language == "python"]
    module = next(code for code in python if code.startswith("# acme_summ.py"))
    program = next(code for code in python if "from acme_summ import" in code)
    (folder / "acme_summ.py").write_text(module, "utf-8")
    for language, code in _BLOCKS:
        if language == "yaml":
            path = folder / code.partition("\n")[0].removeprefix("# ")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(code, "utf-8")
    return program, next(code for language, code in _BLOCKS if language == "sh")


@pytest.mark.slow
def test_the_examples_of_the_readme_run_as_they_stand(tmp_path: Path) -> None:
    program, command = _write_example(tmp_path)
    variables = environment()
    variables["PYTHONPATH"] += f"{os.pathsep}{tmp_path}"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=variables, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    arguments = command.splitlines()[0].split()[2:]
    done = subprocess.run(
        [sys.executable, "-m", "summbench", *arguments],
        cwd=tmp_path, env=variables, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    means = {e["model"]: e["mean"] for e in _read_entries(tmp_path)}
    # By hand: "the dam held. rain" has 3 of 4 words, "boats sank. two men" 2 of 4.
    assert means == {"first_words": 0.625, "lead1": 0.5}


def _read_entries(folder: Path) -> list[dict[str, object]]:
    entries = written(folder, "leaderboard.json")["entries"]
    return [entry for entry in entries if entry["metric"] == "shared_words.share"]


_HEAD = """
from abc import ABC, abstractmethod
from summbench.core.records import Article, Example, MetricInfo, Prediction
"""
_WORDS = "columns = {'n': MetricInfo('higher', 'quality')}; signature = 'words|v:1'"
_MODELS = {
    "another spelling": (
        "def summarize(self, articles): return []",
        "'x' (shapes_{n}.X) has no method summarise(articles). Did you mean 'summarize'?",
    ),
    "no argument": (
        "def summarise(self): return []",
        "summarise(self) can't be called as summarise(articles)",
    ),
    "an argument too many": (
        "def summarise(self, articles, options): return []",
        "missing a required argument: 'options'",
    ),
    "an async method": ("async def summarise(self, articles): return []", "is async"),
    "no instance": (
        "def summarise(self, articles): return []\n    @abstractmethod\n    def name(self): ...",
        "is abstract: it lacks name",
    ),
    "an argument that is unknown": (
        "def __init__(self, beams): ...\n    def summarise(self, articles): return []",
        "missing a required argument: 'beams'",
    ),
    "references in a model": (
        "def summarise_with_references(self, examples): return []",
        "needs '_kind_: bound'",
    ),
    "a batch of nothing": (
        "batch_size = 0\n    def summarise(self, articles): return []",
        "has batch_size=0; expected a whole number from 1",
    ),
    "strings": (
        "def summarise(self, articles): return ['a' for _ in articles]",
        "returned a str ('a') where a Prediction is expected",
    ),
    "dicts": (
        "def summarise(self, articles): return [{'summary': 'a'} for _ in articles]",
        "returned a dict ({'summary': 'a'}) where a Prediction is expected",
    ),
    "one string": ("def summarise(self, articles): return 'a'", "returned a str for"),
    "nothing": ("def summarise(self, articles): pass", "returned a NoneType for"),
    "too few": (
        "def summarise(self, articles): return []",
        "returned 0 predictions with the ids [], and not one for each article in order: ['a']",
    ),
    "other ids": (
        "def summarise(self, articles): return [Prediction('x', 'a') for _ in articles]",
        "with the ids ['x'], and not one for each article in order: ['a']",
    ),
    "a constructor that raises": (
        "def __init__(self): raise RuntimeError('no key')\n"
        "    def summarise(self, articles): return []",
        "RuntimeError: no key",
    ),
}
_METRICS = {
    "no columns": ("signature = 'x'\n    def score(self, e, s): ...", "has columns=None; expected"),
    "no signature": (
        "columns = {'n': MetricInfo('higher', 'quality')}\n    def score(self, e, s): ...",
        "has signature=None; expected a string",
    ),
    "no method": (f"{_WORDS}\n    def compute(self, e, s): ...", "no method score(examples, summ"),
    "one argument": (f"{_WORDS}\n    def score(self, texts): ...", "can't be called as score("),
    "columns in a list": (
        "columns = ['n']; signature = 'x'\n    def score(self, e, s): ...",
        "has columns=['n']; expected a mapping",
    ),
    "columns of strings": (
        "columns = {'n': 'higher'}; signature = 'x'\n    def score(self, e, s): ...",
        "column 'n' has 'higher'; expected a MetricInfo",
    ),
    "a direction that is none": (
        "columns = {'n': MetricInfo('up', 'quality')}; signature = 'x'\n"
        "    def score(self, e, s): ...",
        "column 'n' has direction='up'; expected 'higher' or 'lower' or 'neither'",
    ),
    "needs that are none": (
        "columns = {'n': MetricInfo('higher', 'quality', 'article')}; signature = 'x'\n"
        "    def score(self, e, s): ...",
        "column 'n' has needs='article'",
    ),
    "a list": (
        f"{_WORDS}\n    def score(self, e, s): return [1.0]",
        "'x' returned a list; expecte",
    ),
    "other columns": (
        f"{_WORDS}\n    def score(self, e, s): return {{'m': [1.0]}}",
        "'x' returned the columns m; expected n",
    ),
    "a mean": (f"{_WORDS}\n    def score(self, e, s): return {{'n': 0.5}}", "a float in 'n'; exp"),
    "too many": (
        f"{_WORDS}\n    def score(self, e, s): return {{'n': [0.5, 0.5]}}",
        "2 numbers in 'n' for 1 summaries",
    ),
    "strings": (
        f"{_WORDS}\n    def score(self, e, s): return {{'n': ['0.5']}}",
        "a str in 'n'; expected numbers",
    ),
    "an error": (
        f"{_WORDS}\n    def score(self, e, s): raise KeyError('vocabulary')",
        "The metric 'x' failed: KeyError: 'vocabulary'",
    ),
    "a constructor that raises": (
        f"{_WORDS}\n    def __init__(self): raise OSError('no file')",
        ".X could not be made: OSError: no file",
    ),
}
_EXAMPLE = "Example(Article('a', 'The dam held.'), ('It held.',))"
_DATASETS = {
    "another spelling": ("def read(self): return []", "has no method load()"),
    "an argument": ("def load(self, split): return []", "can't be called as load()"),
    "rows": (
        "def load(self): return [{'document': 'x'}]",
        "item 0 of load() is a dict ({'document': 'x'}); expected an Example(",
    ),
    "articles": ("def load(self): return [Article('a', 'x')]", "item 0 of load() is a Article"),
    "a generator": (f"def load(self): yield {_EXAMPLE}", "returned a generator; expected a list"),
    "nothing": ("def load(self): pass", "returned a NoneType; expected a list"),
    "a reference that is no tuple": (
        "def load(self): return [Example(Article('a', 'x'), ['ref'])]",
        "has ['ref'] where",
    ),
    "a number for an id": (
        "def load(self): return [Example(Article(7, 'x'))]",
        "item 0 of load() has 7 where a string is expected",
    ),
    "an id twice": (f"def load(self): return [{_EXAMPLE}] * 2", "two articles of the id 'a'"),
    "an error": ("def load(self): raise OSError('no file')", "load() failed: OSError: no file"),
}
_SHAPES = {
    (group, name): shape
    for group, shapes in {"model": _MODELS, "metric": _METRICS, "dataset": _DATASETS}.items()
    for name, shape in shapes.items()
}


@pytest.mark.parametrize(("group", "shape"), _SHAPES)
def test_a_class_of_another_shape_is_one_sentence_with_what_came_and_what_was_expected(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    group: str,
    shape: str,
) -> None:
    body, sentence = _SHAPES[group, shape]
    number = list(_SHAPES).index((group, shape))
    module = tmp_path / f"shapes_{number}.py"
    module.write_text(f"{_HEAD}\n\nclass X{'(ABC)' * (shape == 'no instance')}:\n    {body}\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    file = tmp_path / "my_configs" / group / "x.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(f"_target_: {module.stem}.X\n")
    jsonl(tmp_path / "news.jsonl")
    chosen = {"model": "lead1", "metric": "chrf", "dataset": "news.jsonl"} | {group: "x"}
    code, printed = call(
        capsys, "run", "-cd", "my_configs", "--allow-code", module.stem, "limit=1",
        *(f"{key}={value}" for key, value in chosen.items()),
    )  # fmt: skip
    assert code == 1
    assert sentence.format(n=number) in printed if "{n}" in sentence else sentence in printed
    assert "Traceback" not in printed


def test_python_says_which_method_an_object_lacks() -> None:
    import summbench

    class Ours:
        def summarize(self, articles: list[str]) -> list[str]:
            return articles

    rows = [{"id": "a", "document": "The dam held.", "references": ["It held."]}]
    with pytest.raises(summbench.SummbenchError, match=r"Ours.*summarise.*'summarize'"):
        summbench.evaluate(Ours(), rows, "chrf")
