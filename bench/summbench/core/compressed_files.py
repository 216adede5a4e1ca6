"""Files as they are and compressed ones, read in bounded memory."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import zlib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from summbench.core.errors import SummbenchError

_SMALL, _MOST_EXPANDED = 1 << 26, 100  # bytes that any file may expand to, and times its size
_MAGIC_LENGTH = 10


def _open_zstd(path: Path) -> Any:
    return pa.CompressedInputStream(pa.OSFile(str(path)), "zstd")


_OPENERS: Mapping[str, tuple[re.Pattern[bytes], Callable[[Path], Any]]] = {
    ".gz": (re.compile(rb"\x1f\x8b"), partial(gzip.GzipFile, mode="rb")),
    ".bz2": (re.compile(rb"BZh[1-9]1AY&SY"), partial(bz2.BZ2File, mode="rb")),
    ".xz": (re.compile(rb"\xfd7zXZ\x00"), partial(lzma.LZMAFile, mode="rb")),
    ".zst": (re.compile(rb"\x28\xb5\x2f\xfd"), _open_zstd),
}
COMPRESSED_SUFFIXES = tuple(_OPENERS)


def strip_compression(name: str) -> str:
    """Return a file's name without the suffix that says that it is compressed."""
    is_compressed = name.lower().endswith(COMPRESSED_SUFFIXES)
    return name.rpartition(".")[0] if is_compressed else name


def open_bytes(path: Path) -> IO[bytes]:
    """Open a file for reading; a compressed one, whatever it is called, gives what is inside."""
    with path.open("rb") as file:
        head = file.read(_MAGIC_LENGTH)
    for magic, opener in _OPENERS.values():
        if magic.match(head):
            return io.BufferedReader(_Expanded(path, opener))
    return path.open("rb")


def check_expansion(path: Path, expanded: int, size: int) -> None:
    """Check what `size` bytes of a file became.

    Raises: SummbenchError, if that is more than real texts become.
    """
    if expanded > max(_SMALL, _MOST_EXPANDED * size):
        raise SummbenchError(
            f"{path} expands to over {expanded / 1e6:,.0f} MB, more than {_MOST_EXPANDED} times "
            "its size, as no real text does."
        )


class _Expanded(io.RawIOBase):
    """What is in a compressed file, as long as it is no more than real texts expand to."""

    def __init__(self, path: Path, opener: Callable[[Path], Any]) -> None:
        self._path, self._opener = path, opener
        self._file, self._position = opener(path), 0
        self._size = path.stat().st_size

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go back by opening the file again; zstd knows no other way."""
        if whence == io.SEEK_CUR:
            offset += self._position
        if offset < self._position:
            self._file.close()
            self._file, self._position = self._opener(self._path), 0
        while self._position < offset and self.readinto(bytearray(offset - self._position)):
            pass
        return self._position

    def readinto(self, buffer: Any) -> int:
        """As of any stream; SummbenchError, once there is too much, OSError for a damaged file."""
        try:
            size = int(self._file.readinto(buffer))
        except (zlib.error, lzma.LZMAError, pa.ArrowException) as error:
            raise OSError(f"it is damaged: {error}") from error
        self._position += size
        check_expansion(self._path, self._position, self._size)
        return size

    def close(self) -> None:
        self._file.close()
        super().close()
