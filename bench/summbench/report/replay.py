"""What a replay of a bundle found, as lines for people."""

from __future__ import annotations

from collections.abc import Iterator

from summbench.analysis.bundle.replay import ReplayReport

_MOST_DIFFERENCES = 20


def render_replay(report: ReplayReport) -> str:
    """Write what was not scored, what is other than in the run, and what differs."""
    lines = [f"{report.bundle}: {report.files} files, every checksum is right."]
    for reason in dict.fromkeys(report.unscored.values()):
        names = [name for name, why in report.unscored.items() if why == reason]
        lines.append(f"Not scored again: {', '.join(names)} ({reason})")
    lines += _format_changes(report)
    for difference in report.differences[:_MOST_DIFFERENCES]:
        recorded, here = map(_format_value, (difference.recorded, difference.here))
        lines.append(f"{difference.file}: {difference.where}: recorded {recorded}, here {here}")
    if len(report.differences) > _MOST_DIFFERENCES:
        lines.append(f"... and {len(report.differences) - _MOST_DIFFERENCES:,} more")
    lines.append(
        f"{report.scores:,} scores computed again, {report.means:,} means checked. "
        + _format_verdict(report)
    )
    return "\n".join(lines)


def _format_changes(report: ReplayReport) -> Iterator[str]:
    if report.other_versions:
        versions = (f"{n} {run} (here {here})" for n, (run, here) in report.other_versions.items())
        yield f"Other versions than in the run: {', '.join(versions)}"
    for name, (recorded, here) in report.other_signatures.items():
        yield f"The signature of {name} was {recorded}, and is {here} here."
    for name in report.other_fingerprints:
        yield f"The config, code or weights of {name} are not those of the run."


def _format_verdict(report: ReplayReport) -> str:
    if report.is_reproduced:
        return "All are equal, bit for bit."
    gap = report.largest_gap
    largest = "" if gap is None else f", the largest by {gap:.2g}"
    return f"{len(report.differences):,} differ{largest}."


def _format_value(value: object) -> str:
    return "nothing" if value is None else "undefined" if value != value else repr(value)
