"""A history in words: the verdict, and a sentence for each finding."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from math import isnan

from summbench.gate.history.records import HistoryReport, HistoryRow, Point, Version
from summbench.gate.records import Verdict
from summbench.report.gate_numbers import format_points
from summbench.report.gate_sentences import count_rows

_ORDER: Sequence[Verdict] = ("not comparable", "regressed", "inconclusive", "improved", "pass")


def sort_history_rows(report: HistoryReport) -> list[HistoryRow]:
    """The worst verdict first, then the largest loss at the newest version, then at any."""

    def place(row: HistoryRow) -> tuple[int, float, float]:
        newest = get_newest_point(report, row).difference
        losses = [p.difference for p in row.points if not isnan(p.difference)]
        return _ORDER.index(row.verdict), 0.0 if isnan(newest) else newest, min(losses, default=0.0)

    return sorted(report.rows, key=place)


def has_datasets(report: HistoryReport) -> bool:
    """Whether rows need the name of their dataset."""
    return len({row.dataset for row in report.rows}) > 1


def format_verdict(report: HistoryReport, strict: bool = False) -> str:
    """The verdict on the newest version in one sentence."""
    newest = get_newest(report)
    if newest is None:
        return f"There is only the release, {name_version(report.release)}: nothing to compare yet."
    if not report.rows:
        return "Nothing was judged: the release has no scores that are all defined."
    count = sum(row.verdict == report.verdict for row in report.rows)
    of_all = f"{count} of {count_rows(report.rows)}"
    fails = "" if strict else " This does not fail without --strict."
    end = f"the release {name_version(report.release)}"
    return (
        f"{name_version(newest)}, the newest version: "
        + {
            "pass": f"nothing is surely lower than at {end}.",
            "improved": f"{of_all} surely higher than at {end}, none surely lower.",
            "regressed": f"{of_all} surely lower than at {end}.",
            "inconclusive": f"{of_all} may be lower than at {end}.{fails}",
            "not comparable": f"{of_all} can't be compared with {end}.",
        }[report.verdict]
    )


def list_findings(report: HistoryReport) -> list[str]:
    """A sentence for each row with a finding, the worst first; rows with one problem share it."""
    names: dict[tuple[str, str], list[str]] = {}
    for row in sort_history_rows(report):
        if sentence := _describe_newest(report, row):
            names.setdefault(sentence, []).append(name_row(report, row))
    lines = [f"{before}{', '.join(rows)}{after}" for (before, after), rows in names.items()]
    for row in sort_history_rows(report):
        lines += _describe_past(report, row)
    return lines + _describe_other_branches(report)


def name_row(report: HistoryReport, row: HistoryRow) -> str:
    """Metric and system; the dataset if there are several."""
    on = f" on {row.dataset}" if has_datasets(report) else ""
    return f"{row.metric} of {row.model}{on}"


def name_version(version: Version) -> str:
    """Its label and day."""
    return f"{version.label} ({version.date})"


def _cite(version: Version) -> str:
    return f"{'commit ' if version.commit else ''}{name_version(version)}"


def get_newest(report: HistoryReport) -> Version | None:
    """The version that the verdict is on."""
    return None if report.newest is None else report.versions[report.newest]


def list_branch_places(report: HistoryReport) -> list[int]:
    """The places of the versions of the verdict's branch."""
    return [i for i, v in enumerate(report.versions) if v.branch == report.branch]


def format_difference(point: Point, row: HistoryRow) -> str:
    """The difference with its band: "-1.80 points [-2.60, -1.00]"."""
    unit = " points" if row.is_fraction else ""
    return f"{format_score(point.difference, row, '+')}{unit} {format_band(point, row)}"


def format_band(point: Point, row: HistoryRow) -> str:
    """The borders of the band."""
    if isnan(point.low):
        return "-"
    low, high = (format_score(value, row, "+") for value in (point.low, point.high))
    return f"[{low}, {high}]"


def format_score(value: float, row: HistoryRow, sign: str = "") -> str:
    """Points of a score between 0 and 1, else the plain value."""
    return format_points(value if row.is_fraction else value / 100, sign)


def get_newest_point(report: HistoryReport, row: HistoryRow) -> Point:
    """The row's point at the version that the verdict is on."""
    return Point() if report.newest is None else row.points[report.newest]


def _describe_newest(report: HistoryReport, row: HistoryRow) -> tuple[str, str] | None:
    """What comes before and after the row's name in its sentence; None without a finding."""
    newest = get_newest(report)
    if newest is None:
        return None
    point = get_newest_point(report, row)
    numbers = f"{format_difference(point, row)} at {newest.label}"
    since = next((f"Since {_cite(v)} " for v in report.versions if v.label == row.since), "")
    if row.verdict == "regressed":
        return since, f" is surely lower: {numbers}."
    if row.verdict == "improved":
        return "", f" is surely higher: {numbers}."
    if point.problem:
        return "", f": {point.problem}, at {newest.label}."
    if row.verdict == "inconclusive":
        return since, (
            f" may be lower: {numbers}. The band excludes 0; the test of comparison "
            f"{newest.comparison} does not yet (p {_format_p(point)}, its level is "
            f"{newest.level:.2g})."
        )
    return None


def _format_p(point: Point) -> str:
    return "< 0.0001" if point.p_adjusted < 1e-4 else f"= {point.p_adjusted:.4f}"


def is_mended(report: HistoryReport, row: HistoryRow) -> bool:
    """Whether the band was below zero at some version of the branch, and is not at the newest."""
    *before, newest = (row.points[i].is_lower for i in list_branch_places(report))
    return any(before) and not newest


def _describe_past(report: HistoryReport, row: HistoryRow) -> list[str]:
    """A sentence on the losses that ended before the newest version: the first and the worst."""
    places = list_branch_places(report)
    groups = groupby(places, key=lambda i: row.points[i].is_lower)
    stretches = [group for is_lower, group in ((k, list(g)) for k, g in groups) if is_lower]
    past = [group for group in stretches if group[-1] != places[-1]]
    if not past:
        return []
    ended = [i for group in past for i in group]
    worst = min(ended, key=lambda i: row.points[i].difference)
    surely = "surely " if any(row.points[i].is_significant for i in ended) else ""
    first, last = report.versions[ended[0]], report.versions[ended[-1]]
    place = f"at {_cite(first)}"
    if len(ended) > 1:
        place = f"at {len(ended)} versions from {_cite(first)} to {name_version(last)}"
    numbers = format_difference(row.points[worst], row)
    if len(ended) > 1:
        numbers = f"at most by {numbers}, at {report.versions[worst].label}"
    name = name_row(report, row)
    if len(past) < len(stretches):
        return [f"{name} was also {surely}lower before, {place}: {numbers}."]
    return [f"{name} was {surely}lower {place}, mended since: {numbers}."]


def _describe_other_branches(report: HistoryReport) -> list[str]:
    sentences = []
    for branch in dict.fromkeys(v.branch for v in report.versions):
        if branch == report.branch:
            continue
        place = max(i for i, v in enumerate(report.versions) if v.branch == branch)
        losses = [
            f"{name_row(report, row)} {format_difference(row.points[place], row)}"
            for row in sort_history_rows(report)
            if row.points[place].is_lower
        ]
        state = f"lower are {'; '.join(losses)}" if losses else "nothing is surely lower"
        name = "Without a branch" if branch is None else f"On the branch {branch}"
        sentences.append(f"{name}, at {name_version(report.versions[place])}: {state}.")
    return sentences
