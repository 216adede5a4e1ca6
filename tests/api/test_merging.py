"""Merged runs are one run of all: the same bytes, in any order; what is unlike is refused."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

import summbench
from summbench.core.errors import SummbenchError
from summbench.runs import files
from summbench.runs.bundle import open_bundle, seal_bundle
from summbench.runs.schema import RunMetadata
from tests.commands import rows

_WORDS = ["the", "mayor", "opened", "a", "new", "bridge", "over", "an", "old", "river", "again"]
_SYSTEMS = {
    "alpha": lambda i: " ".join(_WORDS[: 4 + i % 7]) + ".",
    "beta": lambda i: " ".join(_WORDS[i % 5 :]) + ".",
    "gamma": lambda i: " ".join(reversed(_WORDS[: 3 + i % 9])) + ".",
}
_REFERENCES = [" ".join(_WORDS[i % 3 : 8 + i % 5]) + "." for i in range(12)]
_METRICS = ["rouge", "length"]


def _write_lines(path: Path, texts: Sequence[str], column: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [json.dumps({"id": f"a{i}", column: text}) for i, text in enumerate(texts)]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def _score(
    folder: Path,
    name: str,
    systems: Mapping[str, Sequence[str]],
    references: Mapping[str, Sequence[str]] | None = None,
    metrics: Sequence[str] = _METRICS,
) -> Path:
    """A run of recorded systems in folder/name; of one dataset, called news by default."""
    [(dataset, texts)] = (references or {"news": _REFERENCES}).items()
    reference_file = _write_lines(folder / f"{name}_refs" / f"{dataset}.jsonl", texts, "reference")
    paths = [
        _write_lines(folder / f"{name}_files" / f"{system}.jsonl", summaries, "summary")
        for system, summaries in systems.items()
    ]
    summbench.score(paths, references=reference_file, metrics=list(metrics), out=folder / name)
    return folder / name


def _summaries(*names: str, n: int = 12) -> dict[str, list[str]]:
    return {name: [_SYSTEMS[name](i) for i in range(n)] for name in names}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three runs, their bundles, and in whole/board one run of all."""
    folder = tmp_path_factory.mktemp("runs")
    for name, systems in {"a": "alpha beta", "b": "beta", "c": "gamma"}.items():
        run = _score(folder, name, _summaries(*systems.split()))
        summbench.bundle(run, folder / f"{name}.bundle.zip")
    _score(folder / "whole", "board", _summaries("alpha", "beta", "gamma"))
    return folder


def _bundles(folder: Path, names: str = "abc") -> list[Path]:
    return [folder / f"{name}.bundle.zip" for name in names]


def test_three_bundles_are_the_bytes_of_one_run_of_all(runs: Path, tmp_path: Path) -> None:
    summbench.merge(_bundles(runs), tmp_path / "board")
    for name in (files.SCORES, files.PREDICTIONS, files.LEADERBOARD, *files.LEADERBOARD_RENDERINGS):
        expected = (runs / "whole" / "board" / name).read_bytes()
        assert (tmp_path / "board" / name).read_bytes() == expected, name


def test_the_order_of_the_runs_changes_no_byte(runs: Path, tmp_path: Path) -> None:
    for i, order in enumerate(("abc", "cba", "bacb")):
        summbench.merge(_bundles(runs, order), tmp_path / str(i) / "board")
    names = sorted(path.name for path in (tmp_path / "0" / "board").iterdir() if path.is_file())
    assert files.RUN in names
    for name in names:
        contents = {(tmp_path / str(i) / "board" / name).read_bytes() for i in range(3)}
        assert len(contents) == 1, name


def test_shared_summaries_are_shown_once_and_said(runs: Path) -> None:
    merged = summbench.merge(_bundles(runs))
    metadata = merged.data.run_metadata
    assert sorted(merged.data.leaderboard.models) == ["alpha", "beta", "gamma"]
    assert metadata.notes == ["Several runs have the same summaries of beta: shown once."]
    assert metadata.kind == "merged"
    assert metadata.sources is not None
    assert [(s.name, s.kind, s.replay) for s in metadata.sources] == [
        ("a", "bundle", None), ("b", "bundle", None), ("c", "bundle", None),
    ]  # fmt: skip


def test_other_summaries_under_one_name_are_told_apart(runs: Path, tmp_path: Path) -> None:
    other = _score(tmp_path, "z", {"beta": _summaries("gamma")["gamma"]})
    merged = summbench.merge([runs / "b", other])
    assert list(merged.data.leaderboard.models) == ["beta (b)", "beta (z)"]
    assert "beta has other summaries in each of 2 runs" in str(merged.data.run_metadata.notes)


def test_two_systems_that_names_do_not_tell_apart_are_refused(runs: Path, tmp_path: Path) -> None:
    other = _score(tmp_path, "b", {"beta": _summaries("gamma")["gamma"]})
    with pytest.raises(SummbenchError, match=r"do not tell them apart: two would be 'beta \(b\)'"):
        summbench.merge([runs / "b", other])


def test_runs_on_two_datasets_make_one_board(runs: Path, tmp_path: Path) -> None:
    references = [text.upper() for text in _REFERENCES]
    other = _score(tmp_path, "z", _summaries("alpha", "beta"), {"loud": references})
    merged = summbench.merge([other, runs / "a", runs / "c"])
    macro = merged.data.leaderboard.macro
    assert macro is not None
    assert list(macro.datasets) == ["loud", "news"]
    assert {entry.model for entry in macro.entries} == {"alpha", "beta"}
    assert macro.unranked == {"gamma": ["loud"]}
    assert "same name were taken to be the same system; this could not be checked" in str(
        merged.data.run_metadata.notes
    )


def test_what_is_not_merged_is_named_with_its_runs(tmp_path: Path) -> None:
    articles = {"news": [{**row, "group": f"g{i % 2}"} for i, row in enumerate(rows(12))]}
    for name, settings in {"p": {"perturbation": ["ocr"]}, "q": {"repeats": 2}}.items():
        model = "lead1" if name == "p" else "random3"
        out = tmp_path / name
        summbench.evaluate([model], articles, ["rouge"], out=out, **settings)  # type: ignore[arg-type]
    merged = summbench.merge([tmp_path / "p", tmp_path / "q"])
    assert merged.data.run_metadata.notes == [
        "Not merged: robustness to perturbations (robustness.md). See p.",
        "Not merged: each output of repeats (repeats.parquet); their means are. See q.",
        "Not merged: results by group of articles (leaderboard.md). See p, q.",
    ]


def test_unlike_articles_are_refused_with_the_difference(runs: Path, tmp_path: Path) -> None:
    texts = ["Other words.", *_REFERENCES[1:]]
    other = _score(tmp_path, "z", _summaries("gamma"), {"news": texts})
    with pytest.raises(SummbenchError, match=r"12 and 12, and 11 of them are equal .* 'a0'"):
        summbench.merge([runs / "a", other])
    fewer = _score(tmp_path, "y", _summaries("gamma", n=9), {"news": _REFERENCES[:9]})
    with pytest.raises(SummbenchError, match="12 and 9, and 9 of them are equal"):
        summbench.merge([runs / "a", fewer])


def test_one_corpus_under_two_names_is_refused(runs: Path, tmp_path: Path) -> None:
    other = _score(tmp_path, "z", _summaries("gamma"), {"paper": _REFERENCES})
    with pytest.raises(SummbenchError, match="the same articles under two names"):
        summbench.merge([runs / "a", other])


def test_unlike_signatures_are_refused_with_both(runs: Path, tmp_path: Path) -> None:
    other = tmp_path / "z"
    shutil.copytree(runs / "c", other)
    board = (other / files.LEADERBOARD).read_text("utf-8")
    (other / files.LEADERBOARD).write_text(board.replace("stem:no", "stem:yes"), "utf-8")
    _renew_checksums(other)
    with pytest.raises(SummbenchError, match=r"stem:no.* and .*stem:yes"):
        summbench.merge([runs / "a", other])


def _renew_checksums(folder: Path) -> None:
    from summbench.runs.run import RunData
    from summbench.runs.writer import write_manifest

    metadata = RunData.open(folder).metadata
    assert isinstance(metadata, RunMetadata)
    write_manifest(folder, metadata)


def test_other_primary_metrics_need_a_choice(runs: Path, tmp_path: Path) -> None:
    path = _write_lines(tmp_path / "gamma.jsonl", _summaries("gamma")["gamma"], "summary")
    references = _write_lines(tmp_path / "refs" / "news.jsonl", _REFERENCES, "reference")
    summbench.score(
        [path],
        references=references,
        metrics=_METRICS,
        primary="rouge.rouge1_f",
        out=tmp_path / "z",
    )
    with pytest.raises(SummbenchError, match=r"several primary metrics: rouge\.rouge2_f in 'a'"):
        summbench.merge([runs / "a", tmp_path / "z"])
    merged = summbench.merge([runs / "a", tmp_path / "z"], primary="rouge.rouge1_f")
    assert merged.data.leaderboard.primary == "rouge.rouge1_f"


def test_a_damaged_bundle_is_named(runs: Path, tmp_path: Path) -> None:
    data = bytearray((runs / "b.bundle.zip").read_bytes())
    data[data.index(b'"beta"') + 1] ^= 1
    (tmp_path / "b.bundle.zip").write_bytes(bytes(data))
    with pytest.raises(SummbenchError, match=r"b.bundle\.zip"):
        summbench.merge([runs / "a", tmp_path / "b.bundle.zip"])


def _forge(source: Path, target: Path, name: str, content: bytes) -> Path:
    """A bundle with another file in it and every checksum renewed."""
    members = open_bundle(source)
    members[name] = content
    metadata = json.loads(members[files.RUN])
    for member in metadata["files"]:
        metadata["files"][member] = hashlib.sha256(members[member]).hexdigest()
    members[files.RUN] = json.dumps(metadata).encode()
    target.write_bytes(seal_bundle(members))
    return target


def test_a_board_that_is_not_that_of_its_scores_is_named(runs: Path, tmp_path: Path) -> None:
    board = json.loads(open_bundle(runs / "c.bundle.zip")[files.LEADERBOARD])
    board["entries"][0]["mean"] += 0.01
    forged = _forge(
        runs / "c.bundle.zip",
        tmp_path / "c.bundle.zip",
        files.LEADERBOARD,
        json.dumps(board).encode(),
    )
    with pytest.raises(SummbenchError, match=r"c.bundle\.zip.*It was changed after it was written"):
        summbench.merge([runs / "a", forged])


def _raise_scores(source: Path, target: Path) -> Path:
    """A bundle whose scores and board are raised alike, with every checksum right."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    members = open_bundle(source)
    table = pq.read_table(io.BytesIO(members[files.SCORES]))
    rows = table.to_pylist()
    for row in rows:
        if row["metric"] == "rouge.rouge2_f":
            row["value"] = 0.9
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), out)
    board = json.loads(members[files.LEADERBOARD])
    for entry in board["entries"]:
        if entry["metric"] == "rouge.rouge2_f":
            entry["mean"] = 0.9
    forged = _forge(source, target, files.LEADERBOARD, json.dumps(board).encode())
    return _forge(forged, target, files.SCORES, out.getvalue())


def test_only_a_replay_finds_scores_that_were_forged_whole(runs: Path, tmp_path: Path) -> None:
    forged = _raise_scores(runs / "c.bundle.zip", tmp_path / "c.bundle.zip")
    trusting = summbench.merge([runs / "a.bundle.zip", forged])
    assert trusting.data.run_metadata.sources is not None
    assert trusting.data.run_metadata.sources[1].replay is None
    with pytest.raises(SummbenchError, match=r"c.bundle\.zip is not reproduced"):
        summbench.merge([runs / "a.bundle.zip", forged], replay=True)


def test_what_was_replayed_is_said(runs: Path) -> None:
    merged = summbench.merge([runs / "a.bundle.zip", runs / "c"], replay=True)
    page = (merged.data.path / files.SOURCES).read_text("utf-8")
    assert "equal bit for bit" in page
    assert (
        "c: the files are unchanged (checksums match), but the scores were not recomputed." in page
    )


@pytest.mark.parametrize("hashes_only", [False, True])
def test_a_baseline_is_merged_as_the_run_that_it_is_of(
    runs: Path, tmp_path: Path, hashes_only: bool
) -> None:
    from summbench.gate.baseline import write_baseline
    from summbench.runs.run import RunData

    write_baseline(RunData.open(runs / "c"), tmp_path / "c", hashes_only)
    merged = summbench.merge([runs / "a", tmp_path / "c"], tmp_path / "board")
    whole = summbench.load(runs / "whole" / "board").data.leaderboard
    assert merged.data.leaderboard.comparisons == whole.comparisons
    again = summbench.merge([tmp_path / "board", runs / "b"], tmp_path / "again")
    assert again.data.leaderboard.comparisons == whole.comparisons


def test_a_run_alone_and_a_full_folder_are_refused(runs: Path, tmp_path: Path) -> None:
    with pytest.raises(SummbenchError, match="two runs or more to merge, got 1"):
        summbench.merge([runs / "a", runs / "a"])
    with pytest.raises(SummbenchError, match="is not empty"):
        summbench.merge([runs / "a", runs / "b"], runs)
    with pytest.raises(SummbenchError, match="takes a list"):
        summbench.merge(str(runs / "a"))


def test_runs_are_listed_the_latest_first_and_a_damaged_one_is_said(
    runs: Path, tmp_path: Path
) -> None:
    from summbench.runs.catalogue import list_runs

    shutil.copytree(runs / "a", tmp_path / "a")
    shutil.copytree(runs / "c", tmp_path / "deep" / "c")
    shutil.copy(runs / "b.bundle.zip", tmp_path)
    (tmp_path / "deep" / "c" / files.RUN).write_text("{")
    listed = list_runs(tmp_path)
    assert {run.path.name for run in listed[:2]} == {"a", "b.bundle.zip"}
    assert listed[0].finished >= listed[1].finished > listed[2].finished == ""
    assert "can't" in listed[-1].problem or "no JSON" in listed[-1].problem
    table = summbench.list_runs(tmp_path).to_pandas()
    assert table.loc[table["kind"] == "run", "models"].tolist() == ["alpha, beta"]
    assert set(table["primary"]) == {"rouge.rouge2_f", ""}
    with pytest.raises(SummbenchError, match="There is no folder"):
        list_runs(tmp_path / "none")
