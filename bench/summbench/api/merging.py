"""`summbench.merge`: several runs, baselines and bundles on one board."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import mkdtemp

from summbench.api.arguments import to_names, to_path
from summbench.api.run import Run
from summbench.core.errors import SummbenchError
from summbench.core.records import Progress, ignore_progress
from summbench.report.html.report import write_html_report
from summbench.report.render import render_run
from summbench.report.sources import render_sources
from summbench.runs import files
from summbench.runs.merge.board import build_board
from summbench.runs.merge.checks import refuse_unlike
from summbench.runs.merge.contents import read_contents
from summbench.runs.merge.metadata import build_merged_metadata, list_omissions
from summbench.runs.merge.parts import Part, list_shared, name_models, sort_parts
from summbench.runs.merge.tables import add_tables, collect_evidence, write_examples
from summbench.runs.run import RunData
from summbench.runs.writer import RunWriter
from summbench.store.atomic_files import check_writable

_NAME = "merged"


def merge(
    runs: Sequence[str | Path | Run],
    out: str | Path | None = None,
    *,
    primary: str | None = None,
    replay: bool = False,
    allow_code: Sequence[str] = (),
    progress: Progress = ignore_progress,
) -> Run:
    """Put runs, baselines and bundles on one board, and compare all models anew.

    Their order changes nothing. Models of one name and one set of summaries are shown once; of
    other summaries they get the names of their runs. `replay` scores bundles again first; what was
    not scored again is taken on trust, and the run says so. `out` is a new or empty folder; without
    it nothing is written that stays.

    Raises: SummbenchError, if they have other articles, signatures or primary metrics, if two
    systems cannot be told apart, or if one was changed since it was written.
    """
    if isinstance(runs, str | Path | Run) or not isinstance(runs, Iterable):
        raise SummbenchError("merge takes a list of runs: merge([RUN, RUN]).")
    sources = [
        run.data if isinstance(run, Run) else RunData.open(to_path("a run", run)) for run in runs
    ]
    packages = to_names("allow_code", allow_code)
    target = None if out is None else to_path("out", out)
    if target is not None and target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise SummbenchError(f"{target} is not empty. Give --out a new folder.")
    parts = sort_parts(sources)
    replays = _replay(parts, packages, progress) if replay else {}
    with ExitStack() as cleanup:
        temporary = Path(mkdtemp(prefix="summbench-")) if target is None else None
        if temporary:
            cleanup.callback(shutil.rmtree, temporary, ignore_errors=True)
        folder = target or (temporary or Path()) / _NAME
        _write(folder, parts, primary, replays, progress)
        cleanup.pop_all()
    run = Run(RunData.open(folder))
    if temporary:
        run._own_folder(temporary)
    return run


def _write(
    folder: Path,
    parts: Sequence[Part],
    primary: str | None,
    replays: dict[str, str],
    progress: Progress,
) -> None:
    metric = refuse_unlike(parts, primary)
    parts, apart = name_models(parts)
    contents = read_contents(parts)
    evidence = collect_evidence(parts, contents)
    board = build_board(folder.name, parts, contents, metric, evidence, progress)
    notes = [*apart, *list_shared(parts), *list_omissions(parts, contents)]
    metadata = build_merged_metadata(folder.name, parts, contents, metric, replays, notes)
    check_writable(folder, "out=FOLDER (--out FOLDER)")
    with RunWriter(folder) as writer:
        add_tables(writer, parts, contents, evidence)
        write_examples(folder, parts, contents, board)
        texts = render_run(board) | {files.SOURCES: render_sources(metadata)}
        writer.finish(texts, metadata)
    write_html_report(folder, board)


def _replay(parts: Sequence[Part], packages: Sequence[str], progress: Progress) -> dict[str, str]:
    """A part's hash -> what of it was scored again here and is equal.

    Raises: SummbenchError for a bundle whose scores are not those of its summaries.
    """
    from summbench.analysis.bundle.replay import replay_bundle  # noqa: PLC0415 - imports scipy

    replays = {}
    for part in parts:
        if not part.run.is_bundle:
            continue
        report = replay_bundle(part.run.path, packages, progress)
        if report.differences:
            first = report.differences[0]
            raise SummbenchError(
                f"{part.run.path} is not reproduced: {len(report.differences):,} numbers differ, "
                f"the first in {first.file} at {first.where}: {first.recorded!r} there, "
                f"{first.here!r} here. See summbench replay {part.run.path}."
            )
        text = f"{report.scores:,} scores, equal bit for bit"
        if report.unscored:
            text += f"; not scored again: {', '.join(report.unscored)}"
        replays[part.sha256] = text
    return replays
