"""Three articles, their references and the summaries of two systems, in files of every layout."""

from __future__ import annotations

import csv
import gzip
import json
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

ARTICLES = [
    "The dam at Orlo held on Sunday. Rain fell all night. Nobody was hurt.",
    "Bakers in Tarn raised prices. Flour is dear. A loaf costs two crowns.",
    "The mill of Ost burned. Firemen came late. The owner has no insurance.",
]
REFERENCES = ["The dam at Orlo held.", "Bakers in Tarn raised prices.", "A mill in Ost burned."]
ONE = ["The dam held on Sunday.", "Bread got dearer in Tarn.", "The mill burned down."]
TWO = ["Orlo dam holds after rain.", "Tarn bakers raise prices again.", "Fire at the mill of Ost."]
SYSTEMS = {"one": ONE, "two": TWO}
IDS = ["x0", "x1", "x2"]
ROWS: list[dict[str, Any]] = [
    {"id": name, "document": article, "references": reference, "prediction": summary}
    for name, article, reference, summary in zip(IDS, ARTICLES, REFERENCES, ONE, strict=True)
]


def write_lines(path: Path, texts: Iterable[str], ending: str = "\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes("".join(text + ending for text in texts).encode())
    return path


def write_jsonl(path: Path, rows: Iterable[Any]) -> Path:
    return write_lines(path, (json.dumps(row, ensure_ascii=False) for row in rows))


def write_csv(
    path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]], encoding: str = "utf-8"
) -> Path:
    with path.open("w", newline="", encoding=encoding) as file:
        csv.writer(file).writerows([header, *rows])
    return path


def write_gzip(path: Path, content: bytes) -> Path:
    path.write_bytes(gzip.compress(content))
    return path


def write_all(folder: Path) -> None:
    """Write a file or folder of every layout."""
    write_lines(folder / "refs.txt", REFERENCES)
    write_lines(folder / "articles.txt", ARTICLES)
    for name, texts in SYSTEMS.items():
        write_lines(folder / f"{name}.txt", texts)
        write_lines(folder / f"{name}.hypo", texts)
        write_lines(folder / name / "generated_predictions.txt", texts)
        write_jsonl(
            folder / name / "samples_cnn_2026-01-01.jsonl",
            [
                {
                    "doc_id": i,
                    "doc": {"article": ARTICLES[i], "highlights": REFERENCES[i]},
                    "target": REFERENCES[i],
                    "arguments": {"gen_args_0": {"arg_0": ARTICLES[i]}},
                    "resps": [[texts[i]]],
                    "filtered_resps": [texts[i]],
                    "filter": "none",
                }
                for i in range(3)
            ],
        )
        for article, text in zip(IDS, texts, strict=True):
            write_lines(folder / "texts" / name / f"{article}.txt", [text])
    write_lines(folder / "test.source", ARTICLES)
    write_lines(folder / "test.target", REFERENCES)
    write_jsonl(folder / "summaries.jsonl", ROWS)
    _write_tables(folder)
    _write_folders(folder)
    _write_logs(folder)


def _write_tables(folder: Path) -> None:
    wide = zip(IDS, ARTICLES, REFERENCES, ONE, TWO, strict=True)
    write_csv(folder / "wide.csv", ["id", "article", "highlights", "one", "two"], wide)
    long = [(a, s, m) for m, of in SYSTEMS.items() for a, s in zip(ARTICLES, of, strict=True)]
    write_csv(folder / "leaderboard_summaries.csv", ["source", "summary", "model"], long)
    rows = zip(ARTICLES, ONE, REFERENCES, strict=True)
    write_jsonl(
        folder / "generated_predictions.jsonl",
        [{"prompt": a, "predict": s, "label": r} for a, s, r in rows],
    )


def _write_folders(folder: Path) -> None:
    for name, article, reference in zip(IDS, ARTICLES, REFERENCES, strict=True):
        story = [article, "", "@highlight", "", reference]
        write_lines(folder / "stories" / f"{name}.story", story)
        parts = {"URL": "http://example.org", "INTRODUCTION": reference, "RESTBODY": article}
        lines = [line for part, text in parts.items() for line in (f"[XSUM]{part}[XSUM]", text, "")]
        write_lines(folder / "xsum" / f"{name}.data", lines)
        parts = {"URL": "x", "TITLE": "y", "FIRST-SENTENCE": reference, "RESTBODY": article}
        lines = [line for part, text in parts.items() for line in (f"[SN]{part}[SN]", text, "")]
        write_lines(folder / "bbc" / f"{name}.summary", lines)


def _write_logs(folder: Path) -> None:
    lines = [
        line
        for i in (2, 0, 1)
        for line in (
            f"S-{i}\t{ARTICLES[i]}", f"T-{i}\t{REFERENCES[i]}", f"H-{i}\t-0.3\t{ONE[i]}",
            f"D-{i}\t-0.3\t{ONE[i]}", f"P-{i}\t-0.1 -0.2",
        )
    ]  # fmt: skip
    write_lines(folder / "generate-test.txt", [*lines, "2026-01-01 | INFO | done"])
    log = build_inspect_log()
    (folder / "inspect.json").write_text(json.dumps(log), encoding="utf-8")
    with zipfile.ZipFile(folder / "inspect.eval", "w") as archive:
        header = {key: value for key, value in log.items() if key != "samples"}
        archive.writestr("header.json", json.dumps(header))
        for sample in log["samples"]:
            archive.writestr(f"samples/{sample['id']}_epoch_1.json", json.dumps(sample))
    (folder / "scenario_state.json").write_text(json.dumps(build_helm_state()), encoding="utf-8")


def build_inspect_log() -> dict[str, Any]:
    """The first input is an attachment, and the others are messages."""
    inputs: list[Any] = [
        "attachment://abc",
        [{"role": "system", "content": "Be brief."}, {"role": "user", "content": ARTICLES[1]}],
        [{"role": "user", "content": [{"type": "text", "text": ARTICLES[2]}]}],
    ]
    samples = [
        {
            "id": i,
            "epoch": 1,
            "input": inputs[i],
            "target": REFERENCES[i],
            "attachments": {"abc": ARTICLES[0]},
            "output": {"choices": [{"message": {"content": ONE[i]}}], "completion": ONE[i]},
        }
        for i in range(3)
    ]
    return {"version": 2, "status": "success", "eval": {"model": "one"}, "samples": samples}


def build_helm_state() -> dict[str, Any]:
    """The last request is that of a perturbed instance."""
    states = [
        {
            "instance": {
                "input": {"text": ARTICLES[i]},
                "references": [
                    {"output": {"text": REFERENCES[i]}, "tags": ["correct"]},
                    {"output": {"text": "Something wrong."}, "tags": []},
                ],
                "id": f"id{i}",
            },
            "result": {"success": True, "completions": [{"text": ONE[i]}]},
        }
        for i in range(3)
    ]
    perturbed = json.loads(json.dumps(states[0]))
    perturbed["instance"]["perturbation"] = {"name": "typos"}
    return {"adapter_spec": {"model": "one"}, "request_states": [*states, perturbed]}
