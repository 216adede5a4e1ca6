"""A history in words and pictures: sentences by hand, tables that fit, pages that are safe."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import jsonschema
import msgspec
import numpy as np
import pytest

from summbench.gate.history.history import build_history
from summbench.gate.history.line import HistoryLine
from summbench.gate.history.records import HistoryReport
from summbench.report.history_cells import explain_history
from summbench.report.history_json import history_to_json
from summbench.report.history_markdown import render_history
from summbench.report.history_sentences import format_verdict, list_findings
from summbench.report.html.history import render_history_notebook, render_history_page
from summbench.report.terminal.history import format_history
from tests.histories import R2, build_line
from tests.runs.schemas import FOLDER

_OLD = [0.5] * 10
_DOWN = [0.48] * 10
"""Each article loses two points: the band has no width, and p is 2 / 2 ** 10."""
_SPREAD = [0.3, 0.31, 0.32, 0.33, 0.34, 0.35, 0.36, 0.37, 0.38, 0.39]


def _commit(line: HistoryLine) -> str:
    assert line.project is not None
    return line.project.commit[:7]


def test_a_loss_is_named_with_its_commit_and_day() -> None:
    lines = [build_line(1, _OLD), build_line(3, _DOWN), build_line(4, _DOWN)]
    report = build_history(lines)
    release, since, newest = map(_commit, lines)
    assert list_findings(report) == [
        f"Since commit {since} (2026-11-03) {R2} of textrank is surely lower: -2.00 points "
        f"[-2.00, -2.00] at {newest}."
    ]
    assert format_verdict(report) == (
        f"{newest} (2026-11-04), the newest version: 1 of 1 row (model and metric) surely lower "
        f"than at the release {release} (2026-11-01)."
    )


def test_a_loss_that_was_mended_is_named_with_its_commit() -> None:
    lines = [build_line(1, _OLD), build_line(2, _OLD), build_line(3, _DOWN), build_line(4, _OLD)]
    report = build_history(lines)
    assert list_findings(report) == [
        f"{R2} of textrank was surely lower at commit {_commit(lines[2])} (2026-11-03), mended "
        "since: -2.00 points [-2.00, -2.00]."
    ]
    assert "nothing is surely lower" in format_verdict(report)


def test_losses_with_a_gap_are_one_sentence() -> None:
    scores = (_OLD, _DOWN, _OLD, [0.47] * 10, _OLD, _DOWN)
    lines = [build_line(1 + i, values) for i, values in enumerate(scores)]
    first, second = list_findings(build_history(lines))
    assert first.startswith(f"Since commit {_commit(lines[5])} (2026-11-06)")
    assert second == (
        f"{R2} of textrank was also surely lower before, at 2 versions from commit "
        f"{_commit(lines[1])} (2026-11-02) to {_commit(lines[3])} (2026-11-04): at most by -3.00 "
        f"points [-3.00, -3.00], at {_commit(lines[3])}."
    )


def test_another_scale_has_plain_numbers() -> None:
    lines = [build_line(1, [50.0] * 10), build_line(2, [48.0] * 10)]
    report = build_history(lines)
    assert "is surely lower: -2.00 [-2.00, -2.00] at" in list_findings(report)[0]
    assert explain_history(report).startswith("Means are in the unit of the metric, on the release")


def test_rows_with_one_problem_share_a_sentence() -> None:
    lines = [build_line(1, {"a": _OLD, "b": _OLD}), build_line(2, {"c": _OLD})]
    findings = list_findings(build_history(lines))
    assert findings == [f"{R2} of a, {R2} of b: no such scores, at {_commit(lines[1])}."]


def test_other_branches_have_a_sentence() -> None:
    lines = [
        build_line(1, _OLD), build_line(2, _DOWN, branch="feature"), build_line(3, _OLD),
    ]  # fmt: skip
    assert list_findings(build_history(lines)) == [
        f"On the branch feature, at {_commit(lines[1])} (2026-11-02): lower are {R2} of textrank "
        "-2.00 points [-2.00, -2.00]."
    ]


def test_an_inconclusive_row_says_why() -> None:
    small = [[0.5] * 9 + [0.5 + 0.001 * k] for k in range(1, 5)]
    lines = [build_line(1, _OLD), *(build_line(2 + i, s) for i, s in enumerate(small))]
    report = build_history([*lines, build_line(9, _SPREAD)])
    assert "may be lower" in list_findings(report)[0]
    assert (
        "the test of comparison 5 does not yet (p = 0.0020, its level is 0.0017)."
        in list_findings(report)[0]
    )
    assert "This does not fail without --strict." in format_verdict(report)
    assert "--strict" not in format_verdict(report, strict=True)


def _build_long(count: int, name: str = "textrank") -> HistoryReport:
    rng = np.random.default_rng(2)
    base = rng.normal(0.4, 0.05, 30)
    lines = []
    for day in range(count + 1):
        scores = [round(float(v), 6) for v in base + rng.normal(-0.001 * day, 0.02, 30)]
        branch = "feature" if day % 9 == 4 else "main"
        line = build_line(1, {name: scores}, commit=f"{day:07d}" * 6, branch=branch)
        lines.append(_move(line, day))
    return build_history(lines)


def _move(line: HistoryLine, day: int) -> HistoryLine:
    assert line.project is not None
    time = str(np.datetime64("2026-01-01T10:00:00") + np.timedelta64(day, "D"))
    return msgspec.structs.replace(
        line, finished=time, project=msgspec.structs.replace(line.project, committed=time)
    )


@pytest.mark.parametrize("count", [0, 1, 3, 200])
@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_terminal_fits(count: int, width: int) -> None:
    report = _build_long(count)
    text = format_history(report, width)
    widest = max(len(line) for line in text.splitlines())
    assert widest <= width
    assert text.startswith(f"Verdict: {report.verdict}. ")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.parametrize("count", [0, 1, 3, 200])
def test_the_page_has_a_mark_a_version_and_needs_nothing(count: int) -> None:
    page = render_history_page(_build_long(count))
    reader = _Reader()
    reader.feed(page)
    assert page.count('<g class="version') == count
    assert reader.tags.count("svg") == (count > 0)
    assert "script" not in reader.tags
    assert not [v for name, v in reader.attributes if name in ("src", "style", "onload")]
    assert [v for name, v in reader.attributes if name == "href"] == ["data:,"]
    assert "default-src 'none'" in page
    numbers = re.findall(r'(?:x1|x2|y1|y2|cx|cy|points)="([^"]*)"', page)
    assert not any("nan" in value or "inf" in value for value in numbers)


def test_names_are_text_and_never_markup() -> None:
    name = "<img src=x onerror=alert(1)>|@team `x`"
    line = build_line(1, {name: _OLD}, name=name, branch=name)
    report = build_history([line, build_line(2, {name: _DOWN}, branch=name)])
    for page in (render_history_page(report), render_history_notebook(report)):
        reader = _Reader()
        reader.feed(page)
        assert "img" not in reader.tags
        assert any(name in text for text in reader.texts)
    markdown = render_history(report)
    assert "<img" not in markdown.replace("\\<", "")
    assert "@team" not in markdown.replace("@<!-- -->", "")


def test_markdown_says_the_verdict_first_and_folds_the_tables() -> None:
    text = render_history(_build_long(60))
    assert text.startswith("## History: ")
    assert text.count("<details>") == text.count("</details>") == 2
    assert "the last 50 of 60 versions" in text


def test_a_loss_that_was_mended_is_no_drift() -> None:
    lines = [build_line(1 + i, scores) for i, scores in enumerate((_OLD, _DOWN, _DOWN, _OLD))]
    shown = format_history(build_history(lines))
    assert "mended since" in shown and ", mended since: " in " ".join(shown.split())
    assert "mended since" not in format_history(build_history(lines[:3]))


def test_json_has_everything_and_null_for_what_is_undefined() -> None:
    lines = [build_line(1, _OLD), build_line(2, {"other": _OLD})]
    content = json.loads(history_to_json(build_history(lines)))
    assert (content["schema_version"], content["exit_code"]) == (1, 2)
    assert content["rows"][0]["points"][0]["difference"] is None
    assert content["rows"][0]["points"][0]["problem"] == "no such scores"
    assert content["versions"][0]["level"] is None
    jsonschema.validate(content, json.loads((FOLDER / "history-report.schema.json").read_bytes()))
