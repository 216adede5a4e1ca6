"""Tables for a paper, compiled by LaTeX in a two-column article: nothing sticks out."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

import summbench
from summbench.core.errors import SummbenchError
from summbench.leaderboard.board import Leaderboard
from summbench.report.latex import render_latex
from summbench.report.markdown import render_paper_markdown
from summbench.report.paper import build_paper_tables
from summbench.report.paper_notes import name_metrics
from tests.commands import SHARED_DATA, rows, run

_SHARED = SHARED_DATA / "cnndm-multi.test.jsonl"
_ARTICLE = r"""\documentclass[twocolumn]{article}
\usepackage[T1]{fontenc}
\usepackage{lmodern,booktabs}
\begin{document}
%s
\end{document}
"""
_MODELS = ["lead1", "lead3", "random3", "textrank", "oracle"]


def _evaluate(datasets: Sequence[str]) -> Leaderboard:
    data = {name: rows(12) for name in datasets}
    scored = summbench.evaluate(_MODELS, data, ["rouge", "chrf"])  # owns the folder that is read
    return scored.data.leaderboard


@pytest.fixture(scope="module")
def board() -> Leaderboard:
    return _evaluate(["news"])


def _compile(
    folder: Path, board: Leaderboard, columns: Sequence[str] = (), engine: str = "pdflatex"
) -> str:
    """LaTeX's log; the picture of the first page stays in the folder."""
    if shutil.which(engine) is None and not os.environ.get("SUMMBENCH_NEEDS_TEX"):
        pytest.skip(f"needs {engine}")
    (folder / "paper.tex").write_text(_ARTICLE % render_latex(board, columns), encoding="utf-8")
    command = [engine, "-interaction=nonstopmode", "-halt-on-error", "paper.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode("utf-8", "replace")[-2000:]
    if shutil.which("pdftoppm"):
        subprocess.run(["pdftoppm", "-r", "100", "-png", "paper.pdf", "paper"], cwd=folder)
    return (folder / "paper.log").read_text("utf-8", "replace")


def _find_overfull(log: str) -> list[str]:
    return re.findall(r"Overfull.*|.*too large for page.*", log)


@pytest.mark.tex
def test_one_dataset_with_four_metrics_fits_a_column(tmp_path: Path, board: Leaderboard) -> None:
    columns = ["rouge.rouge1_f", "rouge.rougeL_f", "chrf.chrf2"]
    assert not _find_overfull(_compile(tmp_path, board, columns))


@pytest.mark.tex
def test_five_datasets_side_by_side_fit_a_column(tmp_path: Path) -> None:
    names = [
        f"a dataset with a long name, {n}" for n in ["first", "second", "third", "fourth", "fifth"]
    ]
    board = _evaluate(names)
    assert not _find_overfull(_compile(tmp_path, board))
    [table] = build_paper_tables(board)
    assert table.headings == ["System", "Mean", "A", "B", "C", "D", "E"]
    assert f"B: {names[1]}, 12 articles" in table.notes[0]


@pytest.mark.tex
@pytest.mark.slow
def test_the_quickstart_fits_a_column(tmp_path: Path) -> None:
    """Its systems on its corpus, but for the language model."""
    models = ["lead3", "random3", "textrank", "lexrank", "lsa", "oracle"]
    scored = summbench.evaluate(models, "newsdesk", ["rouge", "chrf"])
    assert not _find_overfull(_compile(tmp_path, scored.data.leaderboard))


@pytest.mark.tex
@pytest.mark.parametrize("engine", ["pdflatex", "lualatex"])
def test_every_script_compiles(tmp_path: Path, board: Leaderboard, engine: str) -> None:
    latin = "".join(map(chr, range(0xA0, 0x250)))
    names = [
        "\u8981\u7d04\u7cfb\u7d71\u4e00\u53f7\u6a5f\u578b",
        "\u0440\u0435\u0444\u0435\u0440\u0430\u0442",
        "\u0645\u0644\u062e\u0635 100% & more",
        "e\u0301te\u0301 \U0001f4a9 \u2028",
        *(latin[i : i + 8] for i in range(0, len(latin), 8)),
    ]
    [health, *_] = board.health
    renamed = replace(
        board,
        entries=[
            replace(e, model=name)
            for name in names
            for e in board.entries
            if e.model == health.model
        ],
        health=[replace(health, model=name) for name in names],
        models=dict.fromkeys(names, "system"),
        comparisons=[],
    )
    text = render_latex(renamed)
    assert "XeLaTeX" in text and names[0] in text
    log = _compile(tmp_path, renamed, engine=engine)
    assert not _find_overfull(log)


@pytest.mark.tex
@pytest.mark.slow
@pytest.mark.skipif(not _SHARED.exists(), reason="needs the developer's data")
def test_46_systems_fit_columns(tmp_path: Path) -> None:
    run(tmp_path, "score", str(_SHARED), "--out", "out", "metric=[rouge,chrf]")
    board = summbench.load(tmp_path / "out").data.leaderboard
    assert not _find_overfull(_compile(tmp_path, board))


@pytest.mark.tex
def test_300_systems_are_parts_that_each_fit_a_page(tmp_path: Path, board: Leaderboard) -> None:
    names = [f"system-with-a-name-{i:03}" for i in range(300)]
    entries = [e for e in board.entries if e.model == "textrank"]
    [health] = [h for h in board.health if h.model == "textrank"]
    many = replace(
        board,
        entries=[replace(e, model=name) for name in names for e in entries],
        health=[replace(health, model=name) for name in names],
        models=dict.fromkeys(names, "system"),
        comparisons=[],
    )
    text = render_latex(many)
    assert text.count(r"\begin{table}") == 12  # of at most 25
    assert "(part 12 of 12)" in text
    assert not _find_overfull(_compile(tmp_path, many))


def test_the_table_has_at_most_four_metrics_and_one_sentence_of_caption(board: Leaderboard) -> None:
    [table] = build_paper_tables(board)
    assert table.headings == ["System", "R-2", "R-1", "R-Lsum", "chrF2"]
    assert table.caption == (
        "R-2 (mean in points ± half of its 95 % interval) and means of R-1, R-Lsum and chrF2 on "
        "12 articles of news."
    )
    assert [row[0] for row in table.bounds] == ["oracle"]


def test_columns_and_models_are_chosen_and_a_wrong_name_is_a_sentence(board: Leaderboard) -> None:
    [table] = build_paper_tables(board, ["chrf.chrf2"], ["textrank", "lead3"])
    assert table.headings == ["System", "R-2", "chrF2"]
    assert [row[0] for row in table.rows] == ["textrank", "lead3"]
    with pytest.raises(SummbenchError, match=r"no metric 'chrf\.chrf' here.*chrf\.chrf2"):
        build_paper_tables(board, ["chrf.chrf"])
    with pytest.raises(SummbenchError, match="no model 'lead'"):
        build_paper_tables(board, (), ["lead"])


def test_metrics_that_would_share_a_heading_keep_their_names() -> None:
    names = name_metrics(["rouge.rouge2_f", "rouge_stem.rouge2_f", "chrf.chrf2"])
    assert list(names.values()) == ["rouge.rouge2_f", "rouge_stem.rouge2_f", "chrF2"]


def test_the_markdown_has_the_same_cells(board: Leaderboard) -> None:
    text = render_paper_markdown(board)
    [table] = build_paper_tables(board)
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    assert len(lines) == 2 + len(table.rows) + len(table.bounds)
    for line, row in zip(lines[2:], table.rows, strict=False):
        assert [cell.strip(" *") for cell in line.split("|")[1:-1]] == row


def _tie(board: Leaderboard, dataset: str) -> Leaderboard:
    """All systems of one dataset may be the best by every metric."""
    entries = [
        replace(e, rank_low=1) if e.dataset == dataset and e.rank_low is not None else e
        for e in board.entries
    ]
    return replace(board, entries=entries)


def test_a_column_without_bold_says_that_all_are_tied() -> None:
    board = _evaluate(["news", "law"])
    entries = [
        replace(e, rank_low=1 + (e.model != "lead3")) if e.rank_low is not None else e
        for e in board.entries
    ]
    sure = replace(board, entries=entries, macro=None)
    [table] = build_paper_tables(_tie(sure, "law"))
    assert {column for _, column in table.bold} == {1}
    assert "No bold in law: the tests tell no two systems apart." in table.notes
    assert any(note.startswith("Bold: ") for note in table.notes)
    [table] = build_paper_tables(_tie(_tie(sure, "law"), "news"))
    assert "No bold: the tests tell no two systems apart." in table.notes
    assert not any(note.startswith("Bold: ") for note in table.notes)


def test_a_metric_of_which_lower_is_better_says_so() -> None:
    data = {name: rows(6) for name in ("news", "law")}
    for datasets in (data, {"news": data["news"]}):
        scored = summbench.evaluate(["lead1", "lead3"], datasets, ["rouge", "copying"])
        board = scored.data.leaderboard
        text = render_latex(board, ["copying.repeated2"])
        assert "(lower is better; a diagnostic, not tested): copying.repeated2" in text
        assert ("; lower is better." if len(datasets) > 1 else r"$\downarrow$") in text
        assert "R-2 (lower" not in text and r"R-2 $\downarrow$" not in text
