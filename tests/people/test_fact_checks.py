"""Facts checked without people: rules by hand, agreement by hand, and what the files lack."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

import summbench
from summbench.core.errors import SummbenchError
from summbench.core.judgements import FactQuestion, FactReply
from summbench.core.records import ignore_progress
from summbench.people.fact_agreement import measure_fact_agreement
from summbench.people.fact_checks import check_by_support
from summbench.people.fact_checks_text import format_agreement, render_fact_check
from summbench.people.fact_session import decide_state
from summbench.people.rated import read_rated
from tests.commands import CLONE
from tests.people.ledgers import TEXTS, rate
from tests.servers import moody

_SUMMARY = (
    "The mayor of Orsk, Ivan Petrov, did not close the bridge on 3 May. About 1,200 people left."
)


@pytest.mark.parametrize(
    ("fact", "state"),
    [
        ("Ivan Petrov is the mayor of Orsk.", "stated"),
        ("1,200 people left.", "stated"),
        ("1,201 people left.", "stated"),  # rounded, as the metric takes it
        ("4,500 people left.", "missing"),  # a contradiction, which rules do not see
        ("The mayor of Perm closed the bridge.", "missing"),
        ("Petrov did close the bridge.", "stated"),  # a negation is seen from five words on
        ("The mayor did close the bridge on 3 May.", "missing"),
        ("Petrov, the mayor of Orsk, left on 4 May.", "missing"),
        ("Residents were evacuated.", "missing"),  # other words for the same
    ],
)
def test_rules_and_what_they_cannot_see(fact: str, state: str) -> None:
    assert check_by_support([FactQuestion(_SUMMARY, fact)], ignore_progress) == [state]


def test_a_negation_of_a_copied_fragment_is_seen() -> None:
    question = FactQuestion(_SUMMARY.replace("did not", "did"), _SUMMARY.split(" About")[0])
    assert check_by_support([question], ignore_progress) == ["missing"]


def test_what_rules_find_in_the_shipped_corpus() -> None:
    """Each line of a reference is a fact that its article states, mostly in other words."""
    path = CLONE / "data" / "newsdesk" / "articles.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    own, others, articles = [], [], []
    for row in rows:
        lines = row["highlights"].split("\n")
        for line in lines:
            rest = "\n".join(other for other in lines if other != line)
            own.append(FactQuestion(row["highlights"], line))
            others.append(FactQuestion(rest, line))
            articles.append(FactQuestion(row["document"], line))
    n_found = [
        check_by_support(questions, ignore_progress).count("stated")
        for questions in (own, others, articles)
    ]
    assert n_found == [len(own), 0, 41]
    assert len(own) == 188


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> summbench.Run:
    rows = [
        {"id": f"a{i}", "document": f"The dam in Orsk held on {i} May. Two men swam.",
         "references": ["The dam held."]}
        for i in range(3)
    ]  # fmt: skip

    def write(text: str) -> str:
        return "" if "on 2 May" in text else text

    folder = tmp_path_factory.mktemp("run")
    return summbench.evaluate(
        models=[{"whole": write}, "lead1"], datasets={"news": rows}, metrics=["rouge"],
        out=folder / "run",
    )  # fmt: skip


def _write(folder: Path, rows: list[dict[str, object]]) -> Path:
    path = folder / "facts.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def _rows(**columns: object) -> list[dict[str, object]]:
    return [
        {"id": f"a{i}", "fact": text, "kind": kind, **columns}
        for i in range(3)
        for text, kind in ((f"The dam held on {i} May.", "time"), ("Two men swam.", ""))
    ]


def test_a_run_is_checked_and_failed_summaries_state_nothing(
    run: summbench.Run, tmp_path: Path
) -> None:
    facts = _write(tmp_path, [*_rows(), {"id": "zz", "fact": "Nothing."}])
    out = tmp_path / "checked.jsonl"
    check = summbench.check_facts(run, facts, out)
    means = {
        (board.dimension, e.system): e.estimate.mean
        for board in check.ledger.boards
        for e in board.entries
    }
    assert means == {
        ("completeness", "whole"): pytest.approx(2 / 3), ("completeness", "lead1"): 0.5,
        ("completeness.time", "whole"): pytest.approx(2 / 3), ("completeness.time", "lead1"): 1.0,
        ("completeness.other", "whole"): pytest.approx(2 / 3), ("completeness.other", "lead1"): 0.0,
    }  # fmt: skip
    text = render_fact_check(check)
    assert "1 program." in text
    assert "rater" not in text.replace("raters of", "")
    assert "1 fact of 1 article that the run does not have (first: 'zz'): left out." in text
    assert "1 of the summaries failed or are empty: their facts are missing." in text
    assert "see no contradiction" in text
    assert "contradicted" not in text.replace("## faithfulness", "").split("What became")[1]
    assert read_rated(out) == check.articles
    assert sorted(p.name for p in tmp_path.glob("checked*")) == [
        "checked-ledger.csv", "checked-ledger.html", "checked.jsonl", "checked.md",
    ]  # fmt: skip


def test_wrong_files_are_refused(run: summbench.Run, tmp_path: Path) -> None:
    facts = _write(tmp_path, [{"id": "zz", "fact": "Nothing."}])
    with pytest.raises(SummbenchError, match="'zz' is the first in the file, 'a0' in the run"):
        summbench.check_facts(run, facts)
    with pytest.raises(SummbenchError, match="which is read"):
        summbench.check_facts(run, facts, facts)
    with pytest.raises(SummbenchError, match="does not have the quote 'a flood'"):
        summbench.check_facts(run, _write(tmp_path, _rows(quote="a flood")))


def test_agreement_by_hand() -> None:
    checked = [rate({"alpha": {"j": "sm"}, "beta": {"j": "mm"}}, f"a{i}") for i in range(3)]
    people = [
        rate({"alpha": {"p": "sm", "q": "sc"}, "beta": {"p": "sm", "q": "mm"}}, f"a{i}")
        for i in range(3)
    ]
    agreement = measure_fact_agreement(checked, people, False, 100)
    # An article has eight pairs (person, checker): p on alpha ss, mm, q on alpha ss, cm, p on beta
    # sm, mm, q on beta mm, mm. Equal are 6 of 8. People say s 3, m 4, c 1 of 8, the checker s 2,
    # m 6: by chance 3/8 x 2/8 + 4/8 x 6/8 = 30/64. kappa = (48 - 30) / (64 - 30).
    assert agreement.checker.mean == pytest.approx(18 / 34)
    assert (agreement.checker.n, agreement.articles) == (24, 3)
    assert dict(agreement.table) == {
        ("stated", "stated"): 6, ("missing", "missing"): 12, ("contradicted", "missing"): 3,
        ("stated", "missing"): 3,
    }  # fmt: skip
    # Stated or not: equal are 7 of 8, by chance 3/8 x 2/8 + 5/8 x 6/8 = 36/64.
    binary = measure_fact_agreement(checked, people, True, 100)
    assert binary.checker.mean == pytest.approx((56 - 36) / (64 - 36))
    assert agreement.people is not None
    # p and q: (s, s), (m, c), (s, m), (m, m): 2 of 4; s 2 m 2 against s 1 m 2 c 1: 6/16 by chance.
    assert agreement.people.mean == pytest.approx((8 - 6) / (16 - 6))
    text = "\n".join(format_agreement(binary))
    assert "Only stated or not is compared" in text
    [single] = [rate({"alpha": {"p": "ss"}}, "a0")]
    lone = measure_fact_agreement(checked, [single], False, 100)
    assert "No two people answered the same" in "\n".join(format_agreement(lone))


def test_agreement_needs_the_same_facts_and_summaries() -> None:
    checked = [rate({"alpha": {"j": "sm"}})]
    with pytest.raises(SummbenchError, match="another summary by alpha of 'a1'"):
        other = rate({"alpha": {"p": "sm"}}, texts={**TEXTS, "alpha": "x"})
        measure_fact_agreement(checked, [other], False)
    with pytest.raises(SummbenchError, match="No fact in the file of ratings is one of those"):
        measure_fact_agreement(checked, [rate({"alpha": {"p": "sm"}}, "a2")], False)
    with pytest.raises(SummbenchError, match="No fact in the file of ratings is one of those"):
        chosen = msgspec.structs.replace(rate({"alpha": {"p": "sm"}}), selection="differing")
        measure_fact_agreement(checked, [chosen], False)


def _reply(body: dict[str, Any]) -> str:
    """Of whole summaries "stated", of a first sentence "missing", and once no answer."""
    prompt = body["messages"][-1]["content"]
    assert "Article" not in prompt
    if "0 May" in prompt and "Two men swam.\n\nFact" in prompt:
        return "I think it is stated."
    return "[[stated]]" if "Two men swam.\n\nFact" in prompt else "So: [[ **Contradicted** ]]"


def test_a_judge_that_gives_one_answer_or_none_is_named(run: summbench.Run, tmp_path: Path) -> None:
    facts = _write(tmp_path, _rows())
    with moody(reply=lambda body: "[[stated]]") as server:
        judge = {"endpoint": {"base_url": server.url, "model": "tiny", "retries": 0}}
        same = summbench.check_facts(run, facts, judge=judge, store=tmp_path / "same")
    text = render_fact_check(same)
    assert "The judge says 'stated' in 10 of 10 answers, whatever the fact." in text
    with moody(reply=lambda body: "It may well be stated.") as server:
        judge = {"endpoint": {"base_url": server.url, "model": "tiny", "retries": 0}}
        silent = summbench.check_facts(run, facts, tmp_path / "c.jsonl", judge=judge,
                                       store=tmp_path / "none")  # fmt: skip
    assert silent.is_judge_silent
    text = (tmp_path / "c.md").read_text(encoding="utf-8")
    assert "answered none of 10 questions: there is no share." in text
    assert "10 of 10 replies have no answer in the format" in text
    assert "Take a model that follows instructions" in text


def test_a_judge_is_asked_once_and_what_it_does_not_answer_is_said(
    run: summbench.Run, tmp_path: Path
) -> None:
    facts, out, store = _write(tmp_path, _rows()), tmp_path / "checked.jsonl", tmp_path / "store"
    with moody(reply=_reply) as server:
        judge = {"endpoint": {"base_url": server.url, "model": "tiny", "retries": 0}}
        check = summbench.check_facts(run, facts, out, judge=judge, store=store)
        # Two articles with both summaries, one whose whole summary failed: 2 x 2 x 2 + 2 questions.
        n_asked = len(server.requests)
        assert n_asked == len(check.replies) == 10
        again = summbench.check_facts(run, facts, judge=judge, store=store)
        assert len(server.requests) == n_asked
    assert again == check
    text = render_fact_check(check)
    assert "2 of 10 replies have no answer in the format (first: 'I think it is stated.')" in text
    assert "2 of 12 questions (a fact in a summary) have no answer" in text
    means = {
        (b.dimension, e.system): (e.estimate.mean, e.estimate.n)
        for b in check.ledger.boards if "." not in b.dimension for e in b.entries
    }  # fmt: skip
    # Of article 0 nothing is known of the whole summary, of article 2 it failed.
    assert means == {
        ("completeness", "whole"): (0.5, 2), ("completeness", "lead1"): (0.0, 3),
        ("faithfulness", "whole"): (1.0, 2), ("faithfulness", "lead1"): (0.0, 3),
    }  # fmt: skip
    rows = (tmp_path / "checked-replies.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 10
    assert json.loads(rows[0]).keys() == {
        "article", "system", "fact", "repeat", "state", "reply", "error", "key",
    }  # fmt: skip


def test_a_function_is_a_judge_and_its_agreement_with_people_is_measured(
    run: summbench.Run, tmp_path: Path
) -> None:
    facts, out = _write(tmp_path, _rows()), tmp_path / "people.jsonl"

    def judge(prompt: str) -> str:
        return "[[stated]]" if "held on" in prompt.split("Fact:")[1] else "[[missing]]"

    summbench.check_facts(run, facts, out, judge=judge)
    check = summbench.check_facts(run, facts, judge=judge, rated=out)
    assert check.agreement is not None
    assert check.agreement.checker.mean == 1.0
    rules = summbench.check_facts(run, facts, rated=out)
    assert rules.agreement is not None and rules.agreement.is_binary
    assert "## Agreement with people" in render_fact_check(rules)


def test_repeats_are_a_majority() -> None:
    def decide(*states: str | None) -> str | None:
        return decide_state([FactReply(1, s, "", None, "") for s in states])  # type: ignore[arg-type]

    assert decide("stated", "stated", "missing") == "stated"
    assert decide("stated", "missing") is None
    assert decide("stated", None, None) == "stated"
    assert decide(None) is None


@pytest.mark.parametrize(
    ("judge", "prompt", "message"),
    [
        ("support", None, "'support' has no model to ask"),
        ("judge_server", None, "leaves unset: judge, model.model"),
        ("lead1", "{summary}", r"prompt must have \{fact\} once"),
    ],
)
def test_judges_that_cannot_be_asked_are_refused(
    run: summbench.Run, tmp_path: Path, judge: str, prompt: str | None, message: str
) -> None:
    with pytest.raises(SummbenchError, match=message):
        summbench.check_facts(run, _write(tmp_path, _rows()), judge=judge, prompt=prompt)
