"""The figures: what is drawn is what the board says, at a paper's size, and nothing else."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from summbench.core.records import Estimate, Kind
from summbench.leaderboard.board import (
    Comparison,
    DatasetInfo,
    Entry,
    Health,
    Leaderboard,
    LeaderboardMetric,
)
from summbench.report.plots.distributions import draw_distributions
from summbench.report.plots.files import FORMATS, draw_figures
from summbench.report.plots.intervals import draw_intervals
from summbench.report.plots.pairwise import draw_pairwise
from summbench.report.plots.tradeoffs import draw_length, draw_speed
from summbench.report.sanitize import sanitize
from tests.commands import python, run

_NAN = float("nan")
_PRIMARY = "rouge.rouge2_f"
_METRICS = {
    _PRIMARY: LeaderboardMetric("higher", "quality", "rouge|v:1"),
    "length.tokens": LeaderboardMetric("neither", "diagnostic", "length|v:1"),
}
_KINDS: dict[str, Kind] = {"top": "bound", "best": "system", "lead": "floor", "lot": "baseline"}
_MEANS = {"top": 0.30, "best": 0.20, "lead": 0.15, "lot": 0.05}
_WORDS = {"top": 90.0, "best": 60.0, "lead": 55.0, "lot": 40.0}
_SECONDS = {"top": 0.5, "best": 2.0, "lead": 0.001, "lot": 0.01}
_CLUSTERS = {"best": 1, "lead": 1, "lot": 2}
_SCORES = {("news", name): [mean - 0.02, mean, mean + 0.02] for name, mean in _MEANS.items()}


def _compared(a: str, b: str, p: float) -> Comparison:
    difference = Estimate(_MEANS[a] - _MEANS[b], 0.0, 1.0, 3, "student-t")
    return Comparison("news", _PRIMARY, a, b, difference, p, p, "holm", 2, 0, 1, 1.0, 0.1)


_BOARD = Leaderboard(
    name="run",
    primary=_PRIMARY,
    vs=None,
    display_metrics=list(_METRICS),
    datasets={"news": DatasetInfo(3, "ab" * 32)},
    models=_KINDS,
    metrics=_METRICS,
    entries=[
        *(
            Entry("news", m, _PRIMARY, Estimate(mean, mean - 0.03, mean + 0.04, 3, "bca"), 0,
                  cluster=_CLUSTERS.get(m))
            for m, mean in _MEANS.items()
        ),
        *(
            Entry("news", m, "length.tokens", Estimate(words, _NAN, _NAN, 3, "none"), 0)
            for m, words in _WORDS.items()
        ),
    ],
    comparisons=[_compared("lead", "best", 0.4), _compared("best", "lot", 0.0004),
                 _compared("lead", "lot", 0.02)],
    health=[
        Health("news", m, 3, 0, 0, 0, 0, 0, 0, 0, 0, _WORDS[m], seconds, 1.0)
        for m, seconds in _SECONDS.items()
    ],
)  # fmt: skip


def _figure(made: Figure | str) -> Figure:
    assert isinstance(made, Figure), made
    return made


def _lines(figure: Figure, gid: str) -> list[Line2D]:
    return [line for line in figure.axes[0].get_lines() if line.get_gid() == gid]


def _points(figure: Figure, gid: str = "mean") -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for line in _lines(figure, gid):
        xs: Sequence[Any] = list(line.get_xdata())  # type: ignore[arg-type]
        ys: Sequence[Any] = list(line.get_ydata())  # type: ignore[arg-type]
        found += [(round(float(x), 9), round(float(y), 9)) for x, y in zip(xs, ys, strict=True)]
    return found


def test_intervals_are_the_boards_in_points_best_first() -> None:
    figure = _figure(draw_intervals(_BOARD, "news"))
    assert _points(figure) == [(30, 0), (20, 1), (15, 2), (5, 3)]
    assert _points(figure, "interval")[:4] == [(27, 0), (34, 0), (17, 1), (24, 1)]
    labels = [text.get_text() for text in figure.axes[0].get_yticklabels()]
    assert labels == ["top", "best", "lead", "lot"]


def test_floor_and_bound_are_lines_and_the_second_cluster_has_a_band() -> None:
    figure = _figure(draw_intervals(_BOARD, "news"))
    assert _points(figure, "floor") == [(15, 0), (15, 1)]
    assert _points(figure, "bound") == [(30, 0), (30, 1)]
    band = next(p for p in figure.axes[0].patches if p.get_gid() == "cluster")
    assert band.get_extents().height == pytest.approx(
        figure.axes[0].transData.transform((0, 2.5))[1]
        - figure.axes[0].transData.transform((0, 3.5))[1]
    )


def test_kinds_differ_by_shape_not_by_colour_alone() -> None:
    shapes = [line.get_marker() for line in _lines(_figure(draw_intervals(_BOARD, "news")), "mean")]
    assert len(set(shapes)) == 4


def test_the_matrix_has_differences_above_and_adjusted_p_below() -> None:
    figure = _figure(draw_pairwise(_BOARD, "news"))
    cells = {t.get_position(): (t.get_text(), t.get_fontweight()) for t in figure.axes[0].texts}
    assert cells == {
        (1, 0): ("5.00", "normal"), (0, 1): (".400", "normal"),
        (2, 0): ("15.00", "bold"), (0, 2): ("<.001", "bold"),
        (2, 1): ("10.00", "bold"), (1, 2): (".020", "bold"),
    }  # fmt: skip
    framed = {p.get_xy() for p in figure.axes[0].patches if p.get_gid() == "frame"}  # type: ignore[attr-defined]
    assert len(framed) == 4


def test_speed_has_the_pareto_front_without_the_bound() -> None:
    figure = _figure(draw_speed(_BOARD, "news"))
    # The baseline is slower and worse than the floor; the bound is no system.
    assert _points(figure, "front") == [(0.001, 15), (2, 20)]
    assert sorted(_points(figure)) == [(0.001, 15), (0.01, 5), (2, 20)]
    assert figure.axes[0].get_xscale() == "log"


def test_length_is_against_the_score() -> None:
    assert _points(_figure(draw_length(_BOARD, "news"))) == [(90, 30), (60, 20), (55, 15), (40, 5)]


def test_distributions_are_the_quantiles_of_the_articles() -> None:
    own = {model: values for (_, model), values in _SCORES.items()} | {"best": [0, 0.1, _NAN, 0.5]}
    figure = _figure(draw_distributions(_BOARD, "news", own))
    # 0, 10, 50: the median is 10, the quartiles 5 and 30, the mean 20; undefined is left out.
    assert _points(figure, "median")[1] == (10, 1)
    assert _points(figure, "quartiles")[2:4] == [(5, 1), (30, 1)]
    assert _points(figure)[1] == (20, 1)


def test_what_can_not_be_drawn_says_why() -> None:
    only = replace(
        _BOARD, models={"best": "system"}, comparisons=[],
        entries=[e for e in _BOARD.entries if (e.model, e.metric) == ("best", _PRIMARY)],
        health=[replace(_BOARD.health[1], seconds_per_article=0.0)],
    )  # fmt: skip
    assert draw_pairwise(only, "news") == "there are no two models to compare"
    assert draw_speed(only, "news") == "no model has a time: the summaries were made elsewhere"
    assert draw_length(only, "news") == "length.tokens was not among the metrics"
    assert draw_pairwise(replace(_BOARD, vs="lead"), "news") == (
        "every model was compared with lead only; see the table"
    )
    bare = replace(_BOARD, entries=[e for e in _BOARD.entries if e.metric != _PRIMARY])
    for draw in (draw_intervals, draw_pairwise, draw_length, draw_speed):
        assert (
            draw(bare, "news") == f"{_PRIMARY} needs references, which this dataset does not have"
        )


def test_a_name_is_no_formula_and_a_long_one_is_cut() -> None:
    names = {"top": "$\\frac{$", "best": "x" * 300, "lead": "lead", "lot": "a_b^c"}
    entries = [replace(e, model=names[e.model]) for e in _BOARD.entries]
    kinds = {names[name]: kind for name, kind in _KINDS.items()}
    odd = replace(_BOARD, models=kinds, entries=entries, comparisons=[])
    assert len(draw_figures(odd, {}, ["svg"])[0]) == 3


@pytest.mark.slow
def test_files_have_their_format_their_size_and_no_date() -> None:
    files, _ = draw_figures(_BOARD, _SCORES, FORMATS)
    assert len(files) == 15
    assert files["news-intervals.pdf"].startswith(b"%PDF-1")
    assert b"/FontFile2" in files["news-intervals.pdf"]  # TrueType, embedded
    assert b"CreationDate" not in files["news-intervals.pdf"]
    assert b"<dc:date>" not in files["news-intervals.svg"] and b"<svg" in files["news-length.svg"]
    png = files["news-pairwise.png"]
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">2I", png[16:24]) == (990, 1065)  # 3.3 by 3.55 inches at 300 dpi
    assert draw_figures(_BOARD, _SCORES, FORMATS) == (files, {})


def test_forty_six_systems_get_a_taller_figure_and_a_matrix_of_dots() -> None:
    names = [f"system{i:02}" for i in range(46)]
    entries = [
        Entry("news", n, _PRIMARY, Estimate(0.5 - i / 100, 0, 1, 3, "bca"), 0)
        for i, n in enumerate(names)
    ]
    pairs = [replace(_compared("best", "lot", 0.0), a=names[0], b=n) for n in names[1:]]
    kinds: dict[str, Kind] = dict.fromkeys(names, "system")
    many = replace(_BOARD, models=kinds, entries=entries, comparisons=pairs)
    assert _figure(draw_intervals(many, "news")).get_size_inches().tolist() == pytest.approx(
        [3.3, 7.88]
    )
    figure = _figure(draw_pairwise(many, "news"))
    assert figure.get_size_inches()[0] == 6.9
    dots = [len(c.get_offsets()) for c in figure.axes[0].collections]  # type: ignore[arg-type]
    assert dots == [45, 0, 0]  # p = 0 is the smallest of the three levels, and only that


def test_two_names_never_share_a_file() -> None:
    assert sanitize("cnn_dailymail") == "cnn_dailymail"
    assert len({sanitize(n) for n in ("a/b", "a b", "a_b", "..", "../..", "", "Ü", "x" * 300)}) == 8
    assert all(
        "/" not in sanitize(n) and not sanitize(n).startswith(".") for n in ("../x", ".", "/")
    )


@pytest.mark.slow
def test_report_draws_into_the_folder_of_the_run(tmp_path: Path) -> None:
    run(tmp_path, "run", "model=[lead3,random3]", "limit=6", "metric=[rouge]", "name=a")
    said = run(tmp_path, "report", "results/a", "--plots", "png,svg").stdout
    assert "Not drawn: newsdesk-length: length.tokens was not among the metrics." in said
    drawn_there = sorted(path.name for path in (tmp_path / "results/a/plots").iterdir())
    assert "newsdesk-intervals.png" in drawn_there and "newsdesk-distributions.svg" in drawn_there
    refused = run(tmp_path, "report", "results/a", "--plots", "gif", code=1).stderr
    assert "Unknown plot format 'gif'; the formats are pdf, png, svg." in " ".join(refused.split())


def test_intervals_without_bounds_are_not_drawn() -> None:
    entries = [
        replace(e, estimate=replace(e.estimate, low=_NAN, high=_NAN)) for e in _BOARD.entries
    ]
    figure = _figure(draw_intervals(replace(_BOARD, entries=entries), "news"))
    assert not _lines(figure, "interval")
    assert all(math.isfinite(x) for x, _ in _points(figure))


@pytest.mark.slow
def test_without_matplotlib_the_command_that_installs_it_is_named(tmp_path: Path) -> None:
    run(tmp_path, "run", "model=[lead3]", "limit=3", "metric=[rouge]", "name=a")
    code = (
        "import sys; sys.modules['matplotlib'] = None; sys.argv[1:] = ['report', 'results/a', "
        "'--plots', 'png']; from summbench.cli import main; main()"
    )
    done = python(tmp_path, "-c", code)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "needs the package 'matplotlib'. Install it: pip install " in " ".join(
        done.stderr.split()
    )
