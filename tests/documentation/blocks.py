"""Code blocks of Markdown, run in order in one folder, with the output compared that is shown.

- ```` ```sh ````: each command runs. A comment such as `# network` at its end says why it is only
  parsed here.
- ```` ```python ````: runs, in one namespace a document. Other languages are shown only.
- A block whose first line is a comment with a path (`# my_configs/model/mine.yaml`) is that file.
- ```` ```text ```` after a block is what its last command printed; a line `...` stands for
  any lines.
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.commands import environment
from tests.documentation.commands import Commands

NEEDS = ("network", "GPU", "server", "cluster", "browser", "minutes", "set-up", "exit code")
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PROGRESS = re.compile(r"^.*: [\d,]+ of [\d,]+(?:, [\d,]+ s)?\n", re.MULTILINE)
"""A line of a log: who reads a document has a terminal, which shows bars and removes them."""
_PATH = re.compile(r"# ([\w./-]+\.(?:ya?ml|py|sh|sbatch|toml|cfg))\n")
_NEED = re.compile(rf"\s#.*\b({'|'.join(NEEDS)})\b.*$")
_COMMENT = re.compile(r"\s{2,}# .*$")
_HEREDOC = re.compile(r"<<-?\s*'?(\w+)'?")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, its code, its line, and whether it is an output."""

    language: str
    code: str
    line: int
    is_output: bool


@dataclass(slots=True)
class Document:
    """What became of a document: what was run, what was only parsed and why, and what was wrong."""

    run: list[str] = field(default_factory=list)
    parsed: dict[str, str] = field(default_factory=dict)
    shown: int = 0


def read_blocks(text: str) -> list[Block]:
    """All fenced blocks; a text block is the output of the block before."""
    blocks: list[Block] = []
    for match in _FENCE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        blocks.append(Block(match[1], match[2], line, match[1] == "text"))
    return blocks


def split_commands(code: str) -> list[str]:
    """The commands of a shell block; lines that end with a backslash and heredocs are one."""
    commands: list[str] = []
    lines = iter(code.splitlines())
    for line in lines:
        if not line.strip() or line.startswith("#"):
            continue
        while line.endswith("\\"):
            line = line[:-1] + next(lines).lstrip()
        if heredoc := _HEREDOC.search(line):
            for more in lines:
                line += "\n" + more
                if more == heredoc[1]:
                    break
        commands.append(line)
    return commands


def find_need(command: str) -> str | None:
    """Why a command is not run: the word of its comment."""
    found = _NEED.search(command.partition("\n")[0])
    return found[1] if found else None


def to_words(command: str) -> list[str]:
    """The words of a command without its comment and its leading variables."""
    words = shlex.split(_COMMENT.sub("", command.partition("\n")[0]))
    while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
        words = words[1:]
    return words


def _get_path(folder: Path) -> str:
    return f"{environment()['PYTHONPATH']}{os.pathsep}{folder}"


def _run_shell(command: str, folder: Path) -> tuple[int, str]:
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment() | {"PYTHONPATH": _get_path(folder)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.returncode, done.stderr + done.stdout


def _run_python(code: str, namespace: dict[str, Any]) -> str:
    """Run a block as a cell: an expression at the end is not shown, only what is printed."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "block", "exec"), namespace)
    return printed.getvalue()


def matches(shown: str, printed: str) -> bool:
    """Whether the shown lines are those printed; a line `...` stands for any number of lines."""
    lines = [line.rstrip() for line in shown.strip("\n").splitlines()]
    pattern = "".join(r"(?:.*\n)*?" if line == "..." else re.escape(line) + r"\n" for line in lines)
    text = "".join(line.rstrip() + "\n" for line in printed.strip("\n").splitlines())
    return re.fullmatch(pattern, text) is not None


def run_document(document: str, folder: Path, commands: Commands) -> Document:
    """Run all blocks of a document in the folder, which is the current one and on the path.

    Raises: AssertionError, with the block's line and what was printed instead.
    """
    report = Document()
    namespace: dict[str, Any] = {"__name__": "block"}
    printed = ""
    for block in read_blocks(document):
        where = f"the block at line {block.line}"
        if block.is_output:
            assert matches(block.code, printed), f"{where} shows:\n{block.code}\nnot:\n{printed}"
            report.shown += 1
            continue
        for text in _run_block(block, folder, namespace, report, where, commands):
            printed = text
    return report


def _run_block(
    block: Block,
    folder: Path,
    namespace: dict[str, Any],
    report: Document,
    where: str,
    commands: Commands,
) -> Iterator[str]:
    """What each command of the block printed."""
    file = _PATH.match(block.code)
    if file:
        path = folder / file[1]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.code, encoding="utf-8")
        report.run.append(file[1])
    elif block.language == "python":
        if found := _NEED.search(" " + block.code.partition("\n")[0]):
            ast.parse(block.code)
            report.parsed[where] = found[1]
        else:
            yield _run_python(block.code, namespace)
            report.run.append(where)
    elif block.language == "sh":
        for command in split_commands(block.code):
            yield _PROGRESS.sub("", _run_command(command, folder, report, where, commands))


def _expand(words: list[str], folder: Path) -> list[str]:
    """Patterns as the names of the files that they match, if there are some."""
    expanded = []
    for word in words:
        paths = folder.glob(word) if "*" in word else ()
        names = sorted(path.relative_to(folder).as_posix() for path in paths)
        expanded += names or [word]
    return expanded


def _run_command(
    command: str, folder: Path, report: Document, where: str, commands: Commands
) -> str:
    need = find_need(command)
    words = to_words(command)
    if need is not None and need != "exit code":
        report.parsed[command] = need
        return ""
    report.run.append(command)
    if words[0] == "summbench" and "\n" not in command and "|" not in words:
        code, printed = commands.run(folder, _expand(words[1:], folder))
    else:
        code, printed = _run_shell(command, folder)
    expected = int(command.rsplit("exit code", 1)[1].split()[0]) if need else 0
    assert code == expected, f"{where}: {command!r} ended with {code}:\n{printed}"
    return printed
