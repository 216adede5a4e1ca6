"""The gate's verdicts as JUnit XML, and as annotations of GitHub Actions."""

import re
from xml.etree import ElementTree as ET

from summbench.gate.records import GateReport, MetricVerdict, Verdict, get_exit_code
from summbench.report.verdicts import explained, one_line, sentences

# What XML 1.0 has no way to write (production 2, Char).
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(gate: GateReport, strict: bool = False) -> str:
    """One test case for each number; an inconclusive one is skipped, or fails if `strict`."""
    counts = {"tests": len(gate.metric_verdicts), "failures": 0, "skipped": 0, "errors": 0}
    cases = []
    for judgement in gate.metric_verdicts:
        case, outcome = _case(judgement, strict)
        cases.append(case)
        if outcome:
            counts[outcome] += 1
    attributes = {key: str(value) for key, value in counts.items()}
    suites = ET.Element("testsuites")
    suite = ET.SubElement(suites, "testsuite", {"name": "summbench compare", **attributes})
    suite.extend(cases)
    ET.indent(suites, " ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(suites, encoding="unicode")}\n'


def workflow_commands(gate: GateReport, strict: bool = False) -> list[str]:
    """A workflow command for each sentence: an error if it fails the gate, else a warning."""
    return [
        f"::{'error' if get_exit_code(verdict, strict) else 'warning'} "
        f"title={_property(f'summbench: {verdict}')}::{_data(sentence)}"
        for verdict, sentence in sentences(gate)
    ]


def _case(judgement: MetricVerdict, strict: bool) -> tuple[ET.Element, str | None]:
    name = f"{judgement.model} {judgement.metric}"
    case = ET.Element("testcase", classname=_legal(judgement.dataset), name=_legal(name))
    outcome = _outcome(judgement.verdict, strict)
    if outcome:
        message = _legal(f"{judgement.verdict}: {one_line(explained(judgement))}")
        tag = "failure" if outcome == "failures" else "skipped"
        ET.SubElement(case, tag, message=message).text = message
    return case, outcome


def _outcome(verdict: Verdict, strict: bool) -> str | None:
    if get_exit_code(verdict, strict):
        return "failures"
    return "skipped" if verdict == "inconclusive" else None


def _legal(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
