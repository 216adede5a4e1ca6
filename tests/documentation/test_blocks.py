"""Every command and Python block of the documents runs, in order, and prints what is shown."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main
from hydra import compose, initialize_config_dir

from summbench.cli import app
from summbench.cli.hydra import register
from summbench.core.resources import get_resource_path
from tests.commands import CLONE
from tests.documentation.blocks import (
    NEEDS,
    find_need,
    matches,
    read_blocks,
    run_document,
    split_commands,
    to_words,
)
from tests.documentation.commands import Commands, commands
from tests.documentation.documents import list_documents

_TEXTS = {p: p.read_text(encoding="utf-8") for p in list_documents()}
_WITH_BLOCKS = [
    p for p, t in _TEXTS.items() if any(b.language in ("sh", "python") for b in read_blocks(t))
]
_COMMANDS = [
    (path.relative_to(CLONE).as_posix(), command)
    for path, text in _TEXTS.items()
    for block in read_blocks(text)
    if block.language == "sh"
    for command in split_commands(block.code)
]
# Blocks that are only parsed, by what they need. A new one is a change of these numbers.
_ONLY_PARSED = {
    "network": 15, "GPU": 1, "minutes": 2, "server": 4, "cluster": 2, "set-up": 7, "browser": 1,
}  # fmt: skip
_LANGUAGES = {"sh", "python", "text", "yaml", "json", "py", "latex", "bibtex", ""}


def _name(path: Path) -> str:
    return path.relative_to(CLONE).as_posix()


@pytest.fixture(scope="module")
def imported() -> Iterator[Commands]:
    with commands() as process:
        yield process


@pytest.mark.slow
@pytest.mark.parametrize("path", _WITH_BLOCKS, ids=_name)
def test_all_blocks_run_in_order_and_print_what_is_shown(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, imported: Commands
) -> None:
    for folder in ("bench", "data", ".github"):  # a page may read the clone's files
        (tmp_path / folder).symlink_to(CLONE / folder)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    report = run_document(_TEXTS[path], tmp_path, imported)
    assert report.run or report.parsed
    for name in set(sys.modules) - before:
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


def test_what_is_not_run_says_why_and_is_counted() -> None:
    needs = Counter(need for _, c in _COMMANDS if (need := find_need(c)) and need != "exit code")
    assert needs == _ONLY_PARSED
    assert set(needs) <= set(NEEDS)


_SUMMBENCH = [(where, c) for where, c in _COMMANDS if to_words(c)[0] == "summbench"]


@pytest.mark.parametrize(
    ("where", "command"), _SUMMBENCH, ids=[c.partition("\n")[0] for _, c in _SUMMBENCH]
)
def test_a_command_is_one_with_options_that_it_has(where: str, command: str) -> None:
    """Also where it is only parsed; what Hydra takes is checked by the runs."""
    words = to_words(command)[1:]
    group = typer.main.get_command(app)
    context = group.make_context("summbench", words.copy(), resilient_parsing=True)
    name, parsed, rest = group.resolve_command(context, words)  # type: ignore[attr-defined]
    assert parsed is not None, f"{where}: {name}"
    takes_overrides = name in ("run", "score", "metaeval", "arena", "facts")
    if not takes_overrides and not hasattr(parsed, "commands"):
        parsed.make_context(name, rest)


_COMPOSED = [
    words[2:]
    for _, command in _SUMMBENCH
    if (words := to_words(command))[1] == "run" and not {"-m", "--config-dir", "--cfg"} & {*words}
]


@pytest.mark.parametrize("overrides", _COMPOSED, ids=" ".join)
def test_a_run_command_composes(overrides: list[str]) -> None:
    register()
    with initialize_config_dir(str(get_resource_path("configs")), version_base="1.3"):
        known = {p.stem for p in (get_resource_path("configs") / "model").glob("*.yaml")}
        plain = [o for o in overrides if "/" not in o.partition("model=")[2]]
        config = compose("bench", [_put_in_brackets(o) for o in plain])
        assert set(config.model) <= known


def _put_in_brackets(override: str) -> str:
    """`model=a,b` as the command line reads it."""
    key, _, value = override.partition("=")
    is_list = key in ("model", "dataset", "metric", "perturbation", "tracking", "columns")
    return f"{key}=[{value}]" if is_list and not value.startswith("[") else override


_KEYS = sorted(
    {
        (found[0], found[1], found[2])
        for text in _TEXTS.values()
        for found in re.findall(
            r"[` ]((model|dataset|metric|executor|tracking)\.([a-z]\w*)\.\w+=[^`\s<]+)", text
        )
        if found[2] not in ("first_and_last", "product")  # built on the page itself
    }
)


@pytest.mark.parametrize(("override", "group", "name"), _KEYS)
def test_a_key_that_is_mentioned_is_there(override: str, group: str, name: str) -> None:
    register()
    with initialize_config_dir(str(get_resource_path("configs")), version_base="1.3"):
        assert name in compose("bench", [f"{group}=[{name}]", override])[group]


def test_every_fence_has_a_language_that_is_known() -> None:
    fences = {(b.language, _name(p)) for p, t in _TEXTS.items() for b in read_blocks(t)}
    assert {f for f in fences if f[0] not in _LANGUAGES} == set()


def test_every_command_is_in_a_document() -> None:
    shown = {to_words(c)[1] for _, c in _SUMMBENCH if len(to_words(c)) > 1}
    commands = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    named = {w for t in _TEXTS.values() for w in re.findall(r"`summbench (\w+)", t)}
    assert commands - shown - named == set()


def test_an_output_matches_with_its_gaps_only() -> None:
    assert matches("a\n...\nd\n", "a  \nb\nc\nd\n")
    assert matches("...\nd\n", "d\n")
    assert not matches("a\nd\n", "a\nb\nd\n")
    assert not matches("a.c\n", "abc\n")


def test_commands_are_split_as_bash_does() -> None:
    code = "# why\na b \\\n  c\ncat > f <<'END'\nx y\nEND\nB=1 summbench run  # network\n"
    commands = split_commands(code)
    assert commands == ["a b c", "cat > f <<'END'\nx y\nEND", "B=1 summbench run  # network"]
    assert to_words(commands[2]) == ["summbench", "run"]
    assert [find_need(c) for c in commands] == [None, None, "network"]
