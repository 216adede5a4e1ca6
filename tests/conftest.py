"""No test asks the hub, none fills the user's caches, and none fights another for the cores."""

import os
import tempfile
from pathlib import Path

import hypothesis  # noqa: F401 - trio warns if it is first imported while tests run
import pytest

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_HOME"] = tempfile.mkdtemp(prefix="summbench-tests-")
os.environ["MPLCONFIGDIR"] = os.environ["HF_HOME"]  # bert-score imports matplotlib
os.environ["OMP_NUM_THREADS"] = "1"  # two torch processes of two threads are ten times as slow

_MARKS = {"browser": pytest.mark.browser, "cluster": pytest.mark.cluster}  # folder -> its mark


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test of a folder that needs a program of its own."""
    for item in items:
        folder = item.path.relative_to(Path(__file__).parent).parts[0]
        if folder in _MARKS:
            item.add_marker(_MARKS[folder])
