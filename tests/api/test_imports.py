"""What is imported when: a quick start is a promise."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import summbench
from tests.commands import python

_HEAVY = ("torch", "scipy", "pandas", "datasets", "transformers")
_LOADED = f"print(json.dumps([m for m in {_HEAVY!r} if m in sys.modules]))"
_HELP = f"""
import json, sys
from contextlib import redirect_stdout, suppress
from io import StringIO
from summbench.cli import main
sys.argv = ["summbench", "--help"]
with suppress(SystemExit), redirect_stdout(StringIO()):
    main()
{_LOADED}
"""


@pytest.mark.parametrize("code", [f"import json, sys, summbench; {_LOADED}", _HELP])
def test_no_heavy_package_is_loaded(code: str, tmp_path: Path) -> None:
    done = python(tmp_path, "-c", code)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []


def test_every_public_name_is_there() -> None:
    assert {name: hasattr(summbench, name) for name in summbench.__all__} == dict.fromkeys(
        summbench.__all__, True
    )
    assert sorted(summbench.__all__) == summbench.__all__ == dir(summbench)
    assert summbench.__version__ == "0.1.0"


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'evalaute'"):
        summbench.evalaute  # noqa: B018
