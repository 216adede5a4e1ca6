"""`summbench bundle`: a run as one sealed file."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from summbench.cli.console import say
from summbench.cli.run import AllowCode
from summbench.core.errors import SummbenchError
from summbench.runs import files

if TYPE_CHECKING:
    from summbench.core.records import Example

Run = Annotated[Path, typer.Argument(metavar="RUN", help="A results folder.")]
Out = Annotated[
    Path | None, typer.Option(help="The file to write; RUN.bundle.zip by default.", metavar="FILE")
]
WithArticles = Annotated[
    bool, typer.Option("--with-articles", help="Put the article texts in, not their hashes alone.")
]


def bundle(
    run: Run, out: Out = None, with_articles: WithArticles = False, allow_code: AllowCode = None
) -> int:
    """Seal a run's files, its references and their checksums in one archive.

    The datasets are loaded again, from the folder in which the run was started. References are
    always in the archive, as re-scoring needs them; folders and secrets of this machine are not.

    \b
    Example:
      summbench bundle results/quickstart --out quickstart.bundle.zip
    """
    from summbench.analysis.replay import references
    from summbench.core.redaction import private
    from summbench.runs.bundle import changed, seal
    from summbench.store.store import write_bytes

    made = recorded_run(run / files.RUN)
    members = {name: _bytes(run / name) for name in (files.SCORES, files.PREDICTIONS)}
    members |= _tables(run)
    _check_files(run, made.get("files", {}), members)
    datasets = recorded_datasets(made, allow_code or [])
    kept = {name: value for name, value in made.items() if name != "datasets"}
    content = private(kept, os.environ) | {"datasets": made["datasets"]}
    reduced = list(changed(kept, content))
    members = _without_folders(members)
    if "files" in content:
        digests = {name: hashlib.sha256(data).hexdigest() for name, data in members.items()}
        content["files"] = {name: digests[name] for name in content["files"] if name in digests}
    members[files.RUN] = (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()
    members[files.REFERENCES] = references(datasets, with_articles)
    data = seal(members)
    place = run if run.name else run.resolve()
    out = out or place.with_name(files.name_bundle(place.name))
    if out.exists() and out.read_bytes() != data:
        raise SummbenchError(
            f"{out} exists and holds something else; give another with --out FILE."
        )
    write_bytes(data, out)
    if reduced:
        say(f"Without this machine's folders and secrets: {', '.join(reduced)} (in run.json).")
    texts = "are in it too." if with_articles else "are not, only hashes (--with-articles)."
    say(f"Sealed {len(members)} files in {out}, {len(data):,} bytes.")
    say(f"References are in it, as scoring again needs them; article texts {texts}")
    say(f"SHA-256 {hashlib.sha256(data).hexdigest()}")
    return 0


def _tables(run: Path) -> dict[str, bytes]:
    """The tables that the run has, and what a judge replied if one was asked."""
    optional = (*files.LEADERBOARD_RENDERINGS, files.EVIDENCE, *files.ROBUSTNESS_FILES)
    wanted = [name for name in optional if (run / name).exists()]
    return {name: _bytes(run / name) for name in {files.LEADERBOARD, *wanted}}


def _check_files(run: Path, digests: Mapping[str, str], members: Mapping[str, bytes]) -> None:
    for name, data in members.items():
        if digests.get(name) not in (None, hashlib.sha256(data).hexdigest()):
            raise SummbenchError(
                f"{run / name} is not what the run wrote (run.json has another SHA-256); "
                "repeat the run, or render its tables again with summbench report."
            )


def recorded_datasets(
    made: Mapping[str, Any], allowed_packages: Sequence[str]
) -> dict[str, Sequence[Example]]:
    """The run's datasets, loaded again; SummbenchError if they are not what they were."""
    from summbench.datasets.description import ArticleHashes
    from summbench.evaluation.components import load_dataset

    found = {}
    for name, node in made["config"]["dataset"].items():
        examples, statistics = load_dataset(name, node, made["config"]["limit"], allowed_packages)
        was = made["datasets"][name]
        if statistics.fingerprint != was["fingerprint"]:
            now = ArticleHashes({name: statistics})
            now.add({name: examples})
            raise SummbenchError(
                f"The dataset {name!r} has changed since the run "
                f"({_first_change(was['articles'], now.hashes[name])}); go where the run's data "
                "is, or repeat the run."
            )
        found[name] = examples
    return found


def _first_change(was: Mapping[str, str], now: Mapping[str, str]) -> str:
    if not was or not now:
        return "which article can't be said: of so many, run.json has no hash of each"
    other = [key for key in {**was, **now} if was.get(key) != now.get(key)]
    return f"first: {other[0]!r}" if other else "the order of its articles"


def _without_folders(members: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files as they are, unless the error of a failed article names a folder."""
    import pyarrow as pa

    from summbench.core.redaction import without_folders
    from summbench.leaderboard.serialization import from_json, to_json
    from summbench.report.render import TABLES
    from summbench.store.parts import parquet, table_of

    found = dict(members)
    board = from_json(members[files.LEADERBOARD].decode(), files.LEADERBOARD)
    failures = {name: without_folders(said) for name, said in board.failures.items()}
    if failures != board.failures:
        board = replace(board, failures=failures)
        texts = {name: render(board) for name, render in TABLES.items()}
        texts[files.LEADERBOARD] = to_json(board)
        found |= {name: text.encode() for name, text in texts.items() if name in members}
    table = table_of(members[files.PREDICTIONS])
    errors = table["error"].to_pylist()
    said = [error and without_folders(error) for error in errors]
    if said != errors:
        place = table.column_names.index("error")
        table = table.set_column(place, "error", pa.array(said, pa.string()))
        found[files.PREDICTIONS] = parquet(table)
    return found


def recorded_run(file: Path) -> dict[str, Any]:
    """The content of a run.json that a run of summbench wrote."""
    try:
        content = json.loads(_bytes(file))
        if not {"config", "datasets", "models", "metrics", "versions"} <= content.keys():
            raise SummbenchError(f"{file} is none of a run of summbench.")
    except (ValueError, AttributeError) as error:
        raise SummbenchError(f"{file} is no JSON object ({error}).") from error
    return dict(content)


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise SummbenchError(
            f"{file.parent} is no results folder: {file.name} can't be read ({error.strerror})."
        ) from error
