"""Control characters from names, paths, servers and bundles reach no terminal and no page raw."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import summbench
from summbench.core.control_characters import show_controls
from summbench.core.errors import SummbenchError
from summbench.runs.bundle import open_bundle, seal_bundle
from tests.commands import jsonl, run
from tests.servers import Answer, Moody, error, moody

# A window's title, red, an override of the reading direction, and C1's CSI that clears the screen.
_CANARY = "\x1b]0;owned\x07\x1b[31m\u202e\u009b2J"
_RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class _Rude(Moody):
    """Refuses each article, with control characters in the reason."""

    def _choose_answer(self, *_: object) -> Answer:
        return error(422, f"server {_CANARY}")


def _assert_clean(folder: Path, *printed: str) -> None:
    """Nothing that was printed, and no file but tables and what the test wrote, has one raw."""
    for text in printed:
        assert not _RAW.search(text), _RAW.search(text)
    files = [file for file in folder.rglob("*") if file.is_file() and file.suffix != ".parquet"]
    assert files
    for file in files:
        if file.suffix != ".png":
            found = _RAW.search(file.read_text("utf-8"))
            assert not found, (file, found)


def _config(folder: Path, group: str, file: str, node: Mapping[str, Any]) -> None:
    place = folder / "my_configs" / group
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{file}.yaml").write_text(json.dumps(node), "utf-8")


@pytest.mark.slow
def test_a_run_with_control_characters_in_nine_places(tmp_path: Path) -> None:
    file = f"news {_CANARY}.jsonl"
    rows = [
        {"id": f"id {n} {_CANARY}", "document": f"Rain {n} {_CANARY} fell. All slept.",
         "references": [f"Rain {_CANARY} fell."]}
        for n in range(3)
    ]  # fmt: skip
    jsonl(tmp_path / file, rows)
    table = {"_target_": "summbench.datasets.table.Table", "path": file}
    _config(tmp_path, "dataset", "news", {f"news {_CANARY}": table})
    words = {"_target_": "tests.fakes.Words"}
    _config(tmp_path, "metric", "words", {f"words {_CANARY}": words})
    lead = {"_target_": "summbench.models.lead.Lead", "sentences": 1}
    _config(tmp_path, "model", "first", {f"first {_CANARY}": lead})
    with moody(kind=_Rude) as server:
        rude = {"_target_": "summbench.models.endpoint.Endpoint", "base_url": server.url,
                "model": "tiny", "prompt": f"Config value {_CANARY} {{article}}"}  # fmt: skip
        _config(tmp_path, "model", "rude", {f"rude {_CANARY}": rude})
        done = run(
            tmp_path, "run", "--config-dir", "my_configs", "--allow-code", "tests",
            "dataset=[news]", "model=[first,rude]", "metric=[rouge,words]",
            "perturbation=[ocr]", code=1,
        )  # fmt: skip
    results = tmp_path / "results" / "run"
    shown = run(tmp_path, "report", "results/run", "--plots", "svg", "--export", "model-index")
    _assert_clean(results, done.stdout, done.stderr, shown.stdout, shown.stderr)
    for place in ("first", "rude", "news", "words", "server"):
        assert f"{place} \\u001b]0;owned" in (results / "run.json").read_text("utf-8"), place
    run(tmp_path, "report", "results/run", "--baseline", "base")
    compared = run(
        tmp_path, "compare", "base", "results/run", "--html", "gate.html", "--json", "gate.json",
        "--junit", "gate.xml", "--summary", "gate.md", code=2,
    )  # fmt: skip
    pages = tmp_path / "pages"
    pages.mkdir()
    for name in ("gate.html", "gate.json", "gate.xml", "gate.md"):
        (tmp_path / name).rename(pages / name)
    _assert_clean(pages, compared.stdout, compared.stderr)


@pytest.mark.slow
def test_a_bundle_and_a_file_of_summaries_with_control_characters(tmp_path: Path) -> None:
    rows = [
        {"id": f"{n} {_CANARY}", "document": "Rain fell. All slept.", "references": ["Rain fell."],
         "predictions": {f"one {_CANARY}": "Rain.", f"two {_CANARY}": f"It {_CANARY} rained."}}
        for n in range(3)
    ]  # fmt: skip
    scored = run(tmp_path, "score", str(jsonl(tmp_path / "mine.jsonl", rows)), "--out", "scored")
    bundled = run(tmp_path, "bundle", "scored", "--out", "scored.zip")
    _assert_clean(tmp_path / "scored", scored.stdout, scored.stderr, bundled.stdout)
    members = open_bundle(tmp_path / "scored.zip")
    metadata = json.loads(members["run.json"])
    metadata["versions"]["numpy"] = f"0 {_CANARY}"
    name = next(iter(metadata["metrics"]))
    metadata["metrics"][name]["signature"] = f"signature {_CANARY}"
    members["run.json"] = json.dumps(metadata).encode()
    (tmp_path / "edited.zip").write_bytes(seal_bundle(members))
    replayed = run(tmp_path, "replay", "edited.zip")
    assert "\\u001b]0;owned" in replayed.stdout
    held = summbench.load(tmp_path / "scored")
    tables = (held, held.scores, held.leaderboard, held.predictions)
    in_python = [held.verdict, *held.warnings, *map(repr, tables)]
    in_python += [table._repr_html_() for table in tables]
    with pytest.raises(SummbenchError) as refused:
        summbench.load(tmp_path / f"nowhere {_CANARY}")
    assert not any(map(_RAW.search, [*in_python, str(refused.value)]))
    assert "\\u001b]0;owned" in in_python[0]
    _assert_clean(tmp_path / "scored", replayed.stdout, replayed.stderr)


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [
        ("run", f"limt{_CANARY}=3"),
        ("run", f"model=[lead{_CANARY}]"),
        ("run", "--config-dir", f"none {_CANARY}"),
        ("run", f"dataset.newsdesk.path=nowhere {_CANARY}"),
        ("score", f"nowhere {_CANARY}.jsonl"),
        ("view", f"nowhere {_CANARY}"),
        ("score", "columns.jsonl"),
        ("run", f"--unknown{_CANARY}"),
        (f"runn{_CANARY}",),
    ],
    ids=lambda arguments: arguments[0][:4] + str(len(arguments)),
)
def test_a_mistake_is_told_without_control_characters(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    jsonl(tmp_path / "columns.jsonl", [{f"text {_CANARY}": "x", f"other {_CANARY}": "y"}])
    done = run(tmp_path, *arguments, code=1)
    assert not _RAW.search(done.stdout + done.stderr)


def test_codes_stand_for_what_they_are_in_json() -> None:
    text = json.dumps(f"a\tb\nc {_CANARY}\r \x7f\u2066", ensure_ascii=False)
    assert json.loads(show_controls(text)) == json.loads(text)
    assert show_controls("\x1b[1m\r\n\té\u200d") == "\\u001b[1m\r\n\té\u200d"
