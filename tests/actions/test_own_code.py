"""gate.sh finds the code of the repository that its YAML names."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.actions.runner import ACTION
from tests.commands import environment, run

pytestmark = pytest.mark.slow

_PRODUCT = """from summbench import Prediction


class Product:
    def summarise(self, articles):
        return [Prediction(a.id, a.text[:200]) for a in articles]
"""
_GUARD = """# @package _global_
defaults:
  - override /dataset: [newsdesk]
  - override /model: [product]
  - override /metric: [rouge]
limit: 6
"""


@pytest.mark.parametrize("place", [".", "src"])
def test_own_code_is_found(tmp_path: Path, place: str) -> None:
    for name, text in (
        (f"{place}/product.py", _PRODUCT),
        ("my_configs/model/product.yaml", "product:\n  _target_: product.Product\n"),
        ("my_configs/experiment/guard.yaml", _GUARD),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    variables = {
        "GATE_EXPERIMENT": "guard",
        "GATE_CONFIG_DIR": "my_configs",
        "GATE_ALLOW_CODE": "product",
        "GATE_PYTHON_PATH": "" if place == "." else place,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }

    def gate() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", str(ACTION / "gate.sh")], cwd=tmp_path, env=environment() | variables,
            text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip

    gate()  # runs, and has no baseline to compare with
    run(tmp_path, "report", "results/summbench", "--baseline", "results/baseline")
    done = gate()
    assert done.returncode == 0 and "Verdict: pass." in done.stdout, done.stdout
