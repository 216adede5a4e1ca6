"""A bundle is scored again bit for bit, and whoever edits a number is found."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from summbench.analysis.bundle.replay import ReplayReport, replay_bundle
from summbench.analysis.bundle.writer import write_bundle
from summbench.core.errors import SummbenchError
from summbench.report.render import LEADERBOARD_FORMATS
from summbench.report.replay import render_replay
from summbench.runs.bundle import open_bundle, seal_bundle
from summbench.runs.writer import hash_file
from summbench.store.parts import serialize_table
from tests.commands import MINE, ROWS, TABLE, jsonl, model_config, run

Members = dict[str, bytes]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with a failing model and awkward text, bundled without and with its articles."""
    place = tmp_path_factory.mktemp("bundled")
    odd = {
        "id": "d/\u2028é",
        "document": "Rain\u2028fell.\nIt was wet.",
        "references": ["Wet.", "Rain\u2028!"],
    }
    jsonl(place / "news.jsonl", [*ROWS, odd])
    model_config(place, "broken", "tests.fakes.Broken", on="Boats")
    absolute = f"dataset.table.path={place / 'news.jsonl'}"
    run(
        place, "run", *MINE, *TABLE[:1], absolute, "model=[lead1,oracle,broken]",
        "name=v1.2", code=1,
    )  # fmt: skip
    shown = run(place, "bundle", "results/v1.2").stdout
    assert "are removed from run.json: config.dataset.table.path" in shown
    assert "References are included" in shown
    write_bundle(
        place / "results" / "v1.2", LEADERBOARD_FORMATS, place / "full.zip", with_articles=True
    )
    return place


@pytest.fixture
def members(folder: Path) -> Members:
    return open_bundle(folder / "full.zip")


def _replay(members: Members, folder: Path) -> ReplayReport:
    path = folder / "edited.zip"
    path.write_bytes(_seal_again(members))
    return replay_bundle(path)


def _seal_again(members: Members) -> bytes:
    """The bundle of somebody who also corrects the checksums in run.json."""
    if "run.json" in members:
        content = json.loads(members["run.json"])
        present = [name for name in content["files"] if name in members]
        content["files"] |= {n: hashlib.sha256(members[n]).hexdigest() for n in present}
        members = members | {"run.json": json.dumps(content).encode()}
    return seal_bundle(members)


@pytest.mark.slow
def test_a_bundle_is_made_of_the_run_and_says_nothing_of_the_machine(folder: Path) -> None:
    members = open_bundle(folder / "results" / "v1.2.bundle.zip")
    assert sorted(members) == [
        "leaderboard.csv", "leaderboard.html", "leaderboard.json", "leaderboard.md",
        "leaderboard.tex", "predictions.parquet", "references.jsonl", "run.json", "scores.parquet",
    ]  # fmt: skip
    for name in ("scores.parquet", "predictions.parquet", "leaderboard.csv"):
        assert members[name] == (folder / "results" / "v1.2" / name).read_bytes()
    data = (folder / "results" / "v1.2.bundle.zip").read_bytes()
    assert str(folder).encode() not in data
    assert b"Two men swam" not in data
    first = json.loads(members["references.jsonl"].split(b"\n")[0])
    # printf 'The dam held. Rain fell. All went home.' | sha256sum
    assert first == {
        "dataset": "table",
        "article_id": "a",
        "references": ["The dam held."],
        "article_sha256": "6d91fc303bd1a614519e264776e0ec995a3f261a908d395c23a712b1631f187f",
    }


@pytest.mark.slow
def test_the_same_run_is_the_same_bundle(folder: Path) -> None:
    first = folder / "results" / "v1.2.bundle.zip"
    report = write_bundle(folder / "results" / "v1.2", LEADERBOARD_FORMATS, folder / "again.zip")
    assert (folder / "again.zip").read_bytes() == first.read_bytes()
    assert report.sha256 == hash_file(first)
    assert report.size == first.stat().st_size
    assert report.redacted_keys == ["config.dataset.table.path"]


@pytest.mark.parametrize("name", ["predictions.parquet", "scores.parquet"])
def test_a_table_that_stands_for_gigabytes_is_told(
    members: Members, tmp_path: Path, name: str
) -> None:
    text = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000, pa.int32()), ["x" * 1_000_000])
    with pytest.raises(SummbenchError, match=rf"{name} has .* bytes and stands for over"):
        _replay(members | {name: serialize_table(pa.table({"summary": text}))}, tmp_path)


def test_a_member_has_a_largest_size(tmp_path: Path) -> None:
    (tmp_path / "large.zip").write_bytes(seal_bundle({"run.json": bytes(2**27 + 1)}))
    with pytest.raises(SummbenchError, match=r"run.json', its 134,217,729 bytes are more than"):
        open_bundle(tmp_path / "large.zip")


def test_another_file_is_not_overwritten(folder: Path) -> None:
    with pytest.raises(SummbenchError, match=r"full.zip exists and has other content"):
        write_bundle(folder / "results" / "v1.2", LEADERBOARD_FORMATS, folder / "full.zip")


@pytest.mark.slow
def test_a_bundle_with_its_articles_is_equal_in_any_folder(folder: Path, tmp_path: Path) -> None:
    shown = run(tmp_path, "replay", str(folder / "full.zip")).stdout
    assert "9 files, every checksum is right" in " ".join(shown.split())
    assert "Not scored again" not in shown
    scores = pq.read_metadata(folder / "results" / "v1.2" / "scores.parquet").num_rows
    assert f"{scores:,} scores computed again" in shown
    assert "All are equal, bit for bit." in shown
    assert list(tmp_path.iterdir()) == []


def test_without_articles_what_needs_them_is_named_and_the_rest_is_equal(folder: Path) -> None:
    report = replay_bundle(folder / "results" / "v1.2.bundle.zip")
    assert report.is_reproduced
    assert report.unscored["copying.coverage"] == "the bundle was made without --with-articles"
    assert not any(column.startswith("rouge") for column in report.unscored)
    [line] = [x for x in render_replay(report).splitlines() if x.startswith("Not scored again")]
    assert "copying.coverage" in line
    assert "made without --with-articles" in line


_NAMES = [
    "leaderboard.csv", "leaderboard.json", "leaderboard.md", "leaderboard.tex",
    "predictions.parquet", "references.jsonl", "run.json", "scores.parquet", "MANIFEST.json",
]  # fmt: skip


@pytest.mark.parametrize("name", _NAMES)
def test_a_flipped_byte_is_named_by_its_member_and_is_exit_1(folder: Path, name: str) -> None:
    data = bytearray((folder / "full.zip").read_bytes())
    with zipfile.ZipFile(folder / "full.zip") as archive:
        at = archive.getinfo(name).header_offset + 30 + len(name) + 40  # APPNOTE 4.3.7
    data[at] ^= 1
    (folder / "flipped.zip").write_bytes(data)
    with pytest.raises(SummbenchError, match=f"the member {name!r} is damaged"):
        replay_bundle(folder / "flipped.zip")


def _with_row(data: bytes, column: str, value: object, **where: str) -> bytes:
    """The Parquet file with one cell changed."""
    table = pq.read_table(pa.BufferReader(data))
    rows = table.to_pylist()
    [row] = [r for r in rows if all(r[key] == expected for key, expected in where.items())]
    row[column] = value
    return serialize_table(pa.Table.from_pylist(rows, schema=table.schema))


def _edited_score(members: Members) -> Members:
    where = {"model": "lead1", "metric": "rouge.rouge1_f", "article_id": "b"}
    edited = _with_row(members["scores.parquet"], "value", 1.0 + 2**-52, **where)
    return members | {"scores.parquet": edited}


def _edited_summary(members: Members) -> Members:
    edited = _with_row(
        members["predictions.parquet"], "summary", "Better.", model="lead1", article_id="b"
    )
    return members | {"predictions.parquet": edited}


def _edited_mean(members: Members) -> Members:
    board = json.loads(members["leaderboard.json"])
    [entry] = [
        e for e in board["entries"] if (e["model"], e["metric"]) == ("lead1", "rouge.rouge1_f")
    ]
    entry["mean"] += 1e-9
    return members | {"leaderboard.json": json.dumps(board).encode()}


def _edited_reference(members: Members) -> Members:
    return members | {
        "references.jsonl": members["references.jsonl"].replace(b'"Boats sank."', b'"Ships sank."')
    }


def _lost_score(members: Members) -> Members:
    table = pq.read_table(pa.BufferReader(members["scores.parquet"]))
    lost = pc.and_(pc.equal(table["article_id"], "b"), pc.equal(table["metric"], "chrf.chrf2"))
    return members | {"scores.parquet": serialize_table(table.filter(pc.invert(lost)))}


def _invented_metric(members: Members) -> Members:
    table = pq.read_table(pa.BufferReader(members["scores.parquet"]))
    rows = [{**table.slice(0, 1).to_pylist()[0], "metric": "rouge.rouge9_f"}]
    more = pa.concat_tables([table, pa.Table.from_pylist(rows, schema=table.schema)])
    return members | {"scores.parquet": serialize_table(more)}


_B = "table, lead1, rouge.rouge1_f, article b"


@pytest.mark.parametrize(
    ("edit", "line"),
    [
        (_edited_score, f"scores.parquet: {_B}: recorded 1.0000000000000002, here 1.0"),
        (_edited_summary, f"scores.parquet: {_B}: recorded 1.0, here 0.0"),
        (
            _edited_mean,
            "leaderboard.json: table, lead1, rouge.rouge1_f, mean: recorded 1.000000001, here 1.0",
        ),
        (_edited_reference, "references.jsonl: table, article b: recorded '"),
        (_edited_reference, f"scores.parquet: {_B}: recorded 1.0, here 0.5"),
        (_lost_score, "scores.parquet: table, lead1, chrf.chrf2, article b: recorded nothing"),
        (_invented_metric, "rouge.rouge9_f, article a: recorded 1.0, here nothing"),
    ],
)
def test_who_edits_and_seals_anew_is_found_with_both_values(
    members: Members, folder: Path, edit: Callable[[Members], Members], line: str
) -> None:
    report = _replay(edit(members), folder)
    assert not report.is_reproduced
    text = render_replay(report)
    assert line in text
    assert f"checked. {len(report.differences)} differ" in text


@pytest.mark.slow
def test_numbers_that_differ_are_exit_2(members: Members, folder: Path) -> None:
    (folder / "edited.zip").write_bytes(_seal_again(_edited_mean(members)))
    shown = run(folder, "replay", "edited.zip", code=2).stdout
    assert "1 differ, the largest by 1e-09." in shown


def _run_with(members: Members, change: Callable[[dict[str, Any]], None]) -> Members:
    content = json.loads(members["run.json"])
    change(content)
    return members | {"run.json": json.dumps(content).encode()}


def test_other_versions_and_signatures_are_said_and_are_no_difference(
    members: Members, folder: Path
) -> None:
    def age(content: dict[str, Any]) -> None:
        content["versions"] |= {"pyarrow": "1.0", "nosuchpackage": "3"}
        content["metrics"]["rouge"]["signature"] = "rouge|v:0"
        content["metrics"]["chrf"]["fingerprint"] = "0" * 64

    report = _replay(_run_with(members, age), folder)
    assert report.is_reproduced
    assert report.other_versions["pyarrow"] == ("1.0", pa.__version__)
    assert report.other_versions["nosuchpackage"] == ("3", "not installed")
    assert report.other_fingerprints == ["chrf"]
    text = render_replay(report)
    assert "pyarrow 1.0 (here " in text
    assert "The signature of rouge was rouge|v:0, and is rouge|agg:mean" in text
    assert "The config, code or weights of chrf are not those of the run." in text


@pytest.mark.parametrize(
    ("node", "reason"),
    [
        ({"_target_": "os.system"}, "os.system is no metric of summbench"),
        ({"_target_": "summbench.models.replay.Replay", "path": "x"}, "is no metric of summbench"),
        (
            {
                "_target_": "summbench.metrics.judge.rubric.Rubric",
                "model": {"_target_": "summbench.models.x.X"},
            },
            "it needs a model, and a bundle must not start one",
        ),
        (
            {"_target_": "summbench.metrics.bertscore.BertScore", "weights": "no/such", "layer": 1},
            "The weights 'no/such' (revision main) are not in the hub's cache",
        ),
    ],
)
def test_a_bundle_starts_nothing_but_metrics(
    members: Members, folder: Path, node: dict[str, object], reason: str
) -> None:
    def replace_chrf(content: dict[str, Any]) -> None:
        content["config"]["metric"]["chrf"] = node

    report = _replay(_run_with(members, replace_chrf), folder)
    assert report.is_reproduced
    assert reason in report.unscored["chrf.chrf2"]


def test_a_bundle_without_a_metric_that_can_be_scored_is_a_sentence(
    members: Members, folder: Path
) -> None:
    def keep_a_foreign_metric(content: dict[str, Any]) -> None:
        content["config"]["metric"] = {
            name: {"_target_": "other.Metric"} for name in content["config"]["metric"]
        }

    with pytest.raises(SummbenchError, match=r"scored again here: other.Metric is no metric of"):
        _replay(_run_with(members, keep_a_foreign_metric), folder)


@pytest.mark.parametrize("lost", ["run.json", "references.jsonl", "scores.parquet"])
def test_a_sealed_bundle_without_a_member_is_a_sentence(
    members: Members, folder: Path, lost: str
) -> None:
    with pytest.raises(SummbenchError, match=lost):
        _replay({k: v for k, v in members.items() if k != lost}, folder)


@pytest.mark.slow
def test_a_dataset_that_has_changed_since_the_run_is_not_bundled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jsonl(tmp_path / "news.jsonl")
    run(tmp_path, "run", *TABLE)
    jsonl(tmp_path / "news.jsonl", [ROWS[0], {**ROWS[1], "references": ["Other."]}, ROWS[2]])
    monkeypatch.chdir(tmp_path)  # the run's dataset has a relative path
    with pytest.raises(SummbenchError, match=r"'table' has changed since the run \(first: 'b'\)"):
        write_bundle(Path("results/run"), LEADERBOARD_FORMATS)
    assert "is no results folder" in run(tmp_path, "bundle", "results", code=1).stderr


@pytest.mark.slow
def test_a_failure_that_names_a_folder_is_bundled_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jsonl(tmp_path / "news.jsonl")
    model_config(tmp_path, "lost", "tests.fakes.Lost", path="/home/ann/weights.bin")
    run(tmp_path, "run", *MINE, *TABLE, "model=[lead1,lost]", code=1)
    monkeypatch.chdir(tmp_path)
    bundle = write_bundle(Path("results/run"), LEADERBOARD_FORMATS).path
    assert b"weights.bin" in bundle.read_bytes()
    assert b"/home/ann" not in bundle.read_bytes()
    assert replay_bundle(bundle).is_reproduced
    assert "/home/ann/weights.bin" in Path("results/run/leaderboard.md").read_text()


@pytest.mark.slow
def test_scored_summaries_are_bundled_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{**row, "systems": {"mine": "The dam.", "other": None}} for row in ROWS]
    run(tmp_path, "score", str(jsonl(tmp_path / "mine.jsonl", rows)), code=1)
    monkeypatch.chdir(tmp_path)
    bundle = write_bundle(Path("results/mine"), LEADERBOARD_FORMATS, with_articles=True).path
    Path("mine.jsonl").unlink()
    assert replay_bundle(bundle).is_reproduced
