"""Configs of a stranger: nothing is written, run or read, and each is refused in one sentence."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.performance.processes import run_measured

_SECONDS, _MEGABYTES = 5.0, 500.0
_SECRET = "root:canary-c0ffee:0:0"
_OVER_LEVELS = "\n".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
_DOUBLED = "\n".join(f"  k{n + 1}: '${{model.m.k{n}}}${{model.m.k{n}}}'" for n in range(60))
_CHAIN = "\n".join(f"  k{n}: '${{model.m.k{n + 1}}}'" for n in range(3_000))
_LEAD = "_target_: summbench.models.lead.Lead"
_EXPERIMENT = "experiment/mine.yaml"
_MODEL = "model/m.yaml"
_CALL = "{_target_: pathlib.Path.unlink, self: victim}"


@dataclass(frozen=True)
class Case:
    """Files below my_configs, what is asked for, and a part of the answer."""

    said: str
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    asked: tuple[str, ...] = ("model=[m]",)
    links: Mapping[str, str] = field(default_factory=dict)


def _steers(hydra: str, key: str, *flags: str) -> Case:
    text = f"# @package _global_\nhydra: {hydra}\n"
    said = f"YAML of your own sets {key}"
    return Case(said, {_EXPERIMENT: text}, (*flags, "experiment=mine"))


_CASES = {
    "callbacks": _steers(f"{{callbacks: {{x: {_CALL}}}}}", "hydra.callbacks.x"),
    "job_logging": _steers(
        "{job_logging: {version: 1, handlers: {f: {class: logging.FileHandler, "
        "filename: planted}}, root: {handlers: [f]}}}", "hydra.job_logging.",
    ),
    "hydra_logging": _steers(
        "{hydra_logging: {version: 1, filters: {f: {(): os.mkdir, path: planted}}}}",
        "hydra.hydra_logging.",
    ),
    "launcher": _steers("{launcher: {_target_: os.getcwd}}", "hydra.launcher._target_", "-m"),
    "sweeper": _steers("{sweeper: {_target_: os.getcwd}}", "hydra.sweeper._target_", "-m"),
    "mode": _steers("{mode: MULTIRUN}", "hydra.mode"),
    "run.dir": _steers("{run: {dir: planted}}", "hydra.run.dir"),
    "output_subdir": _steers("{output_subdir: planted}", "hydra.output_subdir"),
    "env_set": _steers("{job: {env_set: {LD_PRELOAD: x.so}}}", "hydra.job.env_set.LD_PRELOAD"),
    "searchpath": Case(
        "Overriding hydra.searchpath is only supported from the primary config",
        {_EXPERIMENT: "# @package _global_\nhydra: {searchpath: ['file:///']}\n"},
        ("experiment=mine",),
    ),
    "a package in the header": Case(
        "YAML of your own sets hydra.callbacks.x",
        {_MODEL: f"# @package hydra.callbacks\nx: {_CALL}\n"},
    ),
    "a package in the defaults": Case(
        "YAML of your own sets hydra.callbacks.x",
        {
            _EXPERIMENT: "# @package _global_\ndefaults: ['/model@hydra.callbacks': inner]\n",
            "model/inner.yaml": f"x: {_CALL}\n",
        },
        ("experiment=mine",),
    ),
    "a group of hydra": Case(
        "YAML of your own sets",
        {
            _EXPERIMENT: "# @package _global_\ndefaults: [override /hydra/launcher: mine]\n",
            "hydra/launcher/mine.yaml": "_target_: os.getcwd\n",
        },
        ("experiment=mine",),
    ),
    "a class of others": Case(
        "'model.m' names 'shutil.rmtree', which is no part of summbench",
        {_MODEL: "m: {_target_: shutil.rmtree, path: victim}\n"},
    ),
    "a class of others far inside": Case(
        "'model.m.generate.x.0' names 'os.remove', which is no part of summbench",
        {_MODEL: f"m: {{{_LEAD}, generate: {{x: [{{_target_: os.remove, path: victim}}]}}}}\n"},
    ),
    "aliases": Case("more values than a config may have", {
        _MODEL: f"a: &a [1, 2, 3]\n{_OVER_LEVELS}\n",
    }),
    "depth": Case("nested deeper than a config may be", {_MODEL: f"m: {'[' * 20_000}\n"}),
    "depth without brackets": Case("nested deeper than a config may be", {
        _MODEL: "\n".join(" " * n + "k:" for n in range(200)) + " 1\n",
    }),
    "an alias of itself": Case("an alias inside of what it stands for", {_MODEL: "m: &a [*a]\n"}),
    "a tag": Case("has a tag", {_MODEL: "m: !!python/object/apply:os.mkdir [planted]\n"}),
    "a path's tag": Case("has a tag", {
        _MODEL: "m: !!python/object/apply:pathlib.Path [planted]\n",
    }),
    "references that double": Case("once its references", {
        _MODEL: f"m:\n  {_LEAD}\n  k0: x\n{_DOUBLED}\n",
    }),
    "references one by one": Case("lead from one to another over", {
        _MODEL: f"m:\n  {_LEAD}\n{_CHAIN}\n",
    }),
    "references in a circle": Case("refers to itself", {
        _MODEL: f"m: {{{_LEAD}, a: '${{.b}}', b: '${{.a}}'}}\n",
    }),
    "references of pieces": Case("no text with a reference in it", {
        _MODEL: f"m: {{{_LEAD}, d: $, a: '${{oc.decode:\"${{.d}}{{model.m.a}}\"}}'}}\n",
    }),
    "an unknown resolver": Case("Unsupported interpolation type eval", {
        _MODEL: f"m: {{{_LEAD}, a: '${{eval:1}}'}}\n",
    }),
    "UTF-16": Case("is not UTF-8", {_MODEL: f"m: {{{_LEAD}}}\n".encode("utf-16")}),
    "a zero byte": Case("is no config", {_MODEL: b"m: \x00\n"}),
    "a long number": Case("is no config", {_MODEL: f"m: {'9' * 9_000}\n"}),
    "ten megabytes": Case("larger than a config may be", {_MODEL: f"m: '{'x' * 10**7}'\n"}),
    "keys that are no names": Case("a key that is no name", {
        _MODEL: f"m: {{{_LEAD}, x: {{.nan: 1}}}}\n",
    }),
    "a number of 80 bits": Case("has a number that is too large", {
        _MODEL: f"m: {{{_LEAD}, sentences: {10**24}}}\n",
    }),
    "a long number in base 16": Case("has a number that is too large", {
        _MODEL: f"m: 0x{'f' * 8_000}\n",
    }),
    "a long number in base 60": Case("has a number that is too large", {
        _MODEL: f"m: 1{':59' * 3_000}\n",
    }),
    "merged keys": Case("more values than a config may have", {
        _MODEL: "d0: &d0 {a: 1}\n" + "\n".join(
            f"d{n}: &d{n} {{<<: [{', '.join([f'*d{n - 1}'] * 9)}]}}" for n in range(1, 12)),
    }),
    "a class behind a reference": Case("'model.m' names 'os.getcwd'", {
        _MODEL: "m: {_target_: '${oc.decode:\"os.getcwd\"}'}\n",
    }),
    "a class that a resolver makes": Case("'model.m' names 'os.getcwd'", {
        _MODEL: "m: '${oc.create:{_target_: os.getcwd}}'\n",
    }),
    "two documents": Case("can't be read as YAML (line 2", {
        _MODEL: f"m: {{{_LEAD}}}\n---\nm: {{_target_: os.getcwd}}\n",
    }),
    "a key twice": Case("a key comes twice", {
        _MODEL: f"m: {{{_LEAD}}}\nm: {{_target_: os.getcwd}}\n",
    }),
    "a link to itself": Case("There is no model 'm'", links={"model": "my_configs/model"}),
    "no mapping": Case("is no config", {_MODEL: f"{_SECRET.replace(':', ';')}\n"}),
    "no YAML": Case("can't be read as YAML (line 2, column", {
        _MODEL: f"m: 1\n{_SECRET}: ]\n",
    }),
    "defaults that are none": Case("has 'defaults' that are no list", {
        _MODEL: "defaults: [{a: 1, b: 2}]\n",
    }),
    "defaults that double": Case("name files over", {
        f"model/{name}.yaml": f"defaults: [{', '.join(f'{inner}@k{n}' for n in range(9))}]\n"
        for name, inner in zip("mnopqrst", "nopqrstu", strict=True)
    } | {"model/u.yaml": "x: 1\n"}),
    "defaults in a circle": Case("lead to each other", {
        _MODEL: "defaults: [n]\n", "model/n.yaml": "defaults: [m]\n",
    }),
    "defaults with a reference": Case("can't compose the config", {
        _MODEL: "defaults: [{/model: '${experiment}'}]\n",
    }),
    "references inside of each other": Case("nested too deep", {
        _MODEL: f"m: {{{_LEAD}, a: '{'${a:' * 2_000}{'}' * 2_000}'}}\n",
    }),
    "lists inside of a reference": Case("nested too deep", {
        _MODEL: f"m: {{{_LEAD}, a: '${{a:{'[' * 5_000}{']' * 5_000}}}'}}\n",
    }),
    "half a character": Case("half a character", {_MODEL: f'"\\ud800": {{{_LEAD}}}\n'}),
    "half a character far inside": Case("half a character", {
        _MODEL: f'm: {{{_LEAD}, x: [{{a: "\\udfff"}}]}}\n',
    }),
    "a class with a long name": Case("has no _target_ that names a class", {
        _MODEL: f"m: {{_target_: summbench.models.{'a' * 50_000}.Lead}}\n",
    }),
    "a class far down": Case("has no _target_ that names a class", {
        _MODEL: f"m: {{_target_: summbench.models.{'.'.join('a' * 20_000)}.Lead}}\n",
    }),
    "a class with a zero byte": Case("has no _target_ that names a class", {
        _MODEL: 'm: {_target_: "summbench.models.lead\\0.Lead"}\n',
    }),
    "a link out": Case("leads out of the folder", links={_MODEL: "secret.yaml"}),
    "a folder that is a link out": Case("leads out of the folder", links={"model": "elsewhere"}),
    "two dots": Case("leads out of the folder", {
        _EXPERIMENT: "# @package _global_\ndefaults: [override /model: [../../secret]]\n",
    }, ("experiment=mine",)),
    "two dots on the command line": Case("leads out of the folder", asked=(
        "experiment=../../secret",)),
    "a run's folder that can't be": Case("can't make the folder", asked=(
        "hydra.run.dir=/dev/null/x",)),
    "another primary config": Case("--config-path", asked=("--config-path", "/tmp")),
    "a pickle": Case("--experimental-rerun", asked=("--experimental-rerun", "secret.yaml")),
}  # fmt: skip


def _prepare(folder: Path, case: Case) -> None:
    (folder / "victim").touch()
    (folder / "secret.yaml").write_text(f"{_SECRET}\n", "utf-8")
    (folder / "elsewhere").mkdir()
    (folder / "elsewhere" / "m.yaml").write_text(f"m: {{{_LEAD}, {_SECRET}: 1}}\n", "utf-8")
    mine = folder / "my_configs"
    mine.mkdir()
    for name, content in case.files.items():
        file = mine / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    for name, target in case.links.items():
        (mine / name).parent.mkdir(parents=True, exist_ok=True)
        (mine / name).symlink_to(folder / target)


def _list_files(folder: Path) -> dict[str, int]:
    return {str(file): file.lstat().st_mtime_ns for file in sorted(folder.rglob("*"))}


@pytest.mark.slow
@pytest.mark.parametrize("name", _CASES)
def test_a_hostile_config_is_refused_in_one_sentence(tmp_path: Path, name: str) -> None:
    case, folder = _CASES[name], tmp_path / "here"
    folder.mkdir()
    _prepare(folder, case)
    before = _list_files(folder)
    command = [sys.executable, "-m", "summbench", "run", "--config-dir", "my_configs", *case.asked]
    code, text, cost = run_measured(command, folder)
    assert code == 1, text
    assert text.startswith("error: ") and text.count("\n") == 1, text
    assert case.said in text
    assert "canary" not in text
    assert _list_files(folder) == before
    assert cost.busy < _SECONDS  # of the processor: other work does not count
    assert cost.megabytes < _MEGABYTES
