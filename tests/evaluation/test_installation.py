"""What is installed is said with its version, and what is missing with the command that adds it."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import pytest

from summbench.evaluation import installation
from summbench.evaluation.catalogue import list_catalogue, list_needs, list_signatures
from summbench.evaluation.installation import check_installation


def test_packages_whose_names_end_in_a_digit_are_found(tmp_path: Path) -> None:
    packages = {p.name: p for p in check_installation(tmp_path).packages if not p.extra}
    assert packages["jinja2"].version == version("jinja2")
    assert packages["hydra-core"].version == version("hydra-core")


def test_a_missing_package_has_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    requirements = ["nosuch[x]>=3,<4 ; extra == 'magic'", "other2>=1"]
    monkeypatch.setattr(installation, "requires", lambda name: requirements)
    missing = check_installation(tmp_path).packages
    assert [(p.name, p.version, p.extra, p.install_command) for p in missing] == [
        ("nosuch", None, "magic", "pip install 'summbench[magic]'"),
        ("other2", None, "", "pip install 'other2>=1'"),
    ]


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
    signatures = list_signatures()
    assert "rouge|agg:mean" in signatures["rouge"]
    assert signatures["nli"].startswith("weights from the hub: ")
