"""Datasets are paired by their articles, systems by name, by a map, or as the only ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Example
from summbench.gate.alignment import pair_ids
from summbench.gate.verdict import run_gate
from tests.commands import jsonl, run
from tests.gates import COUNT, SCORES, Run, articles, load

_TWO = {"old": SCORES, "other": SCORES}


def test_articles_are_paired_by_id_then_by_hash_each_once() -> None:
    old = {"a": "1", "b": "2", "c": "2", "d": "3"}
    new = {"x": "2", "b": "2", "a": "9", "y": "1", "z": "2"}
    assert pair_ids(old, new) == {"y": "a", "b": "b", "x": "c"}
    assert pair_ids({"a": ""}, {"a": ""}) == {}


def test_files_of_other_names_are_compared_by_their_articles(tmp_path: Path) -> None:
    rows = [
        {"document": f"Article number {i} is about the sea.", "references": f"The sea {i}.",
         "summary": f"Sea number {i} is here."} for i in range(12)
    ]  # fmt: skip
    jsonl(tmp_path / "release.jsonl", rows)
    jsonl(tmp_path / "candidate.jsonl", rows[::-1])
    for name in ("release", "candidate"):
        run(tmp_path, "score", f"{name}.jsonl", "--out", name)
    text = " ".join(run(tmp_path, "compare", "release", "candidate").stdout.split())
    assert text.startswith("Verdict: pass.")
    assert "release of the baseline is compared with candidate of the candidate: the same" in text


@pytest.mark.parametrize(
    ("models", "model_map", "verdicts"),
    [
        (_TWO, {}, {"old": "pass", "other": "pass"}),
        ({"new": SCORES, "other": SCORES}, {"old": "new"}, {"old": "pass", "other": "pass"}),
        ({"new": SCORES, "other": SCORES}, {}, {"old": "not comparable", "other": "pass"}),
        # a name of the candidate may be used twice
        ({"other": SCORES}, {"old": "other"}, {"old": "pass", "other": "pass"}),
    ],
)
def test_systems_are_paired_by_name_or_map(
    tmp_path: Path, models: dict[str, list[float]], model_map: dict[str, str],
    verdicts: dict[str, str],
) -> None:  # fmt: skip
    before = load(Run(_TWO).write(tmp_path / "before"))
    after = load(Run(models).write(tmp_path / "after"))
    report = run_gate(before, after, model_map=model_map)
    assert {row.model: row.verdict for row in report.metric_verdicts} == verdicts


@pytest.mark.parametrize(
    ("model_map", "message"),
    [
        ({"gone": "m"}, "--map gone=m: the baseline has no model 'gone'"),
        ({"m": "M"}, "--map m=M: the candidate has no model 'M'"),
    ],
)
def test_a_map_of_names_that_are_not_there_is_refused(
    tmp_path: Path, model_map: dict[str, str], message: str
) -> None:
    folder = load(Run().write(tmp_path / "run"))
    with pytest.raises(SummbenchError, match=message):
        run_gate(folder, folder, model_map=model_map)


def _without(n_gone: int, n_new: int = 0, loss: float = 0.0) -> Run:
    """The plain run without its first articles, with others, under ids of their own."""
    examples = [replace(e, article=Article(f"b{i}", e.article.text))
                for i, e in enumerate(articles()[n_gone:])]  # fmt: skip
    examples += [Example(Article(f"n{i}", f"new text {i}"), ("ref",)) for i in range(n_new)]
    scores = [score - loss for score in SCORES[n_gone:]] + [0.9] * n_new
    return Run({"m": scores}, examples)


@pytest.mark.parametrize(
    ("n_gone", "n_new", "loss", "verdict"),
    [
        (3, 0, 0.0, "pass"),  # 3 of 30 are 10 %, and not more
        (3, 9, 0.0, "pass"),  # new articles are not judged
        (4, 0, 0.0, "inconclusive"),
        (4, 0, -0.05, "inconclusive"),  # no improvement either
        (4, 0, 0.05, "regressed"),  # a loss is a loss
        (COUNT, 5, 0.0, "not comparable"),  # none in common
    ],
)
def test_common_articles_are_judged_and_much_that_is_gone_never_passes(
    tmp_path: Path, n_gone: int, n_new: int, loss: float, verdict: str
) -> None:
    before = load(Run().write(tmp_path / "before"))
    after = load(_without(n_gone, n_new, loss).write(tmp_path / "after"))
    [row] = run_gate(before, after, common=True).metric_verdicts
    assert row.verdict == verdict
    report = run_gate(before, after)
    assert report.verdict == "not comparable"
    if n_gone < COUNT:
        assert row.n_articles == COUNT - n_gone
        hint = f"--common judges the {COUNT - n_gone} articles that both have"
        assert hint in report.metric_verdicts[0].reason


def test_what_is_left_is_said(tmp_path: Path) -> None:
    before = load(Run().write(tmp_path / "before"))
    after = load(_without(4, 2).write(tmp_path / "after"))
    notes = run_gate(before, after, common=True).notes
    assert notes[0] == (
        "news: judged on the 26 articles that both have, of 30 in the baseline and 28 in the "
        "candidate. More than 10 % are gone: nothing can pass."
    )
