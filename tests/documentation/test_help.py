"""The help of every command: grouped, within 80 columns, with no description that is cut."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import typer.main

from summbench.cli import app
from tests.documentation.sentences import count_words, split_sentences

_GROUP: Any = typer.main.get_command(app)


def _list_commands(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    yield name, command
    for child, nested in getattr(command, "commands", {}).items():
        yield from _list_commands(nested, f"{name} {child}")


_COMMANDS = dict(_list_commands(_GROUP, "summbench"))


def _get_help(name: str) -> str:
    context = _COMMANDS[name].make_context(
        name, [], resilient_parsing=True, terminal_width=80, max_content_width=80
    )
    return str(_COMMANDS[name].get_help(context))


def test_commands_are_in_groups() -> None:
    text = _get_help("summbench")
    heads = [line[:-1] for line in text.splitlines() if line.endswith(":") and line[0] != " "]
    assert heads == ["Options", "Run", "Look", "Judge", "Share", "Keep"]
    assert all(f"\n  {name} " in text for name in _GROUP.commands)


@pytest.mark.parametrize("name", _COMMANDS)
def test_help_fits_80_columns_and_nothing_is_cut(name: str) -> None:
    text = _get_help(name)
    assert [line for line in text.splitlines() if len(line) > 80] == []
    for command in getattr(_COMMANDS[name], "commands", {}).values():
        assert f" {command.get_short_help_str(1_000)}\n" in f"{text}\n"
    sentences = split_sentences(" ".join(text.split()).replace(": ", ". "))
    assert [s for s in sentences if count_words(s) > 35 and "Options" not in s] == []


@pytest.mark.parametrize("name", [n for n, c in _COMMANDS.items() if not hasattr(c, "commands")])
def test_help_has_an_example(name: str) -> None:
    assert "Example:\n    " in _get_help(name)
    assert f"    {name}" in _get_help(name)
