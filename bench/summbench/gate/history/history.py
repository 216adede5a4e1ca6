"""The history: since which version is a system worse than the pinned release?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from summbench.core.errors import SummbenchError
from summbench.core.suggestions import suggest
from summbench.gate.differences import Key
from summbench.gate.history.comparison import Comparisons, compare_versions
from summbench.gate.history.line import HistoryLine, parse_time
from summbench.gate.history.pairing import describe_instability, list_release_rows, pair_row
from summbench.gate.history.records import HistoryReport, Version
from summbench.gate.history.rows import build_row
from summbench.gate.history.versions import RowScores, VersionLines, find_release, fold_lines
from summbench.gate.records import combine_verdicts


def build_history(
    lines: Sequence[HistoryLine],
    release: str | HistoryLine | None = None,
    *,
    branch: str | None = None,
    metrics: Sequence[str] | None = None,
) -> HistoryReport:
    """Compare every version with the release on the same articles.

    `release` is a commit, a line, or None for the first version. Versions before it are left out.
    `branch` leaves only its versions beside the release, `metrics` only these metrics: all rows and
    versions that are looked at are one family.

    Raises: SummbenchError if there is no run, or no such release, branch or metric.
    """
    if isinstance(release, HistoryLine) and release not in lines:
        lines = [release, *lines]
    if not lines:
        raise SummbenchError("A history needs a run: give results folders or a history.jsonl.")
    versions = fold_lines(lines)
    if isinstance(release, HistoryLine):
        pinned = next(v for v in versions if release in v.lines)
    else:
        pinned = find_release(versions, release)
    later = _select_branch(versions[versions.index(pinned) + 1 :], versions, branch)
    keys, omitted = list_release_rows(pinned)
    keys = _select_metrics(keys, metrics)
    pairings = [{key: pair_row(key, row, v) for key, row in keys.items()} for v in later]
    order = sorted(range(len(later)), key=lambda i: later[i].run_time)
    compared = compare_versions(pairings, order)
    described = _describe_versions(later, compared)
    newest = _find_newest(later)
    places = [] if newest is None else [i for i, v in enumerate(later) if _is_on(v, later[newest])]
    rows = [
        build_row(key, row, described, [of[key] for of in compared.points], pairings, places)
        for key, row in keys.items()
    ]
    notes = [
        *_describe_folding([pinned, *later]),
        *describe_instability([pinned, *later], list(keys)),
        *_describe_left_out(versions.index(pinned)),
    ]
    return HistoryReport(
        verdict=combine_verdicts([row.verdict for row in rows]) if later else "pass",
        release=pinned.version,
        versions=described,
        newest=newest,
        branch=later[newest].version.branch if newest is not None else branch,
        rows=rows,
        quantile=compared.quantile,
        alpha_spent=compared.alpha_spent,
        notes=notes,
        not_judged=[*omitted, *_list_new_rows(later, keys)],
    )


def _select_branch(
    later: Sequence[VersionLines], versions: Sequence[VersionLines], branch: str | None
) -> list[VersionLines]:
    if branch is None:
        return list(later)
    names = {v.version.branch for v in versions if v.version.branch}
    if branch not in names:
        raise SummbenchError(
            f"No version is of the branch {branch!r}.{suggest(branch, sorted(names))} Branches "
            f"here: {', '.join(sorted(names)) or 'none'}."
        )
    return [v for v in later if v.version.branch == branch]


def _select_metrics(
    rows: Mapping[Key, RowScores], metrics: Sequence[str] | None
) -> dict[Key, RowScores]:
    names = sorted({key[2] for key in rows})
    for metric in metrics or ():
        if metric not in names:
            raise SummbenchError(
                f"The release has no metric {metric!r}.{suggest(metric, names)} Its metrics are "
                f"{', '.join(names) or 'none'}."
            )
    return {key: row for key, row in rows.items() if metrics is None or key[2] in metrics}


def _describe_versions(later: Sequence[VersionLines], compared: Comparisons) -> list[Version]:
    return [
        replace(
            v.version,
            comparison=compared.numbers[i],
            level=compared.levels[i],
            same_scores_as=later[compared.originals[i]].version.label
            if i in compared.originals
            else None,
        )
        for i, v in enumerate(later)
    ]


def _find_newest(later: Sequence[VersionLines]) -> int | None:
    """The newest commit of the branch that was run last."""
    if not later:
        return None
    last = max(later, key=lambda v: parse_time(v.lines[-1].finished))
    return max(i for i, v in enumerate(later) if _is_on(v, last))


def _is_on(version: VersionLines, other: VersionLines) -> bool:
    return version.version.branch == other.version.branch


def _describe_folding(versions: Sequence[VersionLines]) -> list[str]:
    repeated = [v for v in versions if len(v.lines) > 1]
    if not repeated:
        return []
    names = ", ".join(f"{v.version.label} ({len(v.lines)} runs)" for v in repeated[:5])
    more = f" and {len(repeated) - 5} more" if len(repeated) > 5 else ""
    return [f"Runs of the same commit are the same evidence, and count once: {names}{more}."]


def _describe_left_out(count: int) -> list[str]:
    if not count:
        return []
    noun, verb = ("version", "is") if count == 1 else ("versions", "are")
    return [f"{count} {noun} before the release {verb} left out."]


def _list_new_rows(later: Sequence[VersionLines], keys: Mapping[Key, RowScores]) -> list[str]:
    release_rows = {key[1:] for key in keys}
    new = dict.fromkeys(
        f"{metric} of {model}"
        for v in later
        for _, model, metric in v.list_keys()
        if (model, metric) not in release_rows
    )
    names = list(new)
    more = f" and {len(names) - 4} more" if len(names) > 4 else ""
    return [f"Not at the release: {', '.join(names[:4])}{more}."] if names else []
