"""What is imported when: a quick start is a promise."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

import summbench
from tests.commands import CLONE, TABLE, jsonl, python

_HEAVY = (
    "datasets", "hydra", "jinja2", "joblib", "matplotlib", "mlflow", "nltk", "openai", "pandas",
    "pyarrow", "ray", "rouge_score", "sacrebleu", "scipy", "scipy.stats", "spylls", "sumy",
    "torch", "transformers",
)  # fmt: skip
_LOADED = f"print(json.dumps([m for m in {_HEAVY!r} if m in sys.modules]))"
_COMMAND = f"""
import json, sys
from contextlib import redirect_stdout, suppress
from io import StringIO
from summbench.cli import main
with suppress(SystemExit), redirect_stdout(StringIO()):
    main()
{_LOADED}
"""
_RUN = ("run", *TABLE, "model=[lead3]")
_COMMANDS: dict[str, tuple[Sequence[str], list[str]]] = {
    "help": (["--help"], []),
    "list": (["list"], []),
    "one article": (
        [*_RUN, "limit=1"],
        ["hydra", "jinja2", "pyarrow", "rouge_score", "sacrebleu", "spylls"],
    ),
    "several": ([*_RUN], ["hydra", "jinja2", "pyarrow", "rouge_score", "sacrebleu", "scipy"]),
    "one metric": (
        [*_RUN, "metric=[rouge]", "primary=rouge.rouge2_f", "columns=[]"],
        ["hydra", "jinja2", "pyarrow", "rouge_score", "scipy"],
    ),
    "report": (["report", "results/baseline"], ["jinja2", "pyarrow", "scipy"]),
    "compare": (["compare", "results/baseline", "results/baseline"], ["pyarrow"]),
    "store": (["store", "list"], ["pyarrow"]),
}


def _list_loaded(folder: Path, *arguments: str) -> list[str]:
    done = python(folder, "-c", *arguments)
    assert done.returncode == 0, done.stderr
    loaded: list[str] = json.loads(done.stdout.splitlines()[-1])
    return loaded


def test_the_package_loads_nothing_heavy(tmp_path: Path) -> None:
    assert _list_loaded(tmp_path, f"import json, sys, summbench; {_LOADED}") == []


@pytest.mark.parametrize("name", _COMMANDS)
def test_a_command_loads_only_what_it_uses(name: str, tmp_path: Path) -> None:
    arguments, expected = _COMMANDS[name]
    jsonl(tmp_path / "news.jsonl")
    shutil.copytree(CLONE / "results" / "baseline", tmp_path / "results" / "baseline")
    assert _list_loaded(tmp_path, _COMMAND, *arguments) == expected


def test_what_is_found_in_the_store_is_not_checked_again(tmp_path: Path) -> None:
    jsonl(tmp_path / "news.jsonl")
    first, second = (_list_loaded(tmp_path, _COMMAND, *_RUN) for _ in range(2))
    assert set(first) - set(second) == {"rouge_score"}


def test_every_public_name_is_there() -> None:
    assert {name: hasattr(summbench, name) for name in summbench.__all__} == dict.fromkeys(
        summbench.__all__, True
    )
    assert sorted(summbench.__all__) == summbench.__all__ == dir(summbench)
    assert summbench.__version__ == "0.1.0"


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'evalaute'"):
        summbench.evalaute  # noqa: B018
