"""The gate's report as JUnit, Markdown, JSON and workflow commands: hostile names break none."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

import pytest

from summbench.core.records import Estimate
from summbench.gate.records import ArticleRegression, GateReport, MetricVerdict, Verdict
from summbench.report.gate import render_gate, to_json
from summbench.report.junit import list_workflow_commands, render_junit
from summbench.runs.tables import PredictionDigest
from tests.gates import PRIMARY, build_metadata


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
    for raw in ("##[", "<b>", "a|b"):
        assert raw not in text
    [row] = [line for line in text.splitlines() if line.startswith("| news")]
    assert len(re.split(r"(?<!\\)\|", row)) == 12
    [command] = list_workflow_commands(gate)
    assert "\n" not in command
    assert command.startswith("::error title=summbench%3A regressed::regressed: a|b")
    assert "100%25" in command
    assert json.loads(to_json(gate))["metric_verdicts"][0]["difference"]["low"] == -0.03


def test_the_summaries_are_shown_from_where_they_part() -> None:
    start = "word " * 100
    before, after = (
        PredictionDigest(f"{start}{end}", end, False, None) for end in ("This.", "That.")
    )
    loss = ArticleRegression("news", "m", PRIMARY, "a", 0.1, before, after)
    text = render_gate(_gate(_judgement("regressed"), losses=[loss]))
    assert "before: ... word word word word word word word This." in text
    assert "now: ... word word word word word word word That." in text
