# ruff: noqa: RUF001 - the characters of other encodings
"""Text files in the encodings that spreadsheets and editors write."""

from __future__ import annotations

import codecs
import gzip
from pathlib import Path

import pytest

from summbench.core.errors import SummbenchError
from summbench.core.text_encoding import describe_encoding, read_lines

_TEXT = "id,text\na,The café – naïve\nb,Zweite Zeile\n"
_WESTERN = {
    "French": "Le maire a inauguré l’école hier. « C’est très bien », dit-il. Où est l'été ?",
    "German": "Der Fluss trat über die Ufer. „Niemand wurde verletzt“, sagte die Polizei in Köln.",
    "Spanish": "El alcalde abrió la escuela. ¿Quién pagará los 3 millones de €? Mañana se verá.",
}
_OTHERS = {
    "cp1250": "Zażółć gęślą jaźń, powiedział burmistrz; głosowanie odbędzie się w środę.",
    "cp1251": "Плотина выдержала, сообщили власти.",
    "shift_jis": "ダムは持ちこたえた。けが人はいない。",
    "gbk": "大坝守住了，没有人受伤。",
}


def _read(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    lines = list(read_lines(path))
    assert [number for number, _ in lines] == list(range(1, len(lines) + 1))
    return "".join(line for _, line in lines)


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
        ("utf-32-le", codecs.BOM_UTF32_LE),
    ],
)
@pytest.mark.parametrize("is_gzipped", [False, True])
def test_unicode_is_read_with_and_without_a_mark(
    tmp_path: Path, encoding: str, mark: bytes, is_gzipped: bool
) -> None:
    content = mark + _TEXT.encode(encoding)
    path = tmp_path / "a.csv"
    assert _read(path, gzip.compress(content) if is_gzipped else content) == _TEXT
    assert describe_encoding(path) == ("" if encoding == "utf-8" else encoding.upper())


@pytest.mark.parametrize("text", _WESTERN.values(), ids=_WESTERN)
def test_windows_1252_is_recognised_and_said(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.txt"
    assert _read(path, text.encode("cp1252")) == text
    example = next(word for word in text.split() if not word.isascii())
    assert describe_encoding(path) == f"Windows-1252 (for example {example!r})"


@pytest.mark.parametrize("encoding", _OTHERS)
def test_what_is_no_windows_1252_is_not_taken_for_it(tmp_path: Path, encoding: str) -> None:
    with pytest.raises(SummbenchError, match=r"which is not UTF-8\. Save the file as UTF-8"):
        _read(tmp_path / "a.txt", _OTHERS[encoding].encode(encoding))


def test_an_image_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(SummbenchError, match=r"is a binary file; expected \.jsonl"):
        _read(tmp_path / "a.txt", b"\x89PNG\r\n\x1a\n\x00\x00")


def test_one_broken_byte_in_utf8_is_named_and_does_not_spoil_the_rest(tmp_path: Path) -> None:
    content = "The café burned.\n".encode() + b"A caf\xe9 more.\n"
    with pytest.raises(SummbenchError, match="line 2, byte 6 is 0xe9, which is not UTF-8"):
        _read(tmp_path / "a.txt", content)


def test_a_gzipped_file_that_is_cut_off_is_named(tmp_path: Path) -> None:
    with pytest.raises(SummbenchError, match=r"a\.gz can't be read"):
        _read(tmp_path / "a.gz", gzip.compress(b"The dam held.\n" * 100)[:-12])
