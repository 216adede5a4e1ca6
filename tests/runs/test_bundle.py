"""The archive gives back what was sealed, names what is damaged, and holds no private word."""

from __future__ import annotations

import hashlib
import io
import json
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from summbench.core.errors import SummbenchError
from summbench.core.redaction import redact_for_sharing, strip_folders
from summbench.runs.bundle import list_changed_keys, open_bundle, seal_bundle

_MEMBERS = {"b.txt": "Größe\n".encode(), "a.json": b"{}", "c.parquet": bytes(range(256)) * 9}


def _write_archive(folder: Path, data: bytes) -> Path:
    path = folder / "x.bundle.zip"
    path.write_bytes(data)
    return path


def test_what_was_sealed_comes_back(tmp_path: Path) -> None:
    assert open_bundle(_write_archive(tmp_path, seal_bundle(_MEMBERS))) == _MEMBERS


def test_the_same_members_are_the_same_bytes_in_any_order_and_process() -> None:
    data = seal_bundle(_MEMBERS)
    assert seal_bundle(dict(reversed(_MEMBERS.items()))) == data
    program = (
        "import sys, summbench.runs.bundle as bundle; "
        f"sys.stdout.buffer.write(bundle.seal_bundle({_MEMBERS!r}))"
    )
    again = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert again.stdout == data


def test_the_manifest_has_the_checksum_that_sha256sum_prints() -> None:
    with zipfile.ZipFile(io.BytesIO(seal_bundle(_MEMBERS))) as archive:
        assert archive.namelist() == ["MANIFEST.json", "a.json", "b.txt", "c.parquet"]
        listed = json.loads(archive.read("MANIFEST.json"))["members"]
    # printf '{}' | sha256sum
    assert listed["a.json"] == {
        "bytes": 2,
        "sha256": "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
    }


def test_every_flipped_byte_of_the_content_is_named_by_its_member(tmp_path: Path) -> None:
    data = seal_bundle(_MEMBERS)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    for name, content in contents.items():
        start = data.index(content)
        for at in range(start, start + len(content), max(1, len(content) // 20)):
            flipped = data[:at] + bytes([data[at] ^ 0x20]) + data[at + 1 :]
            with pytest.raises(SummbenchError, match="damaged") as error:
                open_bundle(_write_archive(tmp_path, flipped))
            assert repr(name) in str(error.value)


def test_no_flipped_byte_anywhere_changes_what_is_read_unnoticed(tmp_path: Path) -> None:
    data = seal_bundle(_MEMBERS)
    for at in range(0, len(data)):
        path = _write_archive(tmp_path, data[:at] + bytes([data[at] ^ 0x01]) + data[at + 1 :])
        try:
            members = open_bundle(path)
        except SummbenchError:
            continue
        assert members == _MEMBERS, f"byte {at}"  # dates and versions in the archive's headers


@pytest.mark.parametrize("cut", [0, 1, 100, -1, -30])
def test_a_truncated_archive_is_a_sentence(tmp_path: Path, cut: int) -> None:
    with pytest.raises(SummbenchError, match="damaged or not a bundle"):
        open_bundle(_write_archive(tmp_path, seal_bundle(_MEMBERS)[:cut]))


def _archive(*infos: tuple[zipfile.ZipInfo | str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for info, data in infos:
            archive.writestr(info, data)
    return out.getvalue()


def _link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("link")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def _bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", b"0" * 10_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "/etc/passwd",
        "a/b",
        "..",
        ".hidden",
        "c:\\evil",
        "..\\evil",
        "nul\u202e",
        "a b",
        "",
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SummbenchError, match="its name is not a plain file name"):
        open_bundle(_write_archive(tmp_path, _archive((zipfile.ZipInfo(name), b"x"))))
    assert [path.name for path in tmp_path.iterdir()] == ["x.bundle.zip"]


def test_links_bombs_and_crowds_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SummbenchError, match="'link', it is not a regular file"):
        open_bundle(_write_archive(tmp_path, _archive((_link(), b"/etc/passwd"))))
    with pytest.raises(SummbenchError, match="'bomb', it is compressed"):
        open_bundle(_write_archive(tmp_path, _bomb()))
    crowd = [(f"m{i}", b"") for i in range(65)]
    with pytest.raises(SummbenchError, match="claims to contain more than it can"):
        open_bundle(_write_archive(tmp_path, _archive(*crowd)))


def test_a_member_twice_is_refused(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        data = _archive(("a", b"1"), ("a", b"2"))
    with pytest.raises(SummbenchError, match="'a', its name appears twice"):
        open_bundle(_write_archive(tmp_path, data))


def test_overlapping_members_claim_more_than_there_is(tmp_path: Path) -> None:
    data = bytearray(_archive(("a", b"x" * 100)))
    at = data.index(b"PK\x01\x02")
    for field in (20, 24):  # both sizes in the central directory (APPNOTE 4.3.12)
        data[at + field : at + field + 4] = (2**20).to_bytes(4, "little")
    with pytest.raises(SummbenchError, match="claims to contain more than it can"):
        open_bundle(_write_archive(tmp_path, bytes(data)))


def test_what_the_manifest_does_not_list_or_lists_alone_is_named(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(seal_bundle(_MEMBERS))) as archive:
        inside = [(name, archive.read(name)) for name in archive.namelist()]
    with pytest.raises(SummbenchError, match=r"'extra.txt' is in the archive or in MANIFEST"):
        open_bundle(_write_archive(tmp_path, _archive(*inside, ("extra.txt", b""))))
    with pytest.raises(SummbenchError, match=r"'c.parquet' is in the archive or in MANIFEST"):
        open_bundle(_write_archive(tmp_path, _archive(*inside[:-1])))
    with pytest.raises(SummbenchError, match=r"has no MANIFEST.json"):
        open_bundle(_write_archive(tmp_path, _archive(*inside[1:])))


@pytest.mark.parametrize("manifest", [b"[]", b"{", b'{"schema_version": 1, "members": 3}'])
def test_a_broken_manifest_is_a_sentence(tmp_path: Path, manifest: bytes) -> None:
    with pytest.raises(SummbenchError, match=r"MANIFEST.json is damaged"):
        open_bundle(_write_archive(tmp_path, _archive(("MANIFEST.json", manifest))))


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SummbenchError, match="can't be read"):
        open_bundle(tmp_path / "nowhere.zip")
    with pytest.raises(SummbenchError, match="can't be read"):
        open_bundle(tmp_path)


def test_no_folder_password_or_key_is_left() -> None:
    config = {
        "path": "/home/ann/secret project/news.jsonl",
        "home": "~/news",
        "windows": "C:\\Users\\ann\\news.csv",
        "weights": ["/models/bart/", "facebook/bart-base", "package://module/file.gguf"],
        "api_key": "sk-123",
        "api_key_env": "OPENAI_API_KEY",
        "prompt": "Say it.\nBearer abcdefgh12345678",
        "url": "https://ann:pass@example.org/v1/chat",
        "max_new_tokens": 64,
        "error": "OSError: /home/ann/w.bin is missing, see https://example.org/a/b or 1/2",
    }
    cleaned = redact_for_sharing(
        config, {"MY_TOKEN": "abcdefgh12345678", "HF_TOKEN": "", "EDITOR": "missing"}
    )
    assert cleaned == {
        "path": "news.jsonl",
        "home": "news",
        "windows": "news.csv",
        "weights": ["bart", "facebook/bart-base", "package://module/file.gguf"],
        "api_key": "(removed)",
        "api_key_env": "OPENAI_API_KEY",
        "prompt": "Say it.\nBearer (removed)",
        "url": "https://example.org/v1/chat",
        "max_new_tokens": 64,
        "error": "OSError: w.bin is missing, see https://example.org/a/b or 1/2",
    }
    assert sorted(list_changed_keys(config, cleaned)) == [
        "api_key", "error", "home", "path", "prompt", "url", "weights.0", "windows",
    ]  # fmt: skip


def test_words_with_slashes_are_no_folders() -> None:
    text = "and/or 3/4/5 km/h, s/he; a signature: rouge|tok:a/b/c"
    assert strip_folders(text) == text
    assert strip_folders("in '/a/b/c.txt': file:///x/y") == "in 'c.txt': y"


def test_a_hash_of_the_whole_archive_can_be_quoted() -> None:
    # A change of this value means that bundles made before are no longer made the same.
    assert (
        hashlib.sha256(seal_bundle({"a": b"1"})).hexdigest()
        == "5a651f801217d409f67b281a7481d5675a20f2bed2df0d6d3bd51f314b06e34b"
    )
