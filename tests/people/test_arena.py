"""An arena before servers and functions: what is asked, stored, counted and estimated."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from itertools import combinations
from math import isnan, log
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import summbench
from summbench.core.errors import SummbenchError
from summbench.people.arena_result import Arena, to_json
from summbench.people.arena_text import describe_plan, render_arena
from summbench.people.contest import schedule_meetings
from summbench.report.terminal.pages import format_page
from tests.servers import Moody, moody

_SYSTEMS = ("good", "middling", "poor")
_PAIRS = list(combinations(_SYSTEMS, 2))


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _make_run(
    articles: int = 12, systems: tuple[str, ...] = _SYSTEMS, **changes: dict[str, str]
) -> summbench.Run:
    """A run whose summaries name their system and article; `changes` replaces some of a system."""
    rows = [
        {
            "id": f"a{i:02}",
            "document": f"Article {i} has news.",
            "references": ["News."],
            "systems": {
                name: changes.get(name, {}).get(f"a{i:02}", f"{name} wrote number {i}")
                for name in systems
            },
        }
        for i in range(articles)
    ]
    Path("rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return summbench.evaluate(
        models={"all": {"_target_": "summbench.models.replay.Replay", "_kind_": "replay",
                        "path": "rows.jsonl"}},
        datasets=["rows.jsonl"], metrics=["rouge"], n_examples="all",
    )  # fmt: skip


def _show(prompt: str) -> tuple[str, str]:
    """The two summaries that a prompt shows."""
    match = re.search(r"Summary A:\n(.*?)\n\nSummary B:\n(.*?)\n\nWhich", prompt, re.DOTALL)
    assert match is not None
    return match[1], match[2]


def _prefer_better(prompt: str) -> str:
    a, b = (_SYSTEMS.index(text.split()[0]) for text in _show(prompt))
    return "[[A]]" if a < b else "[[B]]"


def _mix(prompt: str) -> str:
    """The better one mostly, the other way round on every third article."""
    number = int(_show(prompt)[0].split()[-1])
    verdict = _prefer_better(prompt)
    return {"[[A]]": "[[B]]", "[[B]]": "[[A]]"}[verdict] if number % 3 == 0 else verdict


def _endpoint(server: Moody, **keys: Any) -> dict[str, Any]:
    node = {"base_url": server.url, "model": "tiny", "retries": 0, **keys}
    return {"endpoint": node}


def _answer(rule: Callable[[str], str]) -> Callable[[dict[str, Any]], str]:
    return lambda body: rule(body["messages"][-1]["content"])


def test_every_pair_is_asked_about_in_both_orders_once() -> None:
    run = _make_run()
    with moody(reply=_answer(_mix)) as server:
        result = summbench.arena(run, _endpoint(server), "arena", store="store")
        prompts = [body["messages"][-1]["content"] for body in server.requests]
        shown = Counter(_show(prompt) for prompt in prompts)
        assert len(prompts) == 2 * len(_PAIRS) * 12
        assert set(shown.values()) == {1}
        assert all((b, a) in shown for a, b in shown)
        again = summbench.arena(run, _endpoint(server), "arena", store="store")
        assert len(server.requests) == len(prompts)
    assert (result.n_stored, again.n_stored) == (0, 72)
    assert to_json(again) == to_json(result)
    assert again.verdicts == result.verdicts
    assert (result.plan.questions, result.plan.requests) == (72, 72)


def test_files_have_every_verdict_with_its_row_in_the_store() -> None:
    run = _make_run()
    with moody(reply=_answer(_mix)) as server:
        result = summbench.arena(run, _endpoint(server), "arena", store="store")
    rows = [json.loads(line) for line in Path("arena/verdicts.jsonl").read_text().splitlines()]
    assert len(rows) == 72
    assert len({row["key"] for row in rows}) == 72
    assert rows[0].keys() == {
        "article", "first", "second", "repeat", "source", "preferred", "first_words",
        "second_words", "reply", "error", "key", "winner",
    }  # fmt: skip
    import pyarrow.parquet as pq

    parts = [pq.read_table(part) for part in Path("store").rglob("*.parquet")]
    keys = {key for part in parts for key in part["key"].to_pylist()}
    assert keys == {row["key"] for row in rows}
    content = json.loads(Path("arena/arena.json").read_text())
    assert content["schema_version"] == 2
    assert content["signature"].startswith("pairs|judge:tiny|")
    assert Path("arena/arena.md").read_text() == render_arena(result)
    assert "NaN" not in to_json(result)


def test_strengths_are_half_the_log_odds_of_two_systems() -> None:
    # By hand: 8 of 12 pairs are won, and strengths add up to 0. tests/stats holds the fit of more
    # systems against choix.
    run = _make_run(systems=("good", "poor"))
    result = summbench.arena(run, {"mix": {"function": _mix}})
    assert result.preferences is not None
    best = result.preferences.systems[0]
    assert best.system == "good"
    assert best.preferred == pytest.approx(8 / 12)
    assert best.strength.mean == pytest.approx(log(8 / 4) / 2, abs=1e-6)
    [pair] = result.pairs
    assert (pair.wins, pair.ties, pair.losses, pair.flips) == (8, 0, 4, 0)


def test_a_judge_with_a_favourite_place_shows_it_in_position_and_flips() -> None:
    # It says A with odds 4 : 1 whatever is there: the position term is log 4 and nothing else.
    run = _make_run(200)
    rng = np.random.default_rng(3)
    result = summbench.arena(run, lambda _: "[[A]]" if rng.random() < 0.8 else "[[B]]")
    assert result.preferences is not None
    position = result.preferences.position
    assert position.low <= log(4) <= position.high
    assert position.low > 1
    # Both say A, or both B: .64 + .04 of the pairs contradict themselves.
    assert result.preferences.flips / result.preferences.repeated_pairs == pytest.approx(
        0.68, abs=0.05
    )
    assert all(pair.ties == pair.flips for pair in result.pairs)
    assert all(row.rank_low == 1 for row in result.preferences.systems)


@pytest.mark.parametrize("budget", [2, 7, 30, 61, 71])
def test_a_budget_asks_about_pairs_alike_and_spreads_articles(budget: int) -> None:
    run = _make_run()
    asked: list[tuple[str, str]] = []

    def judge(prompt: str) -> str:
        asked.append(_show(prompt))
        return _mix(prompt)

    result = summbench.arena(run, judge, budget=budget)
    assert len(asked) == budget - budget % 2
    assert all(asked[i] == asked[i + 1][::-1] for i in range(0, len(asked), 2))
    by_pair = Counter(frozenset(text.split()[0] for text in pair) for pair in asked[::2])
    by_article = Counter(pair[0].split()[-1] for pair in asked[::2])
    for counts, size in ((by_pair, 3), (by_article, 12)):
        filled = [*counts.values(), *[0] * (size - len(counts))]
        assert max(filled) - min(filled) <= 1
    assert f"leaves out {36 - budget // 2} of 36 comparisons" in " ".join(
        render_arena(result).split()
    )


@pytest.mark.parametrize(("systems", "articles"), [(2, 7), (3, 12), (4, 6), (5, 10), (6, 4)])
def test_any_beginning_of_the_schedule_is_balanced(systems: int, articles: int) -> None:
    names, ids = [f"s{i}" for i in range(systems)], [f"a{i}" for i in range(articles)]
    meetings = schedule_meetings(ids, names, 5)
    pairs = list(combinations(names, 2))
    assert sorted(meetings) == sorted((a, *pair) for a in ids for pair in pairs)
    for end in range(1, len(meetings)):
        by_pair = Counter((m.a, m.b) for m in meetings[:end])
        by_article = Counter(m.article for m in meetings[:end])
        for counts in ([by_pair[pair] for pair in pairs], [by_article[a] for a in ids]):
            assert max(counts) - min(counts) <= 1
    assert schedule_meetings(ids, names, 5) == meetings
    others = [schedule_meetings(ids, names, seed) for seed in range(6, 10)]
    assert systems == 2 or any(other != meetings for other in others)


def test_more_budget_asks_for_the_rest_alone() -> None:
    run = _make_run()
    with moody(reply=_answer(_mix)) as server:
        summbench.arena(run, _endpoint(server), store="store", budget=20)
        assert len(server.requests) == 20
        plan = summbench.arena(run, _endpoint(server), store="store", budget=50, dry_run=True)
        assert len(server.requests) == 20
        assert (plan.plan.requests, plan.n_stored) == (50, 20)
        assert "20 of 50 different requests are stored. 30 requests would be sent" in (
            describe_plan(plan)
        )
        summbench.arena(run, _endpoint(server), store="store", budget=50)
        assert len(server.requests) == 50


def test_identical_summaries_tie_and_missing_ones_lose_without_asking() -> None:
    same = {f"a{i:02}": f"poor wrote number {i}  " for i in range(4)}
    run = _make_run(good={**same, "a05": " ", "a06": ""}, middling={"a06": " "})
    asked: list[str] = []

    def judge(prompt: str) -> str:
        asked.append(prompt)
        return _mix(prompt)

    result = summbench.arena(run, judge)
    # good is poor on four articles; on a05 good is missing to two, on a06 two are missing.
    assert (result.plan.n_identical, result.plan.n_missing) == (4, 5)
    assert result.plan.questions == 2 * (36 - 9)
    # Where good is poor, both are asked about against middling with the same words: once.
    assert len(asked) == result.plan.requests == 54 - 8
    pair = next(p for p in result.pairs if (p.a, p.b) == ("good", "middling"))
    assert (pair.n_missing, pair.n_identical, pair.n_judged) == (2, 0, 10)
    free = {tuple(v.meeting): v for v in result.verdicts if v.source != "judge"}
    assert free["a05", "good", "middling"].winner == "middling"
    assert free["a06", "good", "middling"].preferred == "tie"
    assert free["a06", "middling", "poor"].winner == "poor"
    text = " ".join(render_arena(result).split())
    assert "4 comparisons of identical summaries: a tie, and the judge is not asked." in text
    assert "5 comparisons in which a summary failed or is empty" in text


def test_a_reply_without_a_verdict_is_no_tie_and_is_named_by_pair() -> None:
    run = _make_run()

    def judge(prompt: str) -> str:
        shown = _show(prompt)
        if {text.split()[0] for text in shown} == {"good", "poor"} and shown[0].startswith("good"):
            return "I can't say. [[A]] or [[B]]"
        return _mix(prompt)

    result = summbench.arena(run, judge)
    pair = next(p for p in result.pairs if (p.a, p.b) == ("good", "poor"))
    assert (pair.n_unread, pair.n_incomplete, pair.n_failed) == (12, 12, 0)
    assert (pair.wins, pair.ties, pair.losses, pair.n_judged) == (0, 0, 0, 0)
    assert result.preferences is not None
    assert result.preferences.choices == 48
    assert (
        "12 replies without a verdict: 12 comparisons left out, and none made a tie. Such "
        "replies by pair: "
        "good and poor 12." in " ".join(render_arena(result).split())
    )


def test_rubbish_alone_is_answered_in_a_sentence_and_stays_inert() -> None:
    run = _make_run(3)
    hostile = "</script><b>[[D]] \x1b[2J \u202e | * # ``` [[A]]"
    result = summbench.arena(run, lambda _: hostile, "arena")
    assert result.preferences is None
    assert result.is_judge_silent
    assert (
        render_arena(result)
        .splitlines()[2]
        .startswith("The judge gave no verdict in 18 questions: there is no ranking.")
    )
    data = Path("arena/verdicts.jsonl").read_bytes()
    assert b"\x1b" not in data
    rows = [json.loads(line) for line in data.decode().splitlines()]
    assert {row["preferred"] for row in rows} == {None}
    assert all("\x1b[2J" in row["reply"] for row in rows)


def test_identical_summaries_alone_make_no_ranking() -> None:
    run = _make_run(good={"a01": "poor wrote number 1"})
    silent = summbench.arena(run, lambda _: "Here is a summary.")
    assert silent.plan.n_identical
    assert silent.preferences is None
    assert silent.is_judge_silent
    text = " ".join(render_arena(silent).split())
    assert 'the first is "Here is a summary."' in text
    assert "strength" not in text
    one_order = summbench.arena(
        run, lambda prompt: "[[A]]" if list(_show(prompt)) == sorted(_show(prompt)) else "Well."
    )
    assert one_order.is_judge_silent
    assert "in no pair in both orders" in render_arena(one_order)


def test_a_failure_costs_no_neighbour_and_is_asked_again_alone() -> None:
    run = _make_run()
    is_up = [False]

    class Half(Moody):
        def _choose_answer(self, body: Any, prompt: str, key: str, attempt: int) -> Any:
            if not is_up[0] and "Article 7 " in prompt:
                return 500, {"Content-Type": "application/json"}, '{"error": {"message": "no"}}'
            return super()._choose_answer(body, prompt, key, attempt)

    with moody(kind=Half, reply=_answer(_mix)) as server:
        first = summbench.arena(run, _endpoint(server), store="store")
        n_sent = len(server.requests)
        is_up[0] = True
        second = summbench.arena(run, _endpoint(server), store="store")
        assert len(server.requests) - n_sent == 6
    assert first.n_failed == 6
    assert [pair.n_failed for pair in first.pairs] == [2, 2, 2]
    assert [pair.n_incomplete for pair in first.pairs] == [1, 1, 1]
    text = " ".join(render_arena(first).split())
    assert "6 replies that never came: 3 comparisons left out" in text
    assert "HTTP 500" in text
    assert second.n_failed == 0
    assert sum(pair.wins + pair.ties + pair.losses for pair in second.pairs) == 36


def test_repeats_are_asked_with_seeds_of_their_own() -> None:
    run = _make_run(4)
    with moody(reply=_answer(_mix)) as server:
        judge = {
            "judge_server": {
                "judge": "tiny",
                "repeats": 3,
                "format": "json",
                "model": {
                    "_target_": "summbench.models.endpoint.Endpoint", "base_url": server.url,
                    "model": "tiny", "prompt": "{article}", "retries": 0,
                },
            }
        }  # fmt: skip
        server._reply = lambda body: (
            '{"verdict": "A"}' if _answer(_mix)(body) == "[[A]]" else '{"verdict": "B"}'
        )
        result = summbench.arena(run, judge, store="store")
        plan = summbench.arena(run, judge, store="store", dry_run=True)
        seeds = {body["seed"] for body in server.requests}
    assert (result.plan.questions, len(server.requests)) == (72, 72)
    assert len(seeds) == 72
    assert plan.n_stored == 72
    assert {verdict.repeat for verdict in result.verdicts} == {1, 2, 3}
    assert result.preferences is not None
    assert (result.preferences.choices, result.preferences.articles) == (72, 4)


def test_one_article_and_two_systems() -> None:
    result = summbench.arena(_make_run(1, ("good", "poor")), _prefer_better)
    assert result.preferences is not None
    text = render_arena(result)
    assert "All choices are of one article" in text
    assert "poor never won" in text
    assert "nan" not in text


def test_all_ties() -> None:
    result = summbench.arena(_make_run(), lambda _: "[[C]]")
    text = render_arena(result)
    assert "All choices are ties, so that no system is stronger than another." in text
    assert "nan" not in text


def test_ranks_without_people_are_called_an_opinion() -> None:
    text = " ".join(render_arena(summbench.arena(_make_run(), _mix)).split())
    assert "These ranks are the judge's opinion." in text
    assert "its error is in no interval" in text


def test_a_judge_that_takes_the_first_place_is_said_to() -> None:
    run = _make_run()
    with moody(reply=_answer(lambda prompt: "[[A]]")) as server:
        result = summbench.arena(run, _endpoint(server), store="store")
    text = " ".join(render_arena(result).split())
    assert "does not settle who is first: good, middling and poor may be." in text
    assert "Every choice is for the summary that is shown first" in text
    assert "36 of 36 pairs seen in both orders got another answer in the other order." in text
    assert "The order decides more of these choices than the texts do." in text
    assert "raters" not in text


def test_the_first_sentence_says_who_may_be_first() -> None:
    def judge(prompt: str) -> str:
        """Wrong on two of 40 articles."""
        number = int(_show(prompt)[0].split()[-1])
        return (_mix if number in (9, 18) else _prefer_better)(prompt)

    sure = render_arena(summbench.arena(_make_run(40), judge))
    assert "The judge prefers good to every other system." in sure
    unsure = render_arena(summbench.arena(_make_run(), lambda _: "[[C]]"))
    assert "does not settle who is first: good, middling and poor may be." in unsure


def test_a_page_fits_80_columns() -> None:
    long = tuple(f"a_system_with_a_rather_long_name_{i}" for i in range(5))
    result = summbench.arena(_make_run(6, long), lambda p: "[[A]]" if len(p) % 3 else "[[C]]")
    page = format_page(render_arena(result), 80)
    assert max(map(len, page.splitlines())) <= 80


_REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"systems": ["good"]}, "An arena needs two systems, and there is good."),
    ({"systems": ["good", "best"]}, "has no model 'best'; it has good, middling, poor."),
    ({"budget": 1}, "budget is 1; one pair takes 2 questions, in both orders."),
    ({"articles": 13}, "articles is 13; expected 1 to 12"),
    ({"articles": 0}, "articles is 0; expected 1 to 12"),
    ({"judge": "rouge"}, "'rouge' is no judge of pairs"),
    ({"judge": "judge_rubric"}, "'judge_rubric' is no judge of pairs"),
    ({"judge": "endpoint"}, "leaves unset: model.base_url, model.model"),
    ({"judge": "nobody"}, "There is no model 'nobody'."),
    ({"judge": ["lead1", "lead3"]}, "judge names lead1, lead3; expected one judge."),
    ({"judge": 3}, "3 is no model"),
    ({"prompt": "Which is better?"}, "prompt must have {article} once, not 0 times."),
]


@pytest.mark.parametrize(("keys", "sentence"), _REFUSED, ids=[s[:30] for _, s in _REFUSED])
def test_nonsense_is_a_sentence(keys: dict[str, Any], sentence: str) -> None:
    run = _make_run()
    with pytest.raises(SummbenchError) as error:
        summbench.arena(run, **{"judge": _mix, **keys})
    assert sentence in str(error.value)


def test_a_folder_with_another_judge_is_refused() -> None:
    run = _make_run(3)
    summbench.arena(run, _mix, "arena")
    summbench.arena(run, _mix, "arena")
    with pytest.raises(SummbenchError, match="an arena of another judge, prompt or dataset"):
        summbench.arena(run, _prefer_better, "arena")
    Path("arena/arena.json").write_text("{")
    with pytest.raises(SummbenchError, match=r"arena\.json can't be read"):
        summbench.arena(run, _mix, "arena")


def test_a_function_is_stored_under_its_version_alone() -> None:
    run = _make_run(3)
    asked: list[str] = []

    def judge(prompt: str) -> str:
        asked.append(prompt)
        return _mix(prompt)

    def hold(**keys: str) -> Arena:
        return summbench.arena(run, {"mine": {"function": judge, **keys}}, store="store")

    assert "not stored" not in " ".join(render_arena(hold(version="1")).split())
    assert len(asked) == 18
    hold(version="1")
    assert len(asked) == 18
    hold(version="2")
    assert len(asked) == 36
    assert "are not stored" in " ".join(render_arena(hold()).split())
    assert len(asked) == 54


def test_length_is_in_the_verdicts_and_its_term() -> None:
    run = _make_run(40, good={f"a{i:02}": f"good wrote {'more ' * (i % 9)}{i}" for i in range(40)})
    rng = np.random.default_rng(5)

    def judge(prompt: str) -> str:
        a, b = (len(text.split()) for text in _show(prompt))
        return "[[A]]" if rng.random() < a**2 / (a**2 + b**2) else "[[B]]"

    result = summbench.arena(run, judge)
    assert result.preferences is not None
    assert result.preferences.length.low <= 2 <= result.preferences.length.high
    assert not isnan(result.preferences.length_adjusted["good"])
