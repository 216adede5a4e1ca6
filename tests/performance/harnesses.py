"""What other packages take for a job of summbench, as whole commands on the same file."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from tests.commands import environment
from tests.performance.jobs import FREE, ROUGE_ONLY, prepare_folder
from tests.performance.processes import Cost, FailedError, measure, measure_summbench

_LOOP = """
import json
from rouge_score.rouge_scorer import RougeScorer

scorer = RougeScorer(["rouge1", "rouge2", "rougeL", "rougeLsum"])
totals = {}
for count, line in enumerate(open("news.jsonl", encoding="utf-8"), start=1):
    row = json.loads(line)
    for summary in row["systems"].values():
        for name, score in scorer.score(row["references"][0], summary).items():
            totals[name] = totals.get(name, 0.0) + score.fmeasure
print({name: total / count for name, total in totals.items()})
"""
_LM_EVAL = {
    "task": "news",
    "dataset_path": "json",
    "dataset_kwargs": {"data_files": {"test": "news.jsonl"}},
    "test_split": "test",
    "output_type": "generate_until",
    "doc_to_text": "{{document}}",
    "doc_to_target": "{{references[0]}}",
    "generation_kwargs": {"until": ["\n"]},
    "metric_list": [{"metric": "exact_match", "aggregation": "mean", "higher_is_better": True}],
}
_INSPECT = """
from inspect_ai import Task, task
from inspect_ai.dataset import FieldSpec, json_dataset
from inspect_ai.scorer import includes
from inspect_ai.solver import generate

@task
def news():
    columns = FieldSpec(input="document", target="references", id="id")
    return Task(json_dataset("news.jsonl", columns), generate(), includes())
"""


@dataclass(frozen=True, slots=True)
class Rival:
    """Another package's command for the same job; `module` is what must be installed."""

    name: str
    module: str
    command: Sequence[str]
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Match:
    """A job of summbench on a file of articles, and its rivals."""

    name: str
    arguments: Sequence[str]
    articles: int
    systems: int
    rivals: Sequence[Rival]


def build_matches(share: float) -> list[Match]:
    """All matches, with this share of the articles."""
    scored, free, few = (max(2, int(count * share)) for count in (11_490, 10_000, 1_000))
    loop = Rival("rouge-score, a loop", "rouge_score", [sys.executable, "-c", _LOOP], {})
    lm_eval = Rival(
        "lm-eval, model dummy",
        "lm_eval",
        [sys.executable, "-m", "lm_eval", "--model", "dummy", "--tasks", "news.yaml"],
        {"news.yaml": json.dumps(_LM_EVAL)},
    )
    inspect = Rival(
        "Inspect, mockllm",
        "inspect_ai",
        [
            sys.executable, "-m", "inspect_ai", "eval", "news.py", "--model", "mockllm/model",
            "--display", "none", "--no-log-samples",
        ],
        {"news.py": _INSPECT},
    )  # fmt: skip
    rouge = ("score", "news.jsonl", *ROUGE_ONLY)
    return [
        Match(f"`score`, ROUGE alone, 1 x {scored:,}", rouge, scored, 1, [loop]),
        Match(f"a free model x {free:,}", FREE, free, 0, [lm_eval]),
        Match(f"a free model x {few:,}", FREE, few, 0, [lm_eval, inspect]),
    ]


def run_match(match: Match) -> tuple[Cost | str, dict[str, Cost | str]]:
    """What summbench took and what each rival took, or why there is no figure."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        prepare_folder(folder, match.articles, match.systems)
        try:
            ours: Cost | str = measure_summbench(folder, *match.arguments)
        except FailedError as error:
            ours = str(error)
        return ours, {rival.name: _run_rival(rival, folder) for rival in match.rivals}


def _run_rival(rival: Rival, folder: Path) -> Cost | str:
    if find_spec(rival.module) is None:
        return "not installed"
    for name, content in rival.files.items():
        (folder / name).write_text(content, encoding="utf-8")
    cache = {"HF_HOME": str(folder / "cache"), "INSPECT_LOG_DIR": str(folder / "logs")}
    try:
        return measure(rival.command, folder, {**environment(), **os.environ, **cache})
    except FailedError as error:
        return f"failed: {error}"
