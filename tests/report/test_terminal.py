"""What a terminal shows: no line too wide, no marks, and everything that is left out named."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from csv import DictReader
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

import summbench
from summbench.core.records import Estimate
from summbench.leaderboard.board import Leaderboard
from summbench.report.csv_format import render_csv
from summbench.report.html.table import render_table_page
from summbench.report.latex import render_latex
from summbench.report.macro import describe_macro
from summbench.report.markdown import render_markdown, render_paper_markdown
from summbench.report.notebook import render_notebook
from summbench.report.summary.next_steps import list_next_steps
from summbench.report.summary.problems import list_warnings
from summbench.report.summary.scope import describe_kinds
from summbench.report.summary.summary import list_all_warnings
from summbench.report.summary.verdict import (
    compare_with_best,
    describe_lead,
    explain_significance,
    write_verdict,
)
from summbench.report.summary.words import join_names
from summbench.report.terminal.leaderboard import format_leaderboard
from summbench.report.terminal.pages import format_page
from summbench.report.terminal.run import format_explanation, format_run
from summbench.report.terminal.text import Column, fit_table, shorten, shorten_all, wrap
from tests.commands import rows

_LONG = "an-organisation/a-model-with-a-long-name-Instruct-"


def _fail(text: str) -> str:
    raise RuntimeError("no memory")


def _evaluate(datasets: list[str], models: Any = None, count: int = 12) -> Leaderboard:
    models = models or ["lead1", "lead3", "random3", "textrank", "oracle"]
    scored = summbench.evaluate(models, {name: rows(count) for name in datasets}, ["rouge", "chrf"])
    return scored.data.leaderboard


@pytest.fixture(scope="module")
def board() -> Leaderboard:
    return _evaluate(["news"])


@pytest.fixture(scope="module")
def several() -> Leaderboard:
    return _evaluate([f"dataset_number_{n}" for n in range(5)])


@pytest.fixture(scope="module")
def troubled() -> Leaderboard:
    """One model fails on everything, one on some, and two long names differ in their middle."""

    def fail_on_some(text: str) -> str:
        return _fail(text) if "3" in text else text[:40]

    models: dict[str, Callable[[str], str]] = {
        "broken": _fail,
        "flaky": fail_on_some,
        f"{_LONG}1-8B": lambda text: text[:60],
        f"{_LONG}2-8B": lambda text: text[:90],
        "\u4e2d\u6587" * 30: lambda text: text[:30],
    }
    return _evaluate(["news"], models)


@pytest.mark.parametrize("width", [60, 80, 120, 200])
@pytest.mark.parametrize("name", ["board", "several", "troubled"])
def test_no_line_is_wider_than_the_terminal_and_none_has_marks(
    name: str, width: int, request: pytest.FixtureRequest
) -> None:
    board = request.getfixturevalue(name)
    for text in (format_run(board, Path("results/x"), width), format_explanation(board, width)):
        lines = text.splitlines()
        too_wide = [line for line in lines if cell_len(line) > width and " " in line.strip("- ")]
        assert too_wide == []
        assert not [mark for mark in ("**", "| ", "\\", "\x1b") if mark in text]


@pytest.mark.parametrize("count", [2, 3, 5])
def test_the_rank_that_the_legends_explain_can_be_one_of_the_table(count: int) -> None:
    models = ["lead1", "lead3", "random3", "textrank", "lexrank"][:count]
    board = _evaluate(["news", "more"], models)
    for text in (format_leaderboard(board), format_explanation(board)):
        ranges = re.findall(r"(?:rank:|all pairs\.) (\d)-(\d)\b", " ".join(text.split()))
        assert ranges and all(1 <= int(low) < int(high) <= count for low, high in ranges)


def test_the_primary_metric_stands_beside_the_model(board: Leaderboard) -> None:
    lines = format_leaderboard(board, 60).splitlines()
    heading = next(line for line in lines if line.startswith("model"))
    assert heading.split()[:4] == ["model", "rouge2_f", "best", "rank"]
    first = next(line for line in lines if line.startswith("oracle (bound)"))
    [best] = [e.estimate for e in board.entries
              if (e.model, e.metric) == ("oracle", board.primary)]  # fmt: skip
    half = 100 * (best.high - best.low) / 2
    assert f"{100 * best.mean:.2f} ± {half:.2f}" in first


@pytest.mark.parametrize("width", [60, 80, 200])
def test_a_shown_metric_is_in_the_table_or_named_as_left_out(
    board: Leaderboard, width: int
) -> None:
    text = format_leaderboard(board, width)
    heading = text.partition("\n---")[0]
    flat = " ".join(text.split())
    left_out = flat.partition("Not shown at this width: ")[2].split(". leaderboard.md")[0]
    for metric in board.display_metrics:
        assert metric.partition(".")[2] in heading or metric in left_out.split(", ")
    assert (width > 60) == (not left_out)


def test_a_wider_terminal_shows_more(board: Leaderboard) -> None:
    headings = [
        next(line for line in format_leaderboard(board, width).splitlines() if line[:5] == "model")
        for width in (45, 60, 80)
    ]
    counts = [len(heading.split()) for heading in headings]
    assert counts == sorted(set(counts))


def test_long_names_are_told_apart_and_the_failed_are_named(troubled: Leaderboard) -> None:
    text = format_leaderboard(troubled, 80)
    flat = " ".join(text.split())
    assert "Names with ... are shortened" in flat
    assert "broken: all 12 outputs failed, so it has no score." in flat
    assert flat.count("RuntimeError: no memory") == len(troubled.failures)
    count = sum(health.failed for health in troubled.health)
    assert f"Run the same command again: only the {count} failed articles are redone." in flat
    assert next(iter(list_next_steps(troubled, Path("x")))) == "the same command again"
    table = text.partition("---\n")[2].partition("\n\n")[0].splitlines()
    names = [line[:32].strip() for line in table]
    assert len(set(names)) == 5
    broken = next(line for line in table if line.startswith("broken"))
    assert broken.split()[1:3] == ["n/a", "failed"]


def test_the_same_sentences_are_everywhere(troubled: Leaderboard) -> None:
    sentences = [write_verdict(troubled, "news"), *list_all_warnings(troubled)]
    for render in (format_leaderboard, render_markdown, render_table_page, render_notebook):
        text = "".join(render(troubled).replace("\\", "").replace("&#39;", "'").split())
        for sentence in sentences:
            assert "".join(sentence.split()) in text


def test_the_verdict_says_lead_and_limit(board: Leaderboard) -> None:
    verdict = write_verdict(board, "news")
    ranked = [h.model for h in board.health if board.models[h.model] != "bound"]
    assert verdict.startswith(f"On news, {ranked[0]} ")
    [pair] = [c for c in board.comparisons if {c.a, c.b} == set(ranked[:2])]
    lead = f"Its lead over {ranked[1]} is {100 * abs(pair.difference.mean):.1f} points"
    assert lead in verdict or f"{ranked[1]} has the same mean." in verdict


@pytest.mark.parametrize(
    ("ends", "lead"),
    [
        ((0.004, 0.031), "1.6 points (95 % interval 0.4 to 3.1)"),
        ((0.00006, 0.019), "1.60 points (95 % interval 0.01 to 1.90)"),
        ((-0.00014, 0.025), "1.60 points (95 % interval -0.01 to 2.50)"),
        ((-1e-9, 0.025), "1.600 points (95 % interval 0.000 to 2.500)"),
        ((0.0, 0.025), "1.6 points (95 % interval 0.0 to 2.5)"),
    ],
)
def test_a_lead_and_its_interval_have_as_many_decimals(
    ends: tuple[float, float], lead: str
) -> None:
    assert lead in describe_lead("b", Estimate(0.016, *ends, 20, "bca"), 100.0)


@pytest.mark.parametrize(
    ("low", "p", "p_adjusted", "sentences"),
    [
        (
            0.004,
            0.01,
            0.2,
            ["Alone it would be significant; among 3 comparisons it may be chance."],
        ),
        (0.00006, 0.062, 0.19, ["The interval excludes 0, but the test decides: p = 0.062."]),
        (-0.004, 0.01, 0.03, ["The interval includes 0, but the test decides: p = 0.03."]),
        (-0.004, 0.2, 0.6, []),
        (0.004, 0.01, 0.03, []),
        (math.nan, 0.01, 0.03, []),
    ],
)  # fmt: skip
def test_an_interval_that_disagrees_with_the_verdict_is_explained(
    board: Leaderboard, low: float, p: float, p_adjusted: float, sentences: list[str]
) -> None:
    difference = Estimate(0.016, low, 0.03, 20, "bca")
    pair = replace(board.comparisons[0], difference=difference, p=p, p_adjusted=p_adjusted)
    assert explain_significance(pair, 3) == sentences


def _set_pairs(
    board: Leaderboard, best: str, p_adjusted: float, **changes: dict[str, Any]
) -> Leaderboard:
    """Every pair with this p; of the named models' pairs with the best, other fields."""
    comparisons = [replace(c, p_adjusted=p_adjusted, mde=0.02) for c in board.comparisons]
    comparisons = [
        replace(c, **changes[other])
        if best in (c.a, c.b) and (other := c.b if c.a == best else c.a) in changes
        else c
        for c in comparisons
    ]
    return replace(board, comparisons=comparisons)


def test_the_detectable_difference_is_that_of_the_corrected_test(board: Leaderboard) -> None:
    # Six pairs, by R's qnorm: (qnorm(1 - .05 / 12) + qnorm(.8)) / (qnorm(.975) + qnorm(.8)) is
    # (2.6383 + 0.8416) / (1.9600 + 0.8416) = 1.2421, and 2 points are 2.48.
    verdict = write_verdict(_set_pairs(board, "", 0.9), "news")
    assert (
        "With 12 articles, a true difference of 2.5 points has an 80 % chance of being found. This "
        "is for a typical (median) pair, after correction for 6 pairs."
    ) in verdict


def test_a_tied_model_that_is_far_away_is_explained_if_it_can_be(board: Leaderboard) -> None:
    best, *others = [h.model for h in board.health if board.models[h.model] != "bound"]
    far = replace(board.comparisons[0].difference, mean=0.5)
    close = replace(far, mean=0.01)
    near: dict[str, Any] = {model: {"difference": close} for model in others}
    plain = _set_pairs(board, best, 0.9, **near)
    assert "further away" not in write_verdict(plain, "news")
    one = near | {others[2]: {"difference": far}}
    usual = _set_pairs(board, best, 0.9, **one)
    assert f"{others[2]} is further away and still tied." in write_verdict(usual, "news")
    one[others[2]] = {"difference": far, "mde": 0.03}
    spread = _set_pairs(board, best, 0.9, **one)
    assert (
        f"{others[2]} is further away and still tied: its difference from {best} varies more from "
        "article to article."
    ) in write_verdict(spread, "news")


def test_a_floor_that_no_system_beats_is_told_second(board: Leaderboard) -> None:
    verdict = write_verdict(_set_pairs(board, "", 0.9), "news")
    floors = join_names([h.model for h in board.health if board.models[h.model] == "floor"])
    assert verdict.split(". ")[1] == f"No system is shown to be better than the floors {floors}"


def test_a_floor_that_is_tied_with_many_says_with_how_many() -> None:
    models: list[Any] = [
        "lead3",
        *({f"m{k}": lambda text, k=k: text[:k]} for k in range(20, 90, 9)),
    ]
    many = _evaluate(["news"], models)
    verdict = write_verdict(_set_pairs(many, "", 0.9), "news")
    best = next(h.model for h in many.health)
    if best != "lead3":
        assert (
            "No system is shown to be better than the floor lead3: it is among the 8 that may be "
            f"as good as {best}."
        ) in verdict


def test_a_tied_model_below_another_is_not_called_as_good(board: Leaderboard) -> None:
    tied = _set_pairs(board, "", 0.9)
    ranked = [h.model for h in board.health if board.models[h.model] != "bound"]
    entries = [
        replace(e, rank_low=2 if e.model == ranked[3] else 1) if e.rank_low else e
        for e in tied.entries
    ]
    assert (
        f"{ranked[3]} is not shown to be worse than the best, but is shown to be worse than "
        "another model."
    ) in write_verdict(replace(tied, entries=entries), "news")
    assert "another model" not in write_verdict(board, "news")


def test_systems_with_one_set_of_summaries_are_named() -> None:
    models: list[Any] = [
        "lead1",
        {"copy": lambda text: text[:40]},
        {"same": lambda text: text[:40]},
    ]
    assert list_warnings(_evaluate(["news"], models), "news") == [
        "copy and same have equal scores by every metric on every article. Are their summaries the "
        "same file?"
    ]


def test_too_few_datasets_are_what_is_missing() -> None:
    board = _evaluate(["news", "more"], ["lead1", "lead3", "random3"])
    assert board.macro is not None and not board.macro.can_generalize
    needed = board.macro.datasets_needed
    [verdict, limit, *_] = describe_macro(board.macro)
    assert "Its lead over" in verdict or "has the same mean" in verdict
    assert limit == (
        f"To claim this for other datasets, at least {needed} are needed; these are 2."
    )
    steps = list_next_steps(board, Path("x"))
    assert "summbench list datasets" in steps and "summbench plan x" not in steps


def test_summaries_with_markup_are_scored_again_in_the_roles_that_they_have() -> None:
    marked = {"marked": lambda text: f"{text[:40]} &amp;amp; &lt;p&gt;"}
    roles = list_next_steps(_evaluate(["news"], [marked, "oracle"]), Path("x"))
    assert "the same command with score_normalization=unmark" in roles
    systems = list_next_steps(_evaluate(["news"], [marked]), Path("x"))
    assert "summbench score x score_normalization=unmark" in systems


def test_against_one_model_the_verdict_is_about_it(board: Leaderboard) -> None:
    pairs = [replace(c, p_adjusted=0.001) for c in board.comparisons if "random3" in (c.a, c.b)]
    against = replace(board, vs="random3", comparisons=pairs)
    words = compare_with_best(against, "news")
    ranked = [h.model for h in board.health if board.models[h.model] != "bound"]
    place = ranked.index("random3")
    assert {m: words[m] for m in ranked} == {
        m: "better" if i < place else "-" if i == place else "worse" for i, m in enumerate(ranked)
    }
    assert write_verdict(against, "news").startswith("Against random3 on news, by rouge.rouge2_f: ")


def test_without_scores_there_is_no_verdict_and_the_reason() -> None:
    alone = _evaluate(["news"], ["lead3"])
    assert "no other model to compare lead3 with" in write_verdict(alone, "news")
    assert "one article cannot show" in write_verdict(_evaluate(["news"], count=1), "news")
    everything = _evaluate(["news"], {"broken": _fail})
    assert write_verdict(everything, "news") == (
        "On news every output of every model failed, so there is no verdict."
    )
    few = write_verdict(_evaluate(["news"], ["lead1", "random3"], count=3), "news")
    assert "Fewer than 5 common articles are too few for a test or an interval." in few


@pytest.mark.parametrize(("count", "has_interval"), [(2, False), (4, False), (5, True)])
def test_a_mean_of_fewer_than_five_articles_has_no_interval(count: int, has_interval: bool) -> None:
    few = _evaluate(["news"], ["lead1", "random3"], count=count)
    assert {e.estimate.n for e in few.entries} == {count}
    for entry in few.entries:
        borders = entry.estimate.low, entry.estimate.high
        assert [math.isnan(border) for border in borders] == [not has_interval] * 2
    csv = list(DictReader(render_csv(few).splitlines()))
    assert {bool(row["low"] and row["high"]) for row in csv} == {has_interval}
    for text in (
        format_leaderboard(few), render_markdown(few), render_table_page(few),
        render_latex(few).replace(r"$\pm$", "±"), render_paper_markdown(few),
    ):  # fmt: skip
        assert ("±" in text) == has_interval


def test_a_problem_of_many_models_is_one_line(board: Leaderboard) -> None:
    health = [replace(board.health[1], model=f"m{k}", empty=k) for k in range(1, 9)]
    many = replace(board, health=health, models={h.model: "system" for h in health}, entries=[])
    assert list_warnings(many, "news")[0] == (
        "8 models: outputs are empty. Of 12 each: m8 8, m7 7, m6 6, m5 5, m4 4, and 3 more models."
    )


def test_kinds_are_a_line_each(board: Leaderboard) -> None:
    assert describe_kinds(board) == [
        "lead1 and lead3 (floors): simple methods that a useful system should beat.",
        "random3 (baseline): for comparison only.",
        "oracle (bound): uses the references; an upper limit, not a system.",
    ]


def test_many_names_are_counted() -> None:
    assert join_names(list("abcdefgh")) == "a, b, c, d, e and 3 more"
    assert join_names(list("abcdef")) == "a, b, c, d, e and f"


@given(st.text(min_size=1), st.integers(16, 40))
def test_a_short_name_fits_and_a_fitting_one_is_whole(name: str, width: int) -> None:
    assert cell_len(shorten(name, width)) <= width
    if cell_len(name) <= width:
        assert shorten(name, width) == name


@given(st.lists(st.text("ab", min_size=1, max_size=40), unique=True, max_size=8))
def test_short_names_stay_apart(names: list[str]) -> None:
    short = shorten_all(names, 16)
    assert len(set(short.values())) == len(names)


@given(st.lists(st.text("a\u732b", min_size=1, max_size=12)), st.integers(20, 60))
def test_wrapped_text_keeps_every_character(words: list[str], width: int) -> None:
    lines = wrap(" ".join(words), width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(words)


def test_columns_that_do_not_fit_are_left_out_by_priority() -> None:
    columns = [
        Column("name", ["x"], is_name=True),
        *(Column(f"c{i}", ["1" * 10]) for i in range(5)),
    ]
    table = fit_table(columns, 40, 2)
    assert table.omitted == ["c3", "c4"]
    assert table.lines[-1].split() == ["x", *["1" * 10] * 3]


def test_a_page_of_markdown_has_no_marks_and_names_what_it_leaves_out() -> None:
    page = (
        "# Gate: \\[x\\]\n\n- **bold** and `code`\n\n"
        f"| a\\|b | {' | '.join(f'n{i}' for i in range(9))} |\n"
        f"| --- | {' | '.join(['---:'] * 9)} |\n"
        f"| m\\_1 | {' | '.join(['123456789'] * 9)} |\n\n> said \\*so\\*\n"
    )
    text = format_page(page, 60)
    assert "Gate: [x]\n---------" in text and "- bold and code" in text
    assert "  said *so*" in text and "m_1" in text
    assert "Not shown at this width: n5, n6, n7, n8." in text
