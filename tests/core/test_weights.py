"""Where weights lie, and that what identifies them changes with their content."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from summbench.core.errors import SummbenchError
from summbench.core.weights import identify, locate


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package on the path that raises when it is imported, with a file of weights."""
    folder = tmp_path / "weighty_package"
    (folder / "inner").mkdir(parents=True)
    (folder / "__init__.py").write_text("raise RuntimeError('imported')\n", encoding="utf-8")
    (folder / "inner" / "tiny.gguf").write_bytes(b"abc")
    monkeypatch.syspath_prepend(tmp_path)
    return folder


@pytest.mark.parametrize("inside", ["inner/tiny.gguf", "inner"])
def test_weights_in_a_package_are_found_without_importing_it(package: Path, inside: str) -> None:
    assert locate(f"package://weighty_package/{inside}") == package / inside
    assert "weighty_package" not in sys.modules


def test_nor_is_a_package_imported_for_the_package_inside_it(package: Path) -> None:
    assert locate("package://weighty_package.inner/tiny.gguf") == package / "inner" / "tiny.gguf"
    assert "weighty_package" not in sys.modules


def test_a_file_that_a_package_does_not_have_is_named(package: Path) -> None:
    with pytest.raises(SummbenchError) as caught:
        locate("package://weighty_package/huge.gguf")
    assert str(caught.value) == (
        "The weights 'package://weighty_package/huge.gguf' are missing: "
        "the package 'weighty_package' has no file 'huge.gguf'."
    )


@pytest.mark.parametrize("module", ["no_such_package", "no_such_package.inner"])
def test_a_package_that_is_not_installed_is_named(module: str) -> None:
    with pytest.raises(SummbenchError) as caught:
        identify(f"package://{module}/tiny.gguf")
    assert f"The weights 'package://{module}/tiny.gguf' are missing: " in str(caught.value)
    assert "is not installed" in str(caught.value)


@pytest.mark.parametrize("weights", ["./a.gguf", "../a", "/no/where/a.gguf", "~/no/a", "a/b/c"])
def test_a_path_at_which_nothing_is_is_no_hub_id(
    weights: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(SummbenchError) as caught:
        locate(weights)
    assert f"The weights {weights!r} do not exist; nothing is at " in str(caught.value)
    assert str(Path(weights).expanduser()) in str(caught.value)


@pytest.mark.parametrize("weights", ["facebook/bart-large-cnn", "gpt2"])
def test_a_hub_id_stays_what_it_is_and_is_identified_with_its_revision(
    weights: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert locate(weights) == weights
    assert identify(weights) == f"hub:{weights}@main"
    assert identify(weights, "37f520f") == f"hub:{weights}@37f520f"


def test_a_folder_that_is_called_like_a_hub_id_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine" / "bart").mkdir(parents=True)
    assert locate("mine/bart") == tmp_path / "mine" / "bart"


def test_a_tilde_is_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "a.gguf").write_bytes(b"abc")
    assert locate("~/a.gguf") == tmp_path / "a.gguf"


def test_a_link_keeps_the_ending_that_says_what_the_file_is(tmp_path: Path) -> None:
    # The hub's cache is made of such links: snapshots/<commit>/a.gguf -> ../../blobs/<hash>.
    (tmp_path / "blob").write_bytes(b"abc")
    (tmp_path / "a.gguf").symlink_to(tmp_path / "blob")
    place = locate(str(tmp_path / "a.gguf"))
    assert isinstance(place, Path)
    assert place.name == "a.gguf"


def test_a_file_is_identified_by_its_name_and_content(tmp_path: Path) -> None:
    file = tmp_path / "a.gguf"
    file.write_bytes(b"abc")
    # By coreutils: sha256sum of the name, a NUL, and the 32 bytes that sha256sum gives of abc.
    assert (
        identify(str(file))
        == "sha256:91b836ea8206b5ea5ee8ef2134316088b8902de6950049efd1d8f73c5344ed61"
    )
    file.write_bytes(b"abd")
    assert (
        identify(str(file))
        == "sha256:c6a599806cd6a2e0db777b82301c3f18e74418ae3f866304829ae0cf8c5aea19"
    )


def _folder(place: Path, files: dict[str, bytes]) -> str:
    for name, content in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)
    return str(place)


def test_a_folder_elsewhere_with_the_same_files_is_the_same_weights(tmp_path: Path) -> None:
    files = {"config.json": b"{}", "sub/a.bin": b"abc"}
    first_folder = _folder(tmp_path / "1" / "bart", files)
    other_folder = _folder(tmp_path / "2" / "bart", dict(reversed(files.items())))
    assert identify(first_folder) == identify(other_folder)


@pytest.mark.parametrize(
    "other_files",
    [
        {"config.json": b"{}", "sub/a.bin": b"abd"},  # one byte
        {"config.json": b"{}", "sub/b.bin": b"abc"},  # another name
        {"config.json": b"{}", "z/a.bin": b"abc"},  # another place
        {"config.json": b"{}a", "sub/a.bin": b"bc"},  # a moved border
        {"config.json": b"{}"},
        {"config.json": b"{}", "sub/a.bin": b"abc", "more": b""},
    ],
)
def test_a_folder_with_other_files_is_other_weights(
    tmp_path: Path, other_files: dict[str, bytes]
) -> None:
    files = {"config.json": b"{}", "sub/a.bin": b"abc"}
    assert identify(_folder(tmp_path / "1" / "bart", files)) != identify(
        _folder(tmp_path / "2" / "bart", other_files)
    )


def test_local_weights_have_no_revision(tmp_path: Path) -> None:
    path = _folder(tmp_path / "bart", {"a": b"abc"})
    assert identify(path, "37f520f") == identify(path)


@pytest.mark.parametrize(
    "weights",
    ["a b", "a//b", "-a/b", "a/.b", "a/b:c", "\x1b[31m", "a\0b", "ä/b", "a" * 300, "a\n"],
    ids=range(10),
)
def test_what_can_be_no_hub_id_is_said_so_before_the_hub_is_asked(weights: str) -> None:
    with pytest.raises(SummbenchError, match="do not exist; nothing is at"):
        locate(weights)
