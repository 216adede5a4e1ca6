"""What is advised installs an extra as summbench itself was installed (PEP 610)."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from summbench.core import installation
from summbench.core.installation import format_install_command


def _install_from(monkeypatch: pytest.MonkeyPatch, direct_url: object) -> None:
    text = None if direct_url is None else json.dumps(direct_url)
    here = SimpleNamespace(read_text=lambda name: text if name == "direct_url.json" else None)
    monkeypatch.setattr(installation, "distribution", lambda name: here)


def test_an_extra_is_installed_as_summbench_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone = tmp_path / "my clone"
    clone.mkdir()
    url = clone.as_uri()
    for direct_url, command in (
        (None, "pip install 'summbench[torch]'"),
        ({"url": "https://example.org/x.git", "vcs_info": {}}, "pip install 'summbench[torch]'"),
        ({"url": url, "dir_info": {"editable": True}}, f"pip install -e '{clone}[torch]'"),
        ({"url": url, "dir_info": {}}, f"pip install '{clone}[torch]'"),
        ({"url": f"{url}/summbench-0.1.0-py3-none-any.whl", "archive_info": {}},
         f"pip install 'summbench[torch] @ {url}/summbench-0.1.0-py3-none-any.whl'"),
        ([], "pip install 'summbench[torch]'"),
    ):  # fmt: skip
        _install_from(monkeypatch, direct_url)
        assert format_install_command("torch") == command
    monkeypatch.chdir(clone)
    _install_from(monkeypatch, {"url": url, "dir_info": {"editable": True}})
    assert format_install_command("torch") == "pip install -e '.[torch]'"
