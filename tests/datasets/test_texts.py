"""Plain articles from a file or a folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from summbench.core.records import Article, Example
from summbench.datasets.texts import Texts
from tests.datasets.files import get_error, write


def test_texts_are_the_text_files_of_a_folder_by_name(tmp_path: Path) -> None:
    for name, content in {"b.txt": "B", "a.b.txt": "\ufeffÄ\n1", "c.md": "C", "0.txt": ""}.items():
        write(tmp_path / name, content)
    texts = [Example(Article(*a)) for a in (("0", ""), ("a.b", "Ä\n1"), ("b", "B"))]
    assert Texts(str(tmp_path)).load() == texts
    assert Texts(str(tmp_path / "c.md")).load() == [Example(Article("c", "C"))]


def test_a_folder_that_is_called_like_a_text_is_none(tmp_path: Path) -> None:
    (tmp_path / "old.txt").mkdir()
    assert "has no .txt file; expected at least one" in get_error(Texts(str(tmp_path)).load)


def test_texts_say_what_is_wrong(tmp_path: Path) -> None:
    message = get_error(Texts(str(tmp_path / "x")).load)
    assert message.endswith("x does not exist; expected a text file or a folder.")
    path = write(tmp_path / "a.txt", b"\xef\xbb\xbfgood\nbad \xe9\n")
    assert "a.txt: line 2, byte 5 is 0xe9, which is not UTF-8" in get_error(Texts(path).load)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such file names")
def test_a_file_name_that_is_not_utf8_gives_an_id_that_is(tmp_path: Path) -> None:
    write(Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")), "x")
    assert Texts(str(tmp_path)).load() == [Example(Article("caf\ufffd", "x"))]
