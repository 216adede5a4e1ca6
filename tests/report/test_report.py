"""Four renderings of one table parse back to the same values, whatever the names are."""

from __future__ import annotations

import csv
import io
import math
import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summbench.core.errors import SummbenchError
from summbench.core.records import Estimate, Kind
from summbench.leaderboard.board import (
    Comparison,
    DatasetInfo,
    Entry,
    Health,
    Leaderboard,
    LeaderboardMetric,
)
from summbench.leaderboard.serialization import from_json, to_json
from summbench.report.csv_format import render_csv
from summbench.report.latex import render_latex
from summbench.report.markdown import render_markdown

_METRICS = {
    "rouge.rouge1_f": LeaderboardMetric("higher", "quality", "rouge|stem:no|v:1"),
    "rouge.rouge2_f": LeaderboardMetric("higher", "quality", "rouge|stem:no|v:1"),
    "length.tokens": LeaderboardMetric("neither", "diagnostic", "length|v:1"),
}
_NAN = float("nan")
_WORDS = {0: "best", 1: "tied"}
"""Only these two were compared with the best."""
_NAMES = [
    "plain", "a/b c", "Größe_läuft", "x" * 300, "pipe|and`tick`", "$\\alpha$_{#%&~^}",
    "<b>&amp;</b>", "=SUM(A1)", "*bold*[x](y)", "[2cm]", "a--b",
]  # fmt: skip


def _board(names: list[str]) -> Leaderboard:
    kinds: list[Kind] = ["system", "floor", "bound"]
    means = [0.5 - 0.0123456789 * i for i in range(len(names))]
    return Leaderboard(
        name="test | of_names",
        primary="rouge.rouge2_f",
        vs=None,
        display_metrics=list(_METRICS),
        datasets={"news": DatasetInfo(50, "ab" * 32)},
        models={name: kinds[i % 3] for i, name in enumerate(names)},
        metrics=_METRICS,
        entries=[
            _entry(i, name, mean, metric)
            for i, (name, mean) in enumerate(zip(names, means, strict=True))
            for metric in _METRICS
        ],
        comparisons=[
            Comparison("news", "rouge.rouge2_f", a, b, Estimate(0.01, -0.02, 0.04, 50, "bca"),
                       0.3, 0.6, "holm", 20, 10, 20, math.nan, 0.02)
            for a, b in pairwise(names)
        ],
        health=[
            Health("news", name, 50, 0, 1, 2, 3, 4, 0, 5, 6, 60.0, 0.25, 240.0) for name in names
        ],
        failures={names[0]: "1 of 50 articles failed"},
    )  # fmt: skip


def _entry(place: int, name: str, mean: float, metric: str) -> Entry:
    """Nobody is better than the first two; every third is a bound, which has no rank."""
    if metric == "length.tokens" or place % 3 == 2:
        return Entry("news", name, metric, _estimate(mean, metric), 0)
    rank = 1 if place < 2 else 3
    estimate = _estimate(mean, metric)
    return Entry("news", name, metric, estimate, 0, rank, 4, 1, "ab", mean, mean / 2)


def _estimate(mean: float, metric: str) -> Estimate:
    if metric == "length.tokens":
        return Estimate(60 * mean, _NAN, _NAN, 1, "none")
    return Estimate(mean, mean - 0.05, mean + 0.05, 50, "bca")


def _shown(board: Leaderboard) -> list[list[str]]:
    """What a table for people must say, worked from the records."""
    rows = []
    for place, health in enumerate(board.health):
        mean = 0.5 - 0.0123456789 * place
        points = f"{100 * mean:.2f} ± 5.00"
        bound = place % 3 == 2
        bold = "**{}**" if not bound and place < 2 else "{}"
        rows.append(
            [
                health.model,
                ["", "floor", "bound"][place % 3],
                bold.format(points),
                *(["-"] * 2 if bound else [_WORDS.get(place, "n/a"), f"{1 if place < 2 else 3}-4"]),
                *(["n/a"] * 2 if bound else [f"{mean:.2f}", f"{50 * mean:.2f}"]),
                bold.format(points),
                f"{60 * mean:.2f} (1 of 50)",
                "0", "1", "2", "3", "4", "5", "6", "0.25",
            ]
        )  # fmt: skip
    return rows


def _unescaped(text: str) -> str:
    return re.sub(r"\\([\\`*_\[\]<>|~#&$])", r"\1", text)


def _markdown_rows(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.startswith("| ")][2:]
    cells = [re.split(r"(?<!\\)\|", line)[1:-1] for line in lines]
    return [[_unescaped(cell.strip()) for cell in row] for row in cells]


_TEX = {
    r"\textbackslash{}": "\\", r"\textasciitilde{}": "~", r"\textasciicircum{}": "^",
    r"\textless{}": "<", r"\textgreater{}": ">", r"\textbar{}": "|", r"$\pm$": "±",
    r"\textasciigrave{}": "`", "{[}": "[", "{]}": "]", "{*}": "*", "-{}-": "--",
    **{f"\\{c}": c for c in "&%$#_{}"},
}  # fmt: skip


def _latex_rows(text: str) -> list[list[str]]:
    body = text.split("\\midrule\n", 1)[1].split("  \\bottomrule")[0].replace("  \\midrule\n", "")
    pattern = re.compile("|".join(re.escape(key) for key in sorted(_TEX, key=len, reverse=True)))
    lines = [line.strip().removesuffix(r"\\").rstrip() for line in body.splitlines()]
    cells = [re.split(r"(?<!\\) & ", f"{line} ") for line in lines]
    bold = re.compile(r"\\textbf\{(.*)\}")
    plain = [[bold.sub(r"**\1**", cell.strip()) for cell in row] for row in cells]
    return [[pattern.sub(lambda m: _TEX[m[0]], cell).strip() for cell in row] for row in plain]


def test_markdown_parses_back_to_the_table() -> None:
    board = _board(_NAMES)
    assert _markdown_rows(render_markdown(board)) == _shown(board)


def test_latex_parses_back_to_system_primary_and_means_bounds_last() -> None:
    board = _board([name for name in _NAMES if len(name) <= 18])
    rows = sorted(_shown(board), key=lambda row: row[1] == "bound")
    expected = [[row[0], row[2], row[7].replace(" ± 5.00", "")] for row in rows]
    assert _latex_rows(render_latex(board)) == expected


def test_long_names_are_shortened_apart_and_the_note_has_them_whole() -> None:
    names = ["x" * 300, "y" * 40 + "1" + "z" * 40, "y" * 40 + "2" + "z" * 40]
    text = render_latex(_board(names))
    shown = [row[0] for row in _latex_rows(text)]
    assert len(set(shown)) == 3 and max(map(len, shown)) <= 18
    whole = {short: f"{short}: {name}." for short, name in zip(shown, names, strict=True)}
    assert all(note.replace("#", r"\#") in text for note in whole.values())


def test_csv_parses_back_to_every_entry_at_full_precision() -> None:
    board = _board(_NAMES)
    rows = list(csv.DictReader(io.StringIO(render_csv(board))))
    assert len(rows) == len(board.entries)
    for row, entry in zip(rows, board.entries, strict=True):
        assert row["model"].removeprefix("'") == entry.model
        assert float(row["mean"]) == entry.estimate.mean
        low = float(row["low"]) if row["low"] else _NAN
        assert low == entry.estimate.low or (math.isnan(low) and math.isnan(entry.estimate.low))
        assert (int(row["n"]), row["method"]) == (entry.estimate.n, entry.estimate.method)
        assert row["kind"] == board.models[entry.model]
        assert (row["cluster"], row["letters"]) == (str(entry.cluster or ""), entry.letters)
        assert row["normalized_score"] == (
            "" if math.isnan(entry.normalized_score) else repr(entry.normalized_score)
        )
        assert row["signature"] == board.metrics[entry.metric].signature


def test_json_parses_back_to_the_same_object() -> None:
    board = _board(_NAMES)
    text = to_json(board)
    assert "NaN" not in text
    assert repr(from_json(text, "test")) == repr(board)  # repr, as NaN is not equal to itself


def test_the_four_renderings_of_a_parsed_table_are_the_same_bytes() -> None:
    board = _board(_NAMES)
    again = from_json(to_json(board), "test")
    for render in (render_markdown, render_latex, render_csv, to_json):
        assert render(again) == render(board)


@pytest.mark.parametrize("name", ["=SUM(A1)", "+1", "-1", "@x", "\t=1", " =1", "\uff1d1", "\n=1"])
def test_a_spreadsheet_runs_no_formula(name: str) -> None:
    metric = f"{name}.x"
    board = _board([name])
    entry = replace(board.entries[0], metric=metric)
    board = replace(
        board, entries=[entry], metrics={metric: LeaderboardMetric("higher", "quality", name)}
    )
    [row] = csv.DictReader(io.StringIO(render_csv(board)))
    assert (row["model"], row["metric"], row["signature"]) == (f"'{name}", f"'{metric}", f"'{name}")


def test_no_latex_row_begins_with_what_the_line_break_before_it_takes() -> None:
    text = render_latex(_board(["[2cm]", "*x"]))
    assert "  {[}2cm{]} & " in text and "  {*}x & " in text


def test_a_signature_with_backticks_stays_code() -> None:
    board = _board(["m"])
    metrics = {name: replace(info, signature="a`b``c") for name, info in _METRICS.items()}
    assert "``` a`b``c ```" in render_markdown(replace(board, metrics=metrics))


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1).map(str.strip)
)
def test_no_name_breaks_a_markdown_or_latex_row(name: str) -> None:
    board = _board([name or "x"])
    assert len(_markdown_rows(render_markdown(board))) == len(_latex_rows(render_latex(board))) == 1
    assert [len(row) for row in _markdown_rows(render_markdown(board))] == [16]


def test_a_dataset_without_references_says_so() -> None:
    board = _board(["m"])
    kept = [entry for entry in board.entries if entry.metric == "length.tokens"]
    text = render_markdown(replace(board, entries=kept))
    assert "needs references, which this dataset does not have" in text
    assert "rouge1" not in text


def test_a_model_without_a_mean_shows_that_there_is_none() -> None:
    board = _board(["m"])
    nothing = Estimate(_NAN, _NAN, _NAN, 0, "none")
    entries = [Entry("news", "m", e.metric, nothing, 50) for e in board.entries]
    assert render_markdown(replace(board, entries=entries)).count("n/a") == 3


def test_versus_one_model_the_differences_are_those_to_it() -> None:
    board = _board(["a", "b", "c"])
    first, second = board.comparisons
    text = render_markdown(
        replace(board, vs="b", comparisons=[first, replace(second, p_adjusted=0.01)])
    )
    heading, _, *rows = [line for line in text.splitlines() if line.startswith("|")]
    column = [cell.strip() for cell in heading.split("|")].index("vs b")
    cells = [row.split("|")[column].strip() for row in rows]
    # b less c is .01 from -.02 to .04, so c less b is -.01; significant by its adjusted p of .01.
    assert cells == ["+1.00 ± 3.00", "-", "-1.00 ± 3.00*"]
    assert "cluster" not in heading


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema_version": 2}', '{"schema_version": 1}'])
def test_what_is_no_leaderboard_is_refused_by_name(text: str) -> None:
    with pytest.raises(SummbenchError, match=r"here\.json"):
        from_json(text, "here.json")
