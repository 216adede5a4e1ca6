"""What is installed is said with its version, and what is missing with the command that adds it."""

from __future__ import annotations

from email.message import Message
from importlib.metadata import distribution, version
from pathlib import Path
from types import SimpleNamespace

import pytest

from summbench.core.installation import format_install_command
from summbench.evaluation import requirements
from summbench.evaluation.catalogue import list_catalogue, list_needs, list_signatures
from summbench.evaluation.installation import check_installation
from summbench.evaluation.requirements import find_install_command, list_packages


def test_packages_whose_names_end_in_a_digit_are_found(tmp_path: Path) -> None:
    packages = {p.name: p for p in check_installation(tmp_path).packages if not p.extra}
    assert packages["jinja2"].version == version("jinja2")
    assert packages["hydra-core"].version == version("hydra-core")


def test_a_missing_package_has_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    metadata = Message()
    for name in ("magic", "dev"):
        metadata["Provides-Extra"] = name
    here = SimpleNamespace(
        metadata=metadata,
        requires=[
            "other2>=1",
            "Jinja2>=999; python_version > '3'",
            "nosuch[x]>=3,<4 ; extra == 'magic'",
            "pytest-nosuch; extra == 'dev'",
            "tomli; python_version < '3'",
        ],
    )
    monkeypatch.setattr(requirements, "distribution", lambda name: here)
    packages = check_installation(tmp_path).packages
    assert [(p.name, p.extra, p.problem, p.install_command) for p in packages] == [
        (
            "jinja2", "", f"is {version('jinja2')}, and >=999 is needed",
            "pip install 'Jinja2>=999'",
        ),
        ("other2", "", "is not installed", "pip install 'other2>=1'"),
        ("nosuch", "magic", "is not installed", format_install_command("magic")),
    ]  # fmt: skip
    assert find_install_command("nosuch") == format_install_command("magic")
    assert find_install_command("acme_summ") is None


def test_each_extra_that_is_advised_exists() -> None:
    extras = distribution("summbench").metadata.get_all("Provides-Extra")
    assert extras is not None
    assert {package.extra for package in list_packages()} <= {"", *extras}
    assert "torch" in {package.extra for package in list_packages()}


def test_a_folder_that_is_a_file_is_the_reason_why_runs_would_fail(tmp_path: Path) -> None:
    assert check_installation(tmp_path).results_error is None
    (tmp_path / "file").write_text("")
    error = check_installation(tmp_path / "file").results_error
    assert error is not None and "file" in error


def test_the_catalogue_says_what_is_missing() -> None:
    entries = {entry.name: entry for entry in list_catalogue("model")}
    assert entries["lead3"].needs == []
    assert not entries["lead3"].is_heavy
    assert entries["bart_large_cnn"].needs == ["weights from the hub: facebook/bart-large-cnn"]
    assert entries["bart_large_cnn"].is_heavy
    assert entries["replay"].needs == ["give path"]
    assert list_needs({"sentences": 3}) == []


def test_a_metric_has_its_signature_or_what_it_needs() -> None:
    signatures = list_signatures(list_catalogue("metric"))
    assert "rouge|agg:mean" in signatures["rouge"]
    assert signatures["nli"].startswith("weights from the hub: ")
