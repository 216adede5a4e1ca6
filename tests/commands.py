"""summbench as a process of its own, and the files that such runs need."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

CLONE = Path(__file__).resolve().parents[1]
PACKAGE = CLONE / "bench" / "summbench"
GOLDEN = CLONE / "tests" / "golden"
SHARED_DATA = CLONE.parent / "shared" / "data"  # real news, beside some clones; tests skip without
ROWS = [
    {
        "id": "a",
        "document": "The dam held. Rain fell. All went home.",
        "references": ["The dam held."],
    },
    {
        "id": "b",
        "document": "Boats sank. Two men swam. One dog too.",
        "references": ["Boats sank."],
    },
    {
        "id": "c",
        "document": "Bread is dear. Bakers shrug. Mills stop.",
        "references": ["Bread is dear."],
    },
]
TABLE = ("dataset=[table]", "dataset.table.path=news.jsonl")
MINE = ("--config-dir", "my_configs", "--allow-code", "tests")


def rows(count: int) -> list[dict[str, Any]]:
    """So many rows, each with a text of its own."""
    return [
        {**ROWS[i % 3], "id": f"{i}", "document": f"Item {i}. {ROWS[i % 3]['document']}"}
        for i in range(count)
    ]


def environment() -> dict[str, str]:
    """This process's, with the clone and its commands found from any folder, and no network."""
    own = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": f"{PACKAGE.parent}{os.pathsep}{CLONE}",
        "HF_HUB_OFFLINE": "1",
        "COLUMNS": "200",
    }
    return {**os.environ, **own}


def run(folder: Path, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    """`summbench arguments` in the folder; it must end with this exit code and no traceback."""
    done = python(folder, "-m", "summbench", *arguments)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


def started(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """`summbench arguments` in the folder, not waited for."""
    return subprocess.Popen(
        [sys.executable, "-m", "summbench", *arguments],
        cwd=folder,
        env=environment(),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A shell starts background jobs deaf to SIGINT, and a child inherits that.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.default_int_handler),
    )


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """This interpreter in the folder, whatever comes of it."""
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment(), capture_output=True, text=True, timeout=300
    )


def jsonl(path: Path, rows: Sequence[Mapping[str, object]] = ROWS) -> Path:
    """The rows as a file."""
    lines = [json.dumps(row) + "\n" for row in rows]
    path.write_text("".join(lines), encoding="utf-8")
    return path


def model_config(folder: Path, name: str, target: str, **keys: object) -> None:
    """A model YAML of one's own, in a config folder of one's own."""
    place = folder / "my_configs" / "model"
    place.mkdir(parents=True, exist_ok=True)
    node = {name: {"_target_": target, **keys}}
    (place / f"{name}.yaml").write_text(json.dumps(node), encoding="utf-8")


def written(folder: Path, file: str, name: str = "run") -> Any:
    """A JSON file of the results folder."""
    return json.loads((folder / "results" / name / file).read_text(encoding="utf-8"))


def means(folder: Path, name: str = "run") -> dict[str, dict[str, float | None]]:
    """Model -> metric -> mean."""
    found: dict[str, dict[str, float | None]] = {}
    for entry in written(folder, "leaderboard.json", name)["entries"]:
        found.setdefault(entry["model"], {})[entry["metric"]] = entry["mean"]
    return found
