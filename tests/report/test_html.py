"""The HTML report without a browser: what is kept, what is written, and that it stays text."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import summbench
from summbench.cli import app
from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Example, Prediction, TaskResult
from summbench.gate.alignment import align_runs
from summbench.gate.changes import find_changes
from summbench.gate.verdict import run_gate
from summbench.leaderboard.outcomes import get_flags
from summbench.leaderboard.serialization import from_json
from summbench.report.html.comparison import render_comparison_page
from summbench.report.html.mentions import list_unsupported
from summbench.report.html.script import format_script, pack_array
from summbench.report.word_diff import diff_words, merge_short
from summbench.runs.example_reader import read_examples
from summbench.runs.example_writer import ExampleWriter
from summbench.store.atomic_folder import write_folder
from tests.browser.reports import PRIMARY, cells, examples, made
from tests.commands import PACKAGE, TABLE, jsonl, rows, run, started
from tests.gates import Run, load

_NAN = float("nan")


def _loaded(text: str) -> Any:
    """What a data file hands to the page, read by another program than a browser."""
    body = re.fullmatch(r"summbench\.add\((\"[^\"]*\"),(.*)\);\n", text, re.DOTALL)
    assert body is not None
    return json.loads(body[2])


def _data(folder: Path, key: str) -> Any:
    return _loaded((folder / "report" / "data" / f"{key}.js").read_text("utf-8"))


class _Table(HTMLParser):
    """The texts of the cells of the body, row by row, and those in bold."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.bold: list[str] = []
        self._cell = self._strong = False

    def handle_starttag(self, tag: str, attributes: object) -> None:
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")
        self._cell = tag in {"td", "th", "strong"}
        self._strong = tag == "strong"

    def handle_endtag(self, tag: str) -> None:
        self._cell = False

    def handle_data(self, data: str) -> None:
        if self._cell and self.rows:
            self.rows[-1][-1] += data
            if self._strong:
                self.bold.append(data)


# --- which articles are kept


def _keep(folder: Path, most: int | None, scores: dict[str, list[float]], window: int) -> list[str]:
    """The ids that are kept of articles whose models have these scores."""
    found = examples(len(next(iter(scores.values()))))
    with ExampleWriter(folder, most, "q", ["a", "b"]) as keeping:
        for start in range(0, len(found), window):
            part = found[start : start + window]
            mine = [
                TaskResult("news", m, [Prediction(e.article.id) for e in part],
                     {"q": values[start : start + window]})
                for m, values in scores.items()
            ]  # fmt: skip
            keeping.add({"news": part}, mine)
        keeping.finish()
    file = folder / "examples.parquet"
    return list(pq.read_table(file)["article_id"].to_pylist()) if file.exists() else []


_SCORES = {
    "a": [0.5, 0.9, 0.2, 0.2, _NAN],
    "b": [0.5, 0.1, 0.4, 0.3, 0.4],
    "bound": [1.0, 0.9, 0.4, 0.2, 0.0],
}


@pytest.mark.parametrize("window", [1, 2, 5])
def test_the_articles_on_which_systems_differ_most_are_kept(tmp_path: Path, window: int) -> None:
    # Spreads by hand, the bound left out: 0, 0.8, 0.2, 0.1, and 0 where one has no score.
    assert _keep(tmp_path, 3, _SCORES, window) == ["a1", "a2", "a3"]
    # Of the two without a spread a4 has the lower mean, 0.4 against 0.5.
    assert _keep(tmp_path, 4, _SCORES, window) == ["a1", "a2", "a3", "a4"]
    assert _keep(tmp_path, None, _SCORES, window) == [f"a{i}" for i in range(5)]


def test_none_kept_leaves_no_file_of_an_earlier_run(tmp_path: Path) -> None:
    assert _keep(tmp_path, 2, _SCORES, 5) == ["a1", "a2"]
    assert _keep(tmp_path, 0, _SCORES, 5) == []


def test_fewer_are_shown_than_were_kept(tmp_path: Path) -> None:
    found = {"news": examples(30)}
    folder = made(tmp_path / "r", found, cells(["a", "b"], found["news"]),
                  {"a": "system", "b": "floor"})  # fmt: skip
    table = pq.read_table(folder / "examples.parquet").to_pylist()
    widest = sorted(table, key=lambda row: -row["spread"])[:4]
    shown = read_examples(folder, (), 4).examples["news"]
    assert {e.article.id for e in shown} == {row["article_id"] for row in widest}
    assert len(shown) == 4


def test_a_flag_for_all_that_is_wrong_with_an_answer() -> None:
    article = "The dam held. Rain fell."
    assert get_flags(Prediction("a", error="x"), article) == ["failed"]
    assert get_flags(Prediction("a", " "), article) == ["empty"]
    assert get_flags(Prediction("a", "The dam  held."), article) == ["copied"]
    cut = Prediction("a", "The dam burst and", input_truncated=True, finish_reason="length")
    assert get_flags(cut, article) == ["input_truncated", "hit_token_limit", "ends_mid_sentence"]
    assert get_flags(Prediction("a", "Дамба."), article) == ["other_script"]


# --- what is written


def test_the_data_are_the_runs_numbers(tmp_path: Path) -> None:
    found = {"news": examples(7)}
    mine = cells(["a", "b"], found["news"])
    folder = made(tmp_path / "r", found, mine, {"a": "system", "b": "floor"})
    board = from_json((folder / "leaderboard.json").read_text("utf-8"), "test")
    overview = _data(folder, "board")
    place = [m["name"] for m in overview["metrics"]].index(PRIMARY)
    for k, model in enumerate(board.models):
        [entry] = [e for e in board.entries if (e.model, e.metric) == (model, PRIMARY)]
        shown = overview["entries"][0][place][k]
        assert shown["mean"] == pytest.approx(entry.estimate.mean, rel=1e-5)
        assert (shown["n"], shown["method"]) == (7, entry.estimate.method)
    packed_scores = base64.b64decode(_data(folder, f"scores-0-{place}")["values"])
    values = np.frombuffer(packed_scores, "<f4").reshape(2, 7)
    assert values == pytest.approx(np.array([cell.scores[PRIMARY] for cell in mine]), abs=1e-6)
    first = _data(folder, "articles-0-0")["articles"][0]
    assert first["text"] == found["news"][0].article.text
    assert first["predictions"][1]["summary"] == mine[1].predictions[0].summary
    metric = _data(folder, f"metric-0-{place}")
    spread = metric["distribution"]
    assert {m: sum(counts) for m, counts in spread["counts"].items()} == {"a": 7, "b": 7}
    [comparison] = [c for c in board.comparisons if c.metric == PRIMARY]
    [pair] = metric["pairs"]
    names = [model["name"] for model in overview["models"]]
    assert (names[pair["a"]], names[pair["b"]]) == (comparison.a, comparison.b)
    assert pair["mean"] == pytest.approx(comparison.difference.mean, rel=1e-5)
    assert (pair["wins"], pair["ties"]) == (comparison.wins, comparison.ties)


@pytest.mark.slow
def test_rendered_again_it_is_the_same_bytes(tmp_path: Path) -> None:
    jsonl(tmp_path / "news.jsonl", rows(9))
    done = run(
        tmp_path, "run", *TABLE, "model=[lead1,lead3,random3]", "n_examples=5", "chunk_size=4"
    )
    assert "report/index.html" in done.stdout
    report = tmp_path / "results" / "run" / "report"
    before = {path: path.read_bytes() for path in report.rglob("*") if path.is_file()}
    run(tmp_path, "report", "results/run")
    assert {path: path.read_bytes() for path in report.rglob("*") if path.is_file()} == before
    assert len(_data(report.parent, "index-0")["ids"]) == 5
    run(tmp_path, "report", "results/run", "--examples", "2")
    assert len(_data(report.parent, "index-0")["ids"]) == 2


@pytest.mark.slow
def test_a_run_that_keeps_nothing_still_has_its_table(tmp_path: Path) -> None:
    jsonl(tmp_path / "news.jsonl")
    run(tmp_path, "run", *TABLE, "n_examples=0")
    folder = tmp_path / "results" / "run"
    assert not (folder / "examples.parquet").exists()
    assert _data(folder, "board")["datasets"][0]["n_examples"] == 0
    assert not list((folder / "report" / "data").glob("articles*"))


@pytest.mark.parametrize("wrong", ["some", "-1"])
def test_examples_is_a_number_or_all(tmp_path: Path, wrong: str) -> None:
    done = run(tmp_path, "run", f"n_examples={wrong}", "model=[lead3]", code=1)
    assert f"n_examples={wrong} is neither a number of articles nor 'all'" in done.stderr


@pytest.mark.slow
def test_the_plain_table_parses_back_to_the_markdowns_cells(tmp_path: Path) -> None:
    run(tmp_path, "run", "model=[lead3,random3,oracle]", "metric=[rouge,length]", "limit=12")
    folder = tmp_path / "results" / "run"
    table = _Table()
    table.feed((folder / "leaderboard.html").read_text("utf-8"))
    lines = (folder / "leaderboard.md").read_text("utf-8").splitlines()
    expected = [
        [cell.strip().strip("*") for cell in line.split("|")[1:-1]]
        for line in lines if line.startswith("| ") and "---" not in line
    ]  # fmt: skip
    assert table.rows[1:] == expected[1:]
    rows_only = [line for line in lines if line.startswith("| ")]
    bold = [cell.strip() for line in rows_only for cell in line.split("|") if "**" in cell]
    assert table.bold == [cell.strip("*") for cell in bold]


# --- that it stays text


@given(st.text())
def test_a_data_file_ends_no_script_and_gives_back_its_text(text: str) -> None:
    written = format_script("k", {"t": text})
    assert "<" not in written
    assert not set(written[:-1]) & {"\n", "\r", "\u2028", "\u2029"}
    assert _loaded(written) == {"t": text}


def test_packed_numbers_are_little_endian_whatever_the_machine() -> None:
    # 1.0 as IEEE 754 single precision is 00 00 80 3f from the lowest byte
    assert base64.b64decode(pack_array(np.array([1.0], ">f4"))).hex() == "0000803f"


@pytest.mark.slow
def test_every_page_has_a_policy_and_no_address(tmp_path: Path) -> None:
    folder = tmp_path / "results" / "run"
    run(tmp_path, "run", "model=[lead3,random3]", "limit=6")
    run(tmp_path, "compare", "results/run", "results/run", "--html", "gate")
    pages = [
        *folder.glob("report/*.html"),
        folder / "leaderboard.html",
        tmp_path / "gate/index.html",
    ]
    assert len(pages) == 4
    for page in pages:
        text = page.read_text("utf-8")
        [policy] = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
        assert policy.startswith("default-src 'none';") and "unsafe" not in policy
        assert not re.search(r"<format_script(?![^>]* src=)|\son\w+=|\sstyle=|javascript:", text)
        styles = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
        digests = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in styles]
        assert all(f"'sha256-{digest}'" in policy for digest in digests)
    ours = [p for p in folder.glob("report/**/*") if p.suffix in {".html", ".js", ".css"}]
    # the one address there is names the language of a picture, and is never fetched
    named = {url for p in [*ours, *pages]
             for url in re.findall(r"(?:https?:)?//[\w.-]+\.\w+[^\s\"'`)]*", p.read_text("utf-8"))
             if p.parent.name != "data"}  # fmt: skip
    assert named <= {"http://www.w3.org/2000/svg"}


def test_no_script_reads_text_as_markup() -> None:
    assets = PACKAGE / "report" / "html" / "assets"
    files = sorted(assets.glob("*.js"))
    assert len(files) > 10
    markup = r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|new Function"
    for file in files:
        text = file.read_text("utf-8")
        assert not re.search(markup, text), file.name
        assert len(text.splitlines()) <= 250, file.name


def test_what_support_looked_up_is_marked_where_the_article_does_not_say_it() -> None:
    summary = "\U0001f30a Rome fell in 1453, said Ann."
    found = {
        "names": [
            {"text": "Rome", "start": 2, "end": 6, "state": "absent", "nearest": None},
            {"text": "Ann", "start": 26, "end": 29, "state": "exact", "nearest": None},
        ],
        "numbers": [
            {"text": "1453", "start": 15, "state": "scale_error", "nearest": {"text": "14"}}
        ],
        "quotes": [{"text": "gone", "start": 99, "state": "exact", "misattributed": True}],
        "salient": [{"text": "x"}],
    }
    # A browser counts the wave as two units, so that Rome begins at 3 and 1453 at 16.
    assert list_unsupported(found, summary) == [
        {"text": "Rome", "kind": "name", "state": "absent", "nearest": "", "start": 3},
        {"text": "1453", "kind": "number", "state": "scale error", "nearest": "14", "start": 16},
        {"text": "gone", "kind": "quotation", "state": "said by another", "nearest": ""},
    ]


def test_evidence_of_another_form_is_no_mention() -> None:
    for other in (["a reply"], "x", 3, None, {"names": "x"}, {"names": [3, {"text": 1}, None]}):
        assert list_unsupported(other, "x") == []


# --- the comparison


def test_a_word_diff_gives_back_both_texts() -> None:
    found = diff_words("The cat sat on the mat.", "The dog sat on the mat!")
    assert found == [
        ("same", "The "), ("gone", "cat"), ("new", "dog"), ("same", " sat on the mat"),
        ("gone", "."), ("new", "!"),
    ]  # fmt: skip


@given(st.text(max_size=60), st.text(max_size=60))
def test_nothing_is_lost_in_a_word_diff(before: str, after: str) -> None:
    found = diff_words(before, after)
    assert "".join(piece for kind, piece in found if kind != "new") == before
    assert "".join(piece for kind, piece in found if kind != "gone") == after


@given(st.text("ab .", max_size=60), st.text("ab .", max_size=60))
def test_nothing_is_lost_where_short_pieces_are_merged(before: str, after: str) -> None:
    pieces = merge_short(diff_words(before, after))
    assert "".join(piece for kind, piece in pieces if kind != "new") == before
    assert "".join(piece for kind, piece in pieces if kind != "gone") == after


def test_two_sentences_with_common_words_are_read_one_after_the_other() -> None:
    before = "It rained. The cat sat on a mat. The end of all this is near."
    after = "It rained. A dog lay on the mat. The end of all this is near."
    assert merge_short(diff_words(before, after)) == [
        ("same", "It rained. "), ("gone", "The cat sat on a"), ("new", "A dog lay on the"),
        ("same", " mat. The end of all this is near."),
    ]  # fmt: skip


def test_changes_are_the_worst_first_and_gains_last(tmp_path: Path) -> None:
    base = Run()
    other = base.with_answer(3, 0.05, summary="lost").with_answer(5, 0.9, summary="gained")
    old, new = load(base.write(tmp_path / "a")), load(other.write(tmp_path / "b"))
    alignment = align_runs(old, new)
    found = find_changes(alignment, [("news", "m", PRIMARY)])
    # scores before are 0.23 and 0.25: a loss of 0.18, and a gain of 0.65
    assert [(c.article_id, c.losses[0].loss) for c in found] == [("a3", 0.18), ("a5", -0.65)]
    assert find_changes(alignment, [("news", "m", "another")]) == []


def test_a_summary_that_changed_is_on_the_page_once_with_all_its_metrics() -> None:
    before, after = (_evaluate_sentences(count) for count in (3, 1))
    gate = run_gate(before.data, after.data)
    assert len(gate.metric_verdicts) > 1
    keys = [(row.dataset, row.model, row.metric) for row in gate.metric_verdicts]
    found = find_changes(align_runs(before.data, after.data), keys)
    assert sorted(c.article_id for c in found) == sorted(before.data.articles["newsdesk"])
    assert all(len(c.losses) == len(gate.metric_verdicts) for c in found)
    page = render_comparison_page(gate, found[:4], len(found))
    assert "6 of 6 summaries changed. The 4 with the largest losses are shown." in page
    assert page.count('<article class="change"') == 4
    assert "Changed settings: textrank: sentences: 3 -&gt; 1." in page
    assert "Revert the change. If it is meant, make the baseline again: " in page


def _evaluate_sentences(count: int) -> summbench.Run:
    node = {"_target_": "summbench.models.extractive.Extractive", "method": "textrank"}
    return summbench.evaluate({"textrank": {**node, "sentences": count}}, "newsdesk", limit=6)


# --- view


def test_view_without_a_report_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(SummbenchError, match="summbench report"):
        app(["view", str(tmp_path)], standalone_mode=False)


def _get(address: str, **headers: str) -> bytes:
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers)) as answer:
        return bytes(answer.read())


def test_serve_is_on_loopback_for_its_own_name_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    found = {"news": examples(6)}
    folder = made(tmp_path / "r", found, cells(["a", "b"], found["news"]),
                  {"a": "system", "b": "floor"})  # fmt: skip
    serving = started(tmp_path, "view", str(folder), "--serve")
    assert serving.stdout is not None
    line = serving.stdout.readline()
    address = line.split()[0]
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", address)
    assert _get(address) == (folder / "report" / "index.html").read_bytes()
    with pytest.raises(urllib.error.HTTPError, match="403"):
        _get(address, Host="evil.example:80")
    with pytest.raises(urllib.error.HTTPError, match="404"):
        _get(f"{address}/data/")
    with pytest.raises(urllib.error.HTTPError, match="404"):
        _get(f"{address}/../leaderboard.json")
    (folder / "report" / "link.json").symlink_to(folder / "leaderboard.json")
    (folder / "report" / "inner.html").symlink_to(folder / "report" / "index.html")
    with pytest.raises(urllib.error.HTTPError, match="404"):
        _get(f"{address}/link.json")
    assert _get(f"{address}/inner.html") == _get(address)
    os.kill(serving.pid, signal.SIGINT)
    out, err = serving.communicate(timeout=60)
    assert (serving.returncode, out, err) == (0, "Ended.\n", "")


def test_view_opens_the_page_with_the_browser_that_is_set(tmp_path: Path) -> None:
    found = {"news": examples(6)}
    folder = made(tmp_path / "r", found, cells(["a"], found["news"]), {"a": "system"})
    command = [sys.executable, "-m", "summbench", "view", str(folder)]
    env = {**os.environ, "BROWSER": "echo opened %s", "PYTHONPATH": str(PACKAGE.parent)}
    done = subprocess.run(command, env=env, capture_output=True, text=True)
    uri = (folder / "report" / "index.html").as_uri()
    assert done.returncode == 0 and f"opened {uri}" in done.stdout


# --- the folder


def test_a_folder_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    folder = tmp_path / "report"
    write_folder(folder, [("a/b.txt", b"one"), ("c.txt", b"two")])
    write_folder(folder, [("c.txt", b"three")])
    assert [p.name for p in folder.iterdir()] == ["c.txt"]

    def broken() -> Any:
        yield "c.txt", b"four"
        raise SummbenchError("no more")

    with pytest.raises(SummbenchError, match="no more"):
        write_folder(folder, broken())
    assert (folder / "c.txt").read_bytes() == b"three"
    assert [p.name for p in tmp_path.iterdir()] == ["report"]


def test_an_article_with_no_text_leads_with_its_reference(tmp_path: Path) -> None:
    found = {"news": [Example(Article("x", ""), ("Only a reference.",))]}
    folder = made(tmp_path / "r", found, cells(["a"], found["news"]), {"a": "system"})
    assert _data(folder, "index-0")["leads"] == ["Only a reference."]
