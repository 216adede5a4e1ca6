"""`summbench.history` over folders, files and runs, and several candidates at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import summbench
from summbench.gate.history.file import append_line
from summbench.gate.history.reduction import reduce_run
from tests.gates import COUNT, SCORES, Run, load, moved
from tests.histories import build_line


def _write(folder: Path) -> list[Path]:
    """A release and three versions without a commit: the same, one worse, and the same again."""
    plain = Run()
    runs = {"v1": plain, "v2": moved(-0.1), "v3": replace(plain)}
    return [run.write(folder / name) for name, run in runs.items()]


def test_folders_are_versions_and_a_file_of_them_is_the_same_history(tmp_path: Path) -> None:
    folders = _write(tmp_path / "results")
    history = summbench.history(folders, release=folders[0])
    assert history.verdict == "pass"
    frame = history.to_pandas()
    assert list(frame["version"]) == ["v2", "v3"]
    assert frame["difference"].tolist() == pytest.approx([-0.1, 0])
    file = tmp_path / "history.jsonl"
    for folder in folders:
        append_line(reduce_run(load(folder)), file)
    for sources in (file, [str(file)], tmp_path / "results", [summbench.load(f) for f in folders]):
        again = summbench.history(sources, release=str(folders[0]))
        assert again.to_pandas().equals(frame)
    assert summbench.history([*folders, file]).to_pandas().equals(frame)


def test_it_is_shown_as_text_and_in_a_notebook(tmp_path: Path) -> None:
    history = summbench.history(_write(tmp_path)[:2])
    assert repr(history).startswith("<History: regressed>\nv2 (2026-11-24), the newest version")
    assert history.findings[0].startswith("Since v2 (2026-11-24) rouge.rouge2_f of m is surely")
    assert history.findings[0] in history._repr_html_()
    assert repr(history.report) == "<HistoryReport regressed: 1 version since v1; 1 regressed>"
    assert len(history.table) == 1


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("empty", "no results folder, baseline or bundle"),
        ("missing", "no results folder, baseline or bundle"),
        ("missing.jsonl", "can't be read"),
        ("text.txt", "not a bundle"),
    ],
)
def test_nonsense_is_a_sentence(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.txt").write_text("hello")
    with pytest.raises(summbench.SummbenchError, match=message):
        summbench.history(tmp_path / name)


def test_a_release_of_several_runs_is_refused(tmp_path: Path) -> None:
    folders = _write(tmp_path / "results")
    with pytest.raises(summbench.SummbenchError, match=r"has 3 runs\. Name one"):
        summbench.history(folders, release=tmp_path / "results")
    empty = tmp_path / "history.jsonl"
    empty.touch()
    with pytest.raises(summbench.SummbenchError, match="A history needs a run"):
        summbench.history(empty)


def test_a_committed_line_is_compared_with_a_folder(tmp_path: Path) -> None:
    file = tmp_path / "history.jsonl"
    append_line(build_line(1, [0.5] * 10), file)
    history = summbench.history([file, _write(tmp_path)[0]])
    assert history.verdict == "not comparable"


def test_several_candidates_are_one_family(tmp_path: Path) -> None:
    """Sign-flip p of one row is p; Holm over the two changed rows doubles the smaller one."""
    steps = [-0.02 if i % 3 else 0.015 for i in range(COUNT)]
    folders = [
        run.write(tmp_path / name)
        for name, run in {"old": Run(), "a": moved(steps), "b": moved(-0.1), "c": Run()}.items()
    ]
    alone = summbench.compare(folders[0], folders[1])
    a, b, c = summbench.compare(folders[0], folders[1:])
    p = alone.metric_verdicts[0].p_adjusted
    assert a.metric_verdicts[0].p_adjusted == p
    assert b.metric_verdicts[0].p_adjusted == pytest.approx(2 * 2 / 2**COUNT)
    assert (b.verdict, c.verdict) == ("regressed", "pass")
    assert [report.n_tested for report in (a, b, c)] == [2, 2, 2]
    assert len(SCORES) == COUNT
