"""The gate's report as JUnit, Markdown, JSON and workflow commands: hostile names break none."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from summbench.core.errors import SummbenchError
from summbench.core.records import Estimate
from summbench.gate.records import (
    ArticleRegression,
    GateReport,
    MetricVerdict,
    SliceLoss,
    Verdict,
    get_exit_code,
)
from summbench.report.gate_json import render_code_quality, to_json
from summbench.report.gate_markdown import render_comment, render_gate
from summbench.report.junit import list_workflow_commands, render_junit
from summbench.report.terminal.gate import format_gate
from summbench.runs.tables import PredictionDigest
from tests.gates import PRIMARY, build_metadata
from tests.runs.schemas import FOLDER

_DIGEST = PredictionDigest("text", "h", False, None)


def _judgement(verdict: Verdict, reason: str = "why", model: str = "m") -> MetricVerdict:
    difference = Estimate(-0.02, -0.03, -0.01, 30, "bca")
    return MetricVerdict(
        "news", model, PRIMARY, 0.01, verdict, reason, 0.2, 0.18, difference, 30, 9,
        640 if verdict == "inconclusive" else None,
    )  # fmt: skip


def _gate(*judgements: MetricVerdict, losses: Sequence[ArticleRegression] = ()) -> GateReport:
    return GateReport("b", "c", build_metadata(), judgements[0].verdict, judgements, losses, [])


_VERDICTS: Sequence[Verdict] = (
    "not comparable", "regressed", "inconclusive", "improved", "pass",
)  # fmt: skip
_ALL = _gate(*(_judgement(v, model=f"{v} model") for v in _VERDICTS))


@pytest.mark.parametrize(("strict", "failures", "skipped"), [(False, 2, 1), (True, 3, 0)])
def test_junit_parses_back(strict: bool, failures: int, skipped: int) -> None:
    [suite] = ET.fromstring(render_junit(_ALL, strict).encode())
    counts = [suite.get(key) for key in ("tests", "failures", "skipped", "errors")]
    assert counts == ["5", str(failures), str(skipped), "0"]
    assert len({(case.get("classname"), case.get("name")) for case in suite}) == 5
    tags = [[child.tag for child in case] for case in suite]
    assert tags == [["failure"], ["failure"], ["failure" if strict else "skipped"], [], []]
    undecided = suite[2][0].get("message")
    assert undecided is not None
    assert "about 640 are needed" in undecided


_HOSTILE = "a|b\x00\x1b[31m\ufffe\n::error::x <b>&amp;]]> ##[add-mask]*_`100%\ud800"


def test_what_is_not_ours_breaks_no_rendering() -> None:
    answer = PredictionDigest(_HOSTILE, "h", False, None)
    loss = ArticleRegression("news", _HOSTILE, PRIMARY, _HOSTILE, 0.1, answer, answer)
    gate = _gate(_judgement("regressed", _HOSTILE, _HOSTILE), losses=[loss])
    [[case]] = ET.fromstring(render_junit(gate).encode())
    assert case.get("name") == (
        "a|b\ufffd\ufffd[31m\ufffd\n::error::x <b>&amp;]]> ##[add-mask]*_`100%\ufffd " + PRIMARY
    )
    text = render_gate(gate)
    assert text.replace("\n", "").isprintable()
    assert not any(line.startswith("::") for line in text.splitlines())
    for raw in ("##[", "<b>"):
        assert raw not in text
    [row] = [line for line in text.splitlines() if line.startswith("| regressed")]
    assert len(re.split(r"(?<!\\)\|", row)) == 9
    [command] = list_workflow_commands(gate)
    assert "\n" not in command
    assert command.startswith("::error title=summbench%3A regressed::regressed: a|b")
    assert "100%25" in command
    assert json.loads(to_json(gate))["metric_verdicts"][0]["difference"]["low"] == -0.03


def test_both_summaries_are_one_text_with_what_is_gone_and_new() -> None:
    start = "word " * 100
    before, after = (
        PredictionDigest(f"{start}{end} end", end, False, None) for end in ("this", "that <b>")
    )
    loss = ArticleRegression("news", "m", PRIMARY, "a", 0.1, before, after)
    text = render_gate(_gate(_judgement("regressed"), losses=[loss]))
    assert "word ... word" in text
    assert r" <del>this</del> <ins>that \<b\></ins> end" in text
    assert "<summary>a (news): m, rouge.rouge2_f -10.00</summary>" in text


def test_a_comment_is_found_again_by_its_first_line() -> None:
    first, second = (render_comment(_gate(_judgement(v))) for v in _VERDICTS[1:3])
    assert first.splitlines()[0] == second.splitlines()[0] == "<!-- summbench gate: r -->"
    assert first.splitlines()[1] == "## Gate: regressed"
    hostile = _rename(_gate(_judgement("pass")), "a --> @b\n<script>")
    assert render_comment(hostile).splitlines()[0] == "<!-- summbench gate: a-b-script -->"


def _rename(gate: GateReport, name: str) -> GateReport:
    return dataclasses.replace(gate, baseline_metadata=build_metadata(name))


def test_what_fails_is_on_top_and_what_passes_is_folded() -> None:
    text = render_gate(_ALL)
    top, folded = text.split("<details>", 1)
    assert re.findall(r"^- ([a-z ]+): [a-z]+ [a-z ]+ on news", top, re.MULTILINE) == [
        "not comparable", "regressed", "inconclusive",
    ]  # fmt: skip
    assert [line.split("|")[1].strip() for line in top.splitlines() if line[:2] == "| "][2:] == [
        "not comparable", "regressed", "inconclusive",
    ]  # fmt: skip
    assert folded.startswith("<summary>2 of 5 rows passed</summary>")
    assert "| improved" in folded
    assert "| pass" in folded


def test_nobody_is_called_and_no_issue_is_named_by_a_summary() -> None:
    answer = PredictionDigest("@everyone see #1", "h", False, None)
    loss = ArticleRegression("news", "@m", PRIMARY, "#2", 0.1, answer, answer)
    text = render_gate(_gate(_judgement("regressed", model="@m"), losses=[loss]))
    assert not re.search(r"@\w|#\d", text)


def test_a_page_is_short_enough_for_a_comment() -> None:
    rows = [_judgement("pass", model=f"{'long*' * 24}{i}") for i in range(400)]
    rows += [_judgement("regressed", "r" * 300, f"m{i}") for i in range(300)]
    text = render_comment(_gate(*rows))
    assert len(text) < 65_536
    assert "Left out, because comments are limited: passing rows." in text
    assert "... and 299 more" not in text  # one reason, one sentence


def test_the_report_is_linked_if_it_is_a_web_address() -> None:
    text = render_gate(_ALL, report_url="https://ci.example/r(1)")
    assert "[The full report](<https://ci.example/r(1)>)" in text
    for url in ("javascript:alert(1)", "https://a b", "https://a>b", "report/index.html"):
        with pytest.raises(SummbenchError, match="none of http"):
            render_gate(_ALL, report_url=url)


# https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format: an array of
# objects with these fields; a path from the root of the repository without "./".
_CODE_QUALITY = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1, "pattern": r"^[^\n]+$"},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": r"^(?!/|\./)."},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}


@pytest.mark.parametrize("strict", [False, True])
def test_gitlab_gets_an_issue_for_each_row_that_fails(strict: bool) -> None:
    issues = json.loads(render_code_quality(_ALL, strict))
    jsonschema.validate(issues, _CODE_QUALITY)
    severities = ["blocker", "critical", "major" if strict else "minor"]
    assert [issue["severity"] for issue in issues] == severities
    assert len({issue["fingerprint"] for issue in issues}) == 3
    assert {issue["location"]["path"] for issue in issues} == {"b/leaderboard.json"}
    passing = dataclasses.replace(_ALL, metric_verdicts=_ALL.metric_verdicts[3:])
    assert json.loads(render_code_quality(passing, strict)) == []


def test_gitlab_gets_no_path_of_the_machine() -> None:
    absolute = dataclasses.replace(_ALL, baseline="/home/me/kept")
    assert "/home/me" not in render_code_quality(absolute)
    dotted = json.loads(render_code_quality(dataclasses.replace(_ALL, baseline="./kept")))
    jsonschema.validate(dotted, _CODE_QUALITY)


def test_two_gates_of_one_repository_are_told_apart() -> None:
    """Both of one baseline: each has its own comment, title and code quality issues."""
    pages = [render_comment(_ALL, name=name) for name in ("long news", "briefs")]
    assert [page.splitlines()[:2] for page in pages] == [
        ["<!-- summbench gate: long-news -->", "## Gate long news: not comparable"],
        ["<!-- summbench gate: briefs -->", "## Gate briefs: not comparable"],
    ]
    issues = [json.loads(render_code_quality(_ALL, name=name)) for name in ("long news", "briefs")]
    assert not {i["fingerprint"] for i in issues[0]} & {i["fingerprint"] for i in issues[1]}
    assert issues[1][0]["check_name"] == "summbench gate briefs"
    assert json.loads(to_json(_ALL, name="briefs"))["name"] == "briefs"


def test_the_json_is_valid_by_the_published_schema() -> None:
    loss = SliceLoss(
        "news", "m", PRIMARY, "desk", "law", 0.01, Estimate(-0.2, -0.3, -0.1, 6, "t"), 0.01, 9
    )
    article = ArticleRegression(
        "news", "m", PRIMARY, "a", float("nan"), _DIGEST, PredictionDigest(None, "h", True, "e")
    )
    full = dataclasses.replace(_ALL, slice_losses=[loss], article_regressions=[article])
    schema = json.loads((FOLDER / "gate.schema.json").read_bytes())
    jsonschema.Draft202012Validator.check_schema(schema)
    for gate in (full, _gate(_judgement("pass"))):
        content = json.loads(to_json(gate))
        jsonschema.Draft202012Validator(schema).validate(content)
        assert content["exit_code"] == get_exit_code(gate.verdict)
    for key in ("slice_losses", "verdict", "schema_version"):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**content, key: 2}, schema)


def test_a_loss_that_the_mean_hides_is_said_in_words() -> None:
    loss = SliceLoss(
        "news", "m", PRIMARY, "desk", "law|@x", 0.01, Estimate(-0.2, -0.3, -0.1, 6, "t"), 0.0101, 9
    )
    gate = dataclasses.replace(_gate(_judgement("pass")), slice_losses=[loss] * 7)
    sentence = (
        "m on the 6 articles of news with desk 'law|@x', rouge.rouge2_f: -20.00 points, between "
        "-30.00 and -10.00, margin 1.00 (p = 0.0101, Holm over 9 groups)."
    )
    shown = " ".join(format_gate(gate, 80).split())
    assert "Lost in a slice, hidden by the mean (exploratory, no part of the verdict):" in shown
    assert shown.count(sentence) == 5
    page = render_gate(gate)
    assert "... and 2 more" in page
    assert "@x" not in page


def test_a_terminal_reads_the_verdict_first_and_no_line_is_too_wide() -> None:
    lines = format_gate(_ALL, 80).splitlines()
    assert lines[0].startswith("Verdict: not comparable. 1 of 5 rows (model and metric) can't be")
    assert max(map(len, lines)) <= 80
