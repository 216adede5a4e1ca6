"""Text files as lines: plain or compressed, in UTF-8, UTF-16, UTF-32 or Windows-1252."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path
from typing import IO

from summbench.core.compressed_files import open_bytes
from summbench.core.errors import SummbenchError, explain_read_errors
from summbench.core.file_kinds import READABLE
from summbench.core.whole_files import describe_special

UTF_8 = "utf-8"
WINDOWS_1252 = "cp1252"

_MARKS = (  # UTF-32's little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF8, UTF_8),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LONGEST_LINE = 1 << 27
_LONGEST_FILE = 1 << 28
_JOINED = 10_000
_SAMPLE = 4096
_LARGEST_SAMPLE = 1 << 24
_BLOCK = 1 << 20
_UTF8_PAIR = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")
_UNDEFINED = re.compile(rb"[\x00-\x08\x0e-\x1f\x81\x8d\x8f\x90\x9d]")
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a]")  # of no text; 0x1b begins a terminal's colours
_MOST_ZEROS = 10  # one in ten
_FEW_ZEROS = 3
_SYMBOL_IN_WORD = re.compile("[^\\W\\d_][\u0080-\u00bf\u0152-\uffff][^\\W\\d_]")
_TYPOGRAPHIC = "\u2018\u2019\u2013\u2014\u00b7\u00ad\u0152\u0153\u0160\u0161\u017d\u017e\u0178"
_MOST_ACCENTED = 0.2


def detect_encoding(path: Path) -> tuple[str, int]:
    """Return the encoding of a text file and the length of its byte order mark.

    UTF-16 without a mark is recognised by its zero bytes, Windows-1252 where the text is plausible:
    no part is valid as UTF-8 beyond ASCII, accented letters are rare, and no symbol is within a
    word. What is none of them is UTF-8 with an error, which `read_lines` names.

    Raises: SummbenchError, if the file can't be read, or is no text.
    """
    with _explain_damage(path):
        status = path.stat()
        if problem := describe_special(status.st_mode):
            raise SummbenchError(f"{path} can't be read ({problem}).")
        return _detect_encoding_unchanged(path, (status.st_mtime_ns, status.st_size))


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Read each line of a text file with its number from 1; it keeps its line break.

    A byte order mark is left out.
    Raises: SummbenchError, for the first byte that the file's encoding does not have.
    """
    encoding, skipped = detect_encoding(path)
    try:
        with _explain_damage(path), open_bytes(path) as file:
            if encoding in (UTF_8, WINDOWS_1252):
                yield from _decode_lines(path, file, encoding, skipped)
            else:
                file.seek(skipped)
                with io.TextIOWrapper(file, encoding, newline="\n") as text:
                    yield from _check_lines(path, text)
    except UnicodeDecodeError as error:
        raise SummbenchError(f"{path} is not whole {encoding.upper()} ({error}).") from error


def read_text(path: Path) -> str:
    """Return all that `read_lines` reads; a million short lines take no more room than one.

    Raises: SummbenchError, as `read_lines`, and for more than can be held in memory.
    """
    lines = (line for _, line in read_lines(path))
    pieces, length = [], 0
    while piece := "".join(islice(lines, _JOINED)):
        pieces.append(piece)
        length += len(piece)
        if length > _LONGEST_FILE:
            raise SummbenchError(
                f"{path} has over {_LONGEST_FILE / 1e6:,.0f} million characters, more than are "
                "read as one; JSON Lines, CSV and Parquet are read row by row, of any size."
            )
    return "".join(pieces)


def describe_encoding(path: Path) -> str:
    """Return what to say of a file that is not UTF-8, with an example; empty if it is."""
    encoding, _ = detect_encoding(path)
    if encoding != WINDOWS_1252:
        return "" if encoding == UTF_8 else encoding.upper()
    words = (word for _, line in read_lines(path) for word in line.split())
    example = next((word for word in words if not word.isascii()), "")
    return f"Windows-1252 (for example {example[:30]!r})"


@contextmanager
def _explain_damage(path: Path) -> Iterator[None]:
    try:
        with explain_read_errors(path):
            yield
    except EOFError as error:  # of a compressed file
        raise SummbenchError(f"{path} can't be read ({error}).") from error


def _check_lines(path: Path, text: IO[str]) -> Iterator[tuple[int, str]]:
    longest = _LONGEST_LINE // 2  # such characters have two bytes or more
    for number, line in enumerate(iter(partial(text.readline, longest + 1), ""), start=1):
        if len(line) > longest:
            raise _build_length_error(path, number)
        yield number, line


def _build_length_error(path: Path, number: int) -> SummbenchError:
    return SummbenchError(
        f"{path}: line {number} is longer than {_LONGEST_LINE / 1e6:,.0f} MB, which are read as "
        "one at most."
    )


def _decode_lines(
    path: Path, file: IO[bytes], encoding: str, skipped: int
) -> Iterator[tuple[int, str]]:
    for number, raw in enumerate(iter(partial(file.readline, _LONGEST_LINE + 1), b""), start=1):
        if len(raw) > _LONGEST_LINE:
            raise _build_length_error(path, number)
        start = skipped if number == 1 else 0
        try:
            yield number, raw[start:].decode(encoding)
        except UnicodeDecodeError as error:
            at = error.start + start
            raise SummbenchError(
                f"{path}: line {number}, byte {at + 1} is 0x{raw[at]:02x}, which is not UTF-8. "
                "Save the file as UTF-8 from the program that wrote it; only that one knows its "
                "encoding."
            ) from error


@lru_cache(maxsize=256)
def _detect_encoding_unchanged(path: Path, state: tuple[int, int]) -> tuple[str, int]:
    with open_bytes(path) as file:
        head = file.read(_SAMPLE)
        for mark, encoding in _MARKS:
            if head.startswith(mark):
                return encoding, len(mark)
        if utf16 := _detect_utf16(head):
            return utf16, 0
        file.seek(0)
        is_utf8 = _is_utf8(file)
        n_zeros = head.count(0)
        has_zeros = n_zeros > _FEW_ZEROS and _MOST_ZEROS * n_zeros > len(head)
        if has_zeros or (_CONTROLS.search(head) and not is_utf8):
            raise SummbenchError(f"{path} is a binary file; expected {READABLE}.")
        if is_utf8:
            return UTF_8, 0
        file.seek(0)
        sample = file.read(_LARGEST_SAMPLE)
    return (WINDOWS_1252 if _is_windows_1252(sample) else UTF_8), 0


def _detect_utf16(head: bytes) -> str | None:
    """ASCII in UTF-16 has a zero in every other byte."""
    half = len(head) // 2
    if half < 2:
        return None
    even, odd = head[: 2 * half : 2].count(0), head[1 : 2 * half : 2].count(0)
    if 2 * odd > half and 20 * even < half:
        return "utf-16-le"
    return "utf-16-be" if 2 * even > half and 20 * odd < half else None


def _is_utf8(file: IO[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder(UTF_8)()
    try:
        while block := file.read(_BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_windows_1252(sample: bytes) -> bool:
    if _UTF8_PAIR.search(sample) or _UNDEFINED.search(sample):
        return False
    text = sample.decode(WINDOWS_1252)
    letters = [character for character in text if character.isalpha()]
    n_accented = sum(not letter.isascii() for letter in letters)
    if n_accented > _MOST_ACCENTED * len(letters):
        return False
    return all(match[0][1] in _TYPOGRAPHIC for match in _SYMBOL_IN_WORD.finditer(text))
