"""`summbench replay`: score a bundle again and compare."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from summbench.cli.console import progress, say
from summbench.cli.run import AllowCode
from summbench.core.errors import SummbenchError
from summbench.runs import files

if TYPE_CHECKING:
    from summbench.analysis.replay import Difference, Recorded
    from summbench.core.records import TaskResult
    from summbench.evaluation.score import MetricSpec

Bundle = Annotated[Path, typer.Argument(metavar="BUNDLE", help="What summbench bundle made.")]

_NUMBERS_DIFFER = 2
_SHOWN = 20


def replay(bundle: Bundle, allow_code: AllowCode = None) -> int:
    """Check a bundle's checksums, score its predictions again, and compare bit for bit.

    Exit codes: 0 all that could be scored again is equal, 1 the bundle is damaged or unreadable,
    2 numbers differ. No model is run and nothing is downloaded.

    \b
    Example:
      summbench replay quickstart.bundle.zip
    """
    os.environ["HF_HUB_OFFLINE"] = "1"
    from summbench.analysis.replay import differences, recorded
    from summbench.leaderboard.serialization import from_json
    from summbench.runs.bundle import opened

    members = opened(bundle)
    say(f"{bundle}: {len(members)} files, every checksum is right.")
    found = recorded(members)
    board = from_json(_text(members, files.LEADERBOARD), files.LEADERBOARD)
    measures, refused = _measures(found.run, allow_code or [])
    cells = _rescored(found, measures, refused)
    unscored = _unscored(found, measures, refused)
    for reason in dict.fromkeys(unscored.values()):
        names = [name for name, why in unscored.items() if why == reason]
        say(f"Not scored again: {', '.join(names)} ({reason})")
    _tell_versions(found.run, measures)
    wrong = list(differences(found, board, cells, unscored))
    for difference in wrong[:_SHOWN]:
        was, now = (_shown(value) for value in (difference.recorded, difference.here))
        say(f"{difference.file}: {difference.where}: recorded {was}, here {now}")
    if len(wrong) > _SHOWN:
        say(f"... and {len(wrong) - _SHOWN:,} more")
    scores = sum(len(values) for cell in cells for values in cell.scores.values())
    if not scores and not wrong:
        raise SummbenchError("No metric of the bundle can be scored again here; see above.")
    done = f"{scores:,} scores made again, {len(board.entries):,} means checked"
    say(f"{done}. {_verdict(wrong)}")
    return _NUMBERS_DIFFER if wrong else 0


def _measures(
    run: Mapping[str, Any], allowed_packages: Sequence[str]
) -> tuple[list[MetricSpec], dict[str, str]]:
    """The metrics that can be made here, and why the others can't."""
    from summbench.evaluation.components import build_metric
    from summbench.evaluation.nodes import is_node

    found, refused = [], {}
    for name, node in run["config"]["metric"].items():
        target = str(node.get("_target_", "")) if isinstance(node, dict) else ""
        package = target.split(".")[0]
        if not target.startswith("summbench.metrics.") and package not in allowed_packages:
            refused[name] = f"{target or name} is no metric of summbench; see --allow-code"
        elif any(map(is_node, node.values())):
            refused[name] = "it asks a model, and a bundle may not start one"
        else:
            try:
                found.append(
                    build_metric(
                        name,
                        node,
                        allowed_packages,
                        run["config"].get("score_normalization", "raw"),
                    )
                )
            except SummbenchError as error:
                refused[name] = str(error)
    return found, refused


def _rescored(
    bundle: Recorded, measures: Sequence[MetricSpec], refused: dict[str, str]
) -> list[TaskResult]:
    """The cells of each metric; one that can't work here is added to those refused."""
    from summbench.evaluation.score import score
    from summbench.store.store import Store

    cells = []
    with TemporaryDirectory(prefix="summbench-replay-") as folder, progress() as told:
        for measure in measures:
            try:
                cells += score(
                    bundle.datasets, bundle.predicted, [measure], Store(Path(folder)), told
                )
            except SummbenchError as error:
                refused[measure.name] = " ".join(str(error).split())
    return cells


def _unscored(
    bundle: Recorded, measures: Sequence[MetricSpec], refused: Mapping[str, str]
) -> dict[str, str]:
    """The recorded columns that can't be made again, and why."""
    needs_article = {
        f"{measure.name}.{name}"
        for measure in measures
        for name, column in measure.metric.columns.items()
        if "article" in column.needs and not bundle.has_articles
    }
    found = {}
    for metric in dict.fromkeys(metric for _, _, metric, _ in bundle.scores):
        if metric.partition(".")[0] in refused:
            found[metric] = refused[metric.partition(".")[0]]
        elif metric in needs_article:
            found[metric] = "the bundle was made without --with-articles"
    return found


def _tell_versions(run: Mapping[str, Any], measures: Sequence[MetricSpec]) -> None:
    """What is not as it was: versions, and the code or signature of a metric."""
    from summbench.runs.provenance import installed

    was = dict(run["versions"])
    for said in run["metrics"].values():
        was |= said.get("versions", {})
    other = [
        f"{name} {version} (here {here})"
        for name, version in was.items()
        if (here := installed(name)) != version
    ]
    if other:
        say(f"Other versions than in the run: {', '.join(other)}")
    for measure in measures:
        said = run["metrics"].get(measure.name, {})
        if said.get("signature") != measure.signature:
            recorded, here = said.get("signature"), measure.signature
            say(f"The signature of {measure.name} was {recorded}, and is {here} here.")
        elif said.get("fingerprint") != measure.fingerprint:
            say(f"The config, code or weights of {measure.name} are not those of the run.")


def _text(members: Mapping[str, bytes], name: str) -> str:
    try:
        return members[name].decode()
    except (KeyError, UnicodeDecodeError) as error:
        raise SummbenchError(f"The bundle's {name} is not there or no text ({error!r}).") from error


def _verdict(wrong: Sequence[Difference]) -> str:
    if not wrong:
        return "All are equal, bit for bit."
    gaps = [
        abs(d.recorded - d.here)
        for d in wrong
        if isinstance(d.recorded, float) and isinstance(d.here, float)
    ]
    largest = max((gap for gap in gaps if gap == gap), default=None)
    by = "" if largest is None else f", the largest by {largest:.2g}"
    return f"Different: {len(wrong):,}{by}."


def _shown(value: object) -> str:
    return "nothing" if value is None else "undefined" if value != value else repr(value)
