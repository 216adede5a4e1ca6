"""The gate's verdicts as JUnit XML, and as annotations of GitHub Actions."""

import re
from xml.etree import ElementTree as ET

from summbench.core.control_characters import to_one_line
from summbench.gate.records import GateReport, MetricVerdict, Verdict, get_exit_code
from summbench.report.gate_reasons import explain_verdict, list_problems

# What XML 1.0 has no way to write (production 2, Char).
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_junit(gate: GateReport, strict: bool = False) -> str:
    """One test case for each number; an inconclusive number is skipped, or fails if `strict`."""
    counts = {"tests": len(gate.metric_verdicts), "failures": 0, "skipped": 0, "errors": 0}
    cases = []
    for result in gate.metric_verdicts:
        case, outcome = _build_case(result, gate.n_tested, strict)
        cases.append(case)
        if outcome:
            counts[outcome] += 1
    attributes = {key: str(value) for key, value in counts.items()}
    suites = ET.Element("testsuites")
    suite = ET.SubElement(suites, "testsuite", {"name": "summbench compare", **attributes})
    suite.extend(cases)
    ET.indent(suites, " ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(suites, encoding="unicode")}\n'


def list_workflow_commands(gate: GateReport, strict: bool = False) -> list[str]:
    """A workflow command for each sentence: an error if it fails the gate, else a warning."""
    return [
        f"::{'error' if get_exit_code(verdict, strict) else 'warning'} "
        f"title={_escape_property(f'summbench: {verdict}')}::{_escape_data(sentence)}"
        for verdict, sentence in list_problems(gate)
    ]


def _build_case(
    result: MetricVerdict, n_tested: int, strict: bool
) -> tuple[ET.Element, str | None]:
    name = f"{result.label} {result.metric}"
    case = ET.Element(
        "testcase", classname=_replace_illegal(result.dataset), name=_replace_illegal(name)
    )
    outcome = _get_outcome(result.verdict, strict)
    if outcome:
        message = _replace_illegal(
            f"{result.verdict}: {to_one_line(explain_verdict(result, n_tested))}"
        )
        tag = "failure" if outcome == "failures" else "skipped"
        ET.SubElement(case, tag, message=message).text = message
    return case, outcome


def _get_outcome(verdict: Verdict, strict: bool) -> str | None:
    if get_exit_code(verdict, strict):
        return "failures"
    return "skipped" if verdict == "inconclusive" else None


def _replace_illegal(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)


def _escape_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_data(text).replace(":", "%3A").replace(",", "%2C")
