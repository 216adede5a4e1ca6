"""The order of rows, systems and workers changes no bit of a leaderboard, a verdict or an interval.

Nothing is compared with a number: each result is held against that of the same data as it was given
first. What is measured on a machine (seconds) is left out where a model predicts again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import nan
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import summbench
from summbench.analysis.metaeval.serialization import to_json as metaeval_to_json
from summbench.core.records import Example, MetricInfo
from summbench.leaderboard.serialization import to_json
from tests.commands import TABLE, run
from tests.commands import rows as make_rows

Row = dict[str, Any]

_DOCUMENTS = ("The dam held. Rain fell.", "Boats sank. Two men swam.", "Bread is dear.", "")
_TEXTS = ("The dam held.", "Rain fell on the dam.", "Boats sank.", "Bread is dear now.", "", None)
_SYSTEMS = ("mine", "b", "Zeta", "other")


class Odd:
    """A quality score with ties, and a diagnostic that is undefined for every short summary."""

    signature = "odd|v:1"
    columns: Mapping[str, MetricInfo] = {
        "share": MetricInfo("lower", "quality", worst=1),
        "late": MetricInfo("neither", "diagnostic"),
    }

    def score(
        self, examples: Sequence[Example], summaries: Sequence[str]
    ) -> dict[str, list[float]]:
        lengths = [len(summary) for summary in summaries]
        texts = [len(e.article.text) + len("".join(e.references)) for e in examples]
        share = [length / (1 + text) for length, text in zip(lengths, texts, strict=True)]
        return {"share": share, "late": [x / 3 if x > 12 else nan for x in lengths]}


@st.composite
def _tables(draw: st.DrawFn) -> list[Row]:
    """Rows with texts, references and whole rows that repeat, and summaries that are missing."""
    kinds = draw(
        st.lists(
            st.tuples(
                st.sampled_from(_DOCUMENTS),
                st.lists(st.sampled_from(_TEXTS[:4]), min_size=1, max_size=2),
                st.tuples(*[st.sampled_from(_TEXTS)] * len(_SYSTEMS)),
            ),
            min_size=4,
            max_size=26,
        )
    )
    return [
        {
            "id": f"a{i}",
            "document": document,
            "references": references,
            "systems": dict(zip(_SYSTEMS, summaries, strict=True)),
        }
        for i, (document, references, summaries) in enumerate(kinds)
    ]


def _shuffle(rows: Sequence[Row], seed: int) -> list[Row]:
    """The rows, and the systems of all of them, in another order."""
    random = Random(seed)
    names = random.sample(_SYSTEMS, len(_SYSTEMS))
    shuffled = random.sample(list(rows), len(rows))
    return [{**row, "systems": {name: row["systems"][name] for name in names}} for row in shuffled]


def _score(rows: Any, **keys: Any) -> summbench.Run:
    metrics = {"metrics": ["rouge", "length", {"odd": Odd()}], "columns": ["odd.late"], **keys}
    return summbench.score(rows, **metrics)


def _leaderboard(result: summbench.Run) -> bytes:
    return result.data.read_bytes("leaderboard.json")


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(_tables(), st.integers(0, 99), st.sampled_from([3, 7, 20_000]))
def test_rows_and_systems_in_another_order_give_the_same_bytes(
    rows: list[Row], seed: int, chunk_size: int
) -> None:
    expected = _leaderboard(_score(rows))
    shuffled = _shuffle(rows, seed)
    assert _leaderboard(_score(shuffled, chunk_size=chunk_size)) == expected
    lower = {"primary": "odd.share", "vs": "mine"}
    assert _leaderboard(_score(shuffled, **lower)) == _leaderboard(_score(rows, **lower))


@pytest.mark.slow
@settings(max_examples=6, deadline=None)
@given(_tables(), st.integers(0, 99))
def test_the_gate_and_the_plan_know_no_order(rows: list[Row], seed: int) -> None:
    swapped = [{**row, "systems": {**row["systems"], "b": row["systems"]["mine"]}} for row in rows]
    old, new = _score(rows), _score(swapped)
    moved_old, moved_new = _score(_shuffle(rows, seed)), _score(_shuffle(swapped, seed + 1))
    expected = summbench.compare(old, new)
    for before, after in ((moved_old, new), (old, moved_new), (moved_old, moved_new)):
        report = summbench.compare(before, after)
        assert report.metric_verdicts == expected.metric_verdicts
        assert report.article_regressions == expected.article_regressions
        assert report.notes == expected.notes
    plans = [_plan(result) for result in (old, moved_old)]
    assert plans[0] == plans[1]


def _plan(result: summbench.Run) -> Any:
    try:
        return summbench.plan(result, effect=0.2, simulate=True)
    except summbench.SummbenchError as error:
        return str(error).replace(str(result.data.path), "")


def test_lists_without_ids_are_paired_by_their_texts() -> None:
    references = [f"The dam held on day {i}." for i in range(30)]
    summaries = [f"The dam held on day {i % 7}." for i in range(30)]
    rows = Random(1).sample(range(30), 30)
    plain = summbench.score({"m": summaries}, references)
    moved = summbench.score(
        {"m": [summaries[row] for row in rows]}, [references[row] for row in rows]
    )
    assert _leaderboard(plain) == _leaderboard(moved)
    report = summbench.compare(plain, moved)
    assert {(v.verdict, v.n_changed) for v in report.metric_verdicts} == {("pass", 0)}
    assert "articles are paired by their texts and references" in report.notes[0]


def _rated(count: int) -> list[Row]:
    random = Random(3)
    texts = ("The dam held.", "Rain fell on day {}.", "Boats sank, and the dam held.", "No {}.")
    rows: list[Row] = [
        {
            "id": f"a{i}",
            "document": f"Day {i // 2}.",  # each twice
            "references": [f"The dam held on day {i // 2}, and rain fell."],
            "systems": {s: t.format(i) for s, t in zip(_SYSTEMS, texts, strict=True)},
            "human": {s: {"relevance": random.randint(1, 5)} for s in _SYSTEMS},
        }
        for i in range(count)
    ]
    rows[1]["human"]["b"] = {"fluency": 2, "relevance": None}
    rows[2]["systems"]["b"] = None
    return rows


@pytest.mark.slow
def test_metaeval_and_the_audit_know_no_order(tmp_path: Path) -> None:
    rows = _rated(14)
    results = []
    for name, of_order in (("first", rows), ("second", _shuffle(rows, 1))):
        file = tmp_path / name / "rated.jsonl"
        file.parent.mkdir()
        file.write_text("".join(json.dumps(row) + "\n" for row in of_order), encoding="utf-8")
        keys: Row = {"metrics": ["rouge"], "resamples": 50, "store": str(tmp_path / name / "store")}
        agreement = metaeval_to_json(summbench.metaeval(file, **keys))
        [audit] = summbench.audit(file)
        families = [(f.conventions, f.scores.tolist(), f.flips) for f in audit.families]
        results.append((agreement, audit.systems, families))
    assert results[0] == results[1]


def _without_seconds(result: summbench.Run) -> str:
    board = result.data.leaderboard
    health = [replace(h, seconds_per_article=nan, tokens_per_second=nan) for h in board.health]
    return to_json(replace(board, health=health))


def _dropped(text: str) -> str:
    return text.partition(". ")[2]


def _failing(text: str) -> str:
    if "1" in text:
        raise ValueError(f"no {text[:7]}")
    return text[:20]


@pytest.mark.slow
def test_robustness_and_failures_of_models_know_no_order() -> None:
    rows = [*make_rows(21), {**make_rows(1)[0], "id": "again"}]
    models = {"dropped": _dropped, "failing": _failing}
    keys: dict[str, Any] = {"metrics": ["rouge"], "perturbation": ["keyboard", "byline"]}
    outputs = []
    for order, names in ((rows, models), (rows[::-1], dict(reversed(models.items())))):
        result = summbench.evaluate([names, "lead3"], [order], **keys)
        outputs.append((_without_seconds(result), result.data.read_bytes("robustness.json")))
    assert outputs[0] == outputs[1]
    assert "failed; the first, " in outputs[0][0]


@pytest.mark.slow
def test_workers_and_chunks_give_the_same_bytes() -> None:
    rows = [*make_rows(23), {**make_rows(1)[0], "id": "again"}]
    models = ["lead3", "random3", "textrank", "oracle"]
    boards = [_without_seconds(summbench.evaluate(models, [rows], metrics=["rouge", "length"]))]
    for workers in (1, 2, 3):
        executor = {
            "_target_": "summbench.evaluation.executors.processes.Processes",
            "workers": workers,
        }
        result = summbench.evaluate(
            models[::-1],
            [Random(workers).sample(rows, len(rows))],
            metrics=["rouge", "length"],
            executor=executor,
            chunk_size=4 + workers,
        )
        boards.append(_without_seconds(result))
    assert len(set(boards)) == 1


@pytest.mark.slow
def test_shards_of_rows_in_another_order_merge_to_the_same_bytes(tmp_path: Path) -> None:
    rows = [*make_rows(23), {**make_rows(1)[0], "id": "again"}]
    boards = []
    for models, parts in (
        ("lead3,random3", ["name=plain"]),
        ("random3,lead3", ["shard=2/2", "shard=1/2", "merge_shards=2"]),
    ):
        for seed, part in enumerate(parts):
            lines = [json.dumps(row) + "\n" for row in Random(seed).sample(rows, len(rows))]
            (tmp_path / "news.jsonl").write_text("".join(lines), encoding="utf-8")
            options = (*TABLE, f"model=[{models}]", f"store={len(parts)}", "chunk_size=7")
            run(tmp_path, "run", *options, part)
    for name in ("plain", "run"):
        result = summbench.load(tmp_path / "results" / name)
        boards.append(_without_seconds(result).replace(f'"name": "{name}"', ""))
    assert boards[0] == boards[1]
