"""The archive of a bundle: the same bytes every time, a checksum for each file, no paths."""

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
from summbench.core.json_text import parse_json
from summbench.core.redaction import redact_for_sharing
from summbench.core.whole_files import read_whole
from summbench.runs import files
from summbench.runs.schema import M, from_json_value, to_json_value

_SCHEMA = 1
_LARGEST = 2**30
_LARGEST_TEXT = 2**27
_LARGEST_MEMBERS = {".parquet": 2**29, ".jsonl": 2**29}
_MOST_MEMBERS = 64
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
_FIXED_DATE = (1980, 1, 1, 0, 0, 0)


def seal_bundle(members: Mapping[str, bytes]) -> bytes:
    """Make the archive; nothing is compressed, so that no version of zlib changes its bytes."""
    digests = {
        name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in sorted(members.items())
    }
    manifest = json.dumps({"schema_version": _SCHEMA, "members": digests}, indent=1) + "\n"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in sorted({**members, files.MANIFEST: manifest.encode()}.items()):
            info = zipfile.ZipInfo(name, _FIXED_DATE)
            info.create_system = 3  # Unix, wherever it is made
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(info, data)
    if out.tell() > _LARGEST:
        raise SummbenchError(
            f"The bundle would have {out.tell():,} bytes; at most {_LARGEST:,} are allowed."
        )
    return out.getvalue()


def open_bundle(path: Path) -> dict[str, bytes]:
    """Read the members of an archive; no file is written.

    Raises: SummbenchError if it can't be read, is damaged, or is not what `seal_bundle` makes.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise SummbenchError(f"{path} is larger than any bundle ({_LARGEST:,} bytes).")
        data = read_whole(path)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_archive(path, archive.infolist(), len(data))
            members = {
                info.filename: _read_member(path, archive, info) for info in archive.infolist()
            }
    except OSError as error:
        raise SummbenchError(f"{path} can't be read ({error.strerror or error}).") from error
    except zipfile.BadZipFile as error:
        raise SummbenchError(f"{path} is damaged or not a bundle: {error}.") from error
    _check_manifest(path, members)
    return members


def _check_archive(path: Path, infos: Sequence[zipfile.ZipInfo], size: int) -> None:
    """Refuse what `seal_bundle` never makes, before anything is read."""
    names = [info.filename for info in infos]
    for info in infos:
        mode = info.external_attr >> 16
        if not _NAME.fullmatch(info.filename):
            reason = "its name is not a plain file name"
        elif names.count(info.filename) > 1:
            reason = "its name appears twice"
        elif stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            reason = "it is not a regular file"
        elif info.compress_type != zipfile.ZIP_STORED or info.flag_bits & 1:
            reason = "it is compressed or encrypted"
        elif info.file_size > _LARGEST_MEMBERS.get(Path(info.filename).suffix, _LARGEST_TEXT):
            reason = f"its {info.file_size:,} bytes are more than such a file may have"
        else:
            continue
        raise SummbenchError(
            f"{path} is not a bundle of summbench: member {info.filename!r}, {reason}."
        )
    if len(names) > _MOST_MEMBERS or sum(info.file_size for info in infos) > size:
        raise SummbenchError(
            f"{path} is not a bundle of summbench: it claims to contain more than it can."
        )


def _read_member(path: Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    try:
        return archive.read(info)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError) as error:
        raise SummbenchError(
            f"{path}: the member {info.filename!r} is damaged ({error})."
        ) from error


def _check_manifest(path: Path, members: dict[str, bytes]) -> None:
    """Check every member against the manifest, which is taken out."""
    if files.MANIFEST not in members:
        raise SummbenchError(f"{path} is not a bundle of summbench: it has no {files.MANIFEST}.")
    try:
        manifest = parse_json(members.pop(files.MANIFEST))
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
        digest = hashlib.sha256(data).hexdigest()
        if digest != sums[name]:
            raise SummbenchError(
                f"{path}: the member {name!r} is damaged: its SHA-256 is {digest}, not "
                f"{sums[name]} as sealed."
            )


def redact_metadata(metadata: M, environment: Mapping[str, str]) -> tuple[M, list[str]]:
    """Return the metadata without folders and secrets of the machine, and the keys that changed."""
    recorded = to_json_value(metadata)
    datasets = recorded.pop("datasets")
    redacted = redact_for_sharing(recorded, environment)
    changed_keys = list(list_changed_keys(recorded, redacted))
    return from_json_value({**redacted, "datasets": datasets}, type(metadata)), changed_keys


def list_changed_keys(before: Any, after: Any, at: str = "") -> Iterator[str]:
    """List the dotted keys under which two JSON values of one shape differ."""
    if isinstance(before, Mapping):
        for key in before:
            yield from list_changed_keys(before[key], after[key], f"{at}.{key}".lstrip("."))
    elif isinstance(before, list):
        for i, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from list_changed_keys(old, new, f"{at}.{i}")
    elif before != after:
        yield at
