"""A run as one sealed archive: the same bytes every time, a checksum for each member, no paths."""

from __future__ import annotations

import hashlib
import io
import json
import re
import stat
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from summbench.core.errors import SummbenchError
from summbench.runs import files

_SCHEMA = 1
_LARGEST = 2**30
_MOST_MEMBERS = 64
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
_UNCHANGING = (1980, 1, 1, 0, 0, 0)


def seal(members: Mapping[str, bytes]) -> bytes:
    """The archive; members are stored as they are, so that no version of zlib changes its bytes."""
    listed = {
        name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in sorted(members.items())
    }
    manifest = json.dumps({"schema_version": _SCHEMA, "members": listed}, indent=1) + "\n"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in sorted({**members, files.MANIFEST: manifest.encode()}.items()):
            info = zipfile.ZipInfo(name, _UNCHANGING)
            info.create_system = 3  # Unix, wherever it is made
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(info, data)
    if out.tell() > _LARGEST:
        raise SummbenchError(
            f"The bundle would have {out.tell():,} bytes; {_LARGEST:,} are the most."
        )
    return out.getvalue()


def opened(path: Path) -> dict[str, bytes]:
    """The members, each with the bytes that were sealed, or SummbenchError; no file is written."""
    try:
        if path.stat().st_size > _LARGEST:
            raise SummbenchError(f"{path} is larger than any bundle ({_LARGEST:,} bytes).")
        data = path.read_bytes()
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_outside(path, archive.infolist(), len(data))
            members = {info.filename: _member(path, archive, info) for info in archive.infolist()}
    except OSError as error:
        raise SummbenchError(f"{path} can't be read ({error.strerror or error}).") from error
    except zipfile.BadZipFile as error:
        raise SummbenchError(f"{path} is damaged or no bundle: {error}.") from error
    _check_inside(path, members)
    return members


def _check_outside(path: Path, infos: Sequence[zipfile.ZipInfo], size: int) -> None:
    """Refuse what `seal` never makes, before anything is read."""
    names = [info.filename for info in infos]
    for info in infos:
        mode = info.external_attr >> 16
        if not _NAME.fullmatch(info.filename):
            why = "its name is no plain file name"
        elif names.count(info.filename) > 1:
            why = "its name is there twice"
        elif stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            why = "it is no ordinary file"
        elif info.compress_type != zipfile.ZIP_STORED or info.flag_bits & 1:
            why = "it is compressed or encrypted"
        else:
            continue
        raise SummbenchError(f"{path} is no bundle of summbench: member {info.filename!r}, {why}.")
    if len(names) > _MOST_MEMBERS or sum(info.file_size for info in infos) > size:
        raise SummbenchError(
            f"{path} is no bundle of summbench: it claims to hold more than it can."
        )


def _member(path: Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    try:
        return archive.read(info)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError) as error:
        raise SummbenchError(
            f"{path}: the member {info.filename!r} is damaged ({error})."
        ) from error


def _check_inside(path: Path, members: dict[str, bytes]) -> None:
    """Every member has the checksum of the manifest, which is taken out."""
    if files.MANIFEST not in members:
        raise SummbenchError(f"{path} is no bundle of summbench: it has no {files.MANIFEST}.")
    try:
        manifest = json.loads(members.pop(files.MANIFEST))
        version = manifest["schema_version"]
        sums = {name: listed["sha256"] for name, listed in manifest["members"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SummbenchError(f"{path}: {files.MANIFEST} is damaged ({error!r}).") from error
    if version != _SCHEMA:
        raise SummbenchError(f"{path} is a bundle of schema version {version}, not {_SCHEMA}.")
    if different := sorted(sums.keys() ^ members.keys()):
        raise SummbenchError(
            f"{path} is damaged: {different[0]!r} is in the archive or in {files.MANIFEST}, "
            "not in both."
        )
    for name, data in members.items():
        if (found := hashlib.sha256(data).hexdigest()) != sums[name]:
            raise SummbenchError(
                f"{path}: the member {name!r} is damaged: its SHA-256 is {found}, not "
                f"{sums[name]} as sealed."
            )


def changed(before: Any, after: Any, at: str = "") -> Iterator[str]:
    """The dotted keys under which two JSON values of one shape differ."""
    if isinstance(before, Mapping):
        for key in before:
            yield from changed(before[key], after[key], f"{at}.{key}".lstrip("."))
    elif isinstance(before, list):
        for i, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from changed(old, new, f"{at}.{i}")
    elif before != after:
        yield at
