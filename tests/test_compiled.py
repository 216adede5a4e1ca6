"""The engine that numba compiles: hostile texts, threads, processes, and what it says."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joblib.externals.loky import get_reusable_executor

from bench.errors import BenchError
from bench.fingerprint import missing_packages, versions
from bench.metrics.rouge import Rouge
from bench.records import Article, Example
from bench.rouge.compiled import Compiled
from bench.rouge.reference import Reference
from tests.commands import CLONE, environment

_TYPES = ("rouge1", "rouge2", "rougeL", "rougeLsum")
_MANY = " ".join(f"w{i}" for i in range(100_000))
_LINES = "\n".join(f"Line {i} of it" for i in range(10_000))


def _are_equal(
    references: Sequence[str], candidates: Sequence[str], types: Sequence[str], stem: bool
) -> bool:
    texts = references, candidates
    return Compiled(types, stem).score(*texts) == Reference(types, stem).score(*texts)


@pytest.mark.parametrize("stem", [False, True])
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param(" \t\n \n", id="whitespace"),
        pytest.param("?! ... --\n;", id="only punctuation"),
        pytest.param("The cats\r\nsat\r\n\r\non mats", id="Windows line breaks"),
        pytest.param("the\0cats\0\0sat", id="NUL"),
        pytest.param("the \ud800cats\udfff sat \udcff", id="lone surrogates"),
        pytest.param("\u202ethe cats\u202c \u200fsat \u05e9\u05dc\u05d5\u05dd", id="right to left"),
        pytest.param("\u732b\u304c the \u5ea7\u3063\u305f\u3002sat", id="Japanese"),
        pytest.param("the\U0001f600cats \U0001f468\u200d\U0001f469 sat", id="emoji"),
        pytest.param("20 \u212aELVIN \u212aats", id="Kelvin signs become k"),
        pytest.param("\u0130stanbul S\u0130T", id="a dotted I becomes i and a mark"),
        pytest.param("the\x0bcats\x1csat\x85on\u2028the\u2029mat\x0c", id="other line breaks"),
        pytest.param("na\u00efve \xff caf\u00e9 \u017fat", id="Latin letters beyond ASCII"),
        pytest.param("The Cats' SAT-mats", id="capitals"),
    ],
)
def test_hostile_texts_are_equal(text: str, stem: bool) -> None:
    others = ["the cats sat on the mat", "The cat sat.\nKelvin kats\nin Istanbul sit", "", text]
    assert _are_equal([text] * 4 + others, others + [text] * 4, _TYPES, stem)


@pytest.mark.parametrize("other", ["", "W7 in w99999, w8 w8.\nw9 w5"])
def test_a_sentence_of_100_000_words_is_equal(other: str) -> None:
    assert _are_equal([_MANY, other], [other, _MANY], _TYPES, stem=False)


@pytest.mark.parametrize("stem", [False, True])
@pytest.mark.parametrize("other", ["", "Lines of 17\nits line"])
def test_10_000_sentences_are_equal(other: str, stem: bool) -> None:
    assert _are_equal([_LINES, other], [other, _LINES], _TYPES, stem)


def test_10_000_sentences_against_themselves_are_all_of_themselves() -> None:
    [found] = {
        tuple(part)
        for o in Compiled(_TYPES, False).score([_LINES], [_LINES]).values()
        for part in o
    }
    assert found == (1.0,)


def test_texts_of_many_times_64_tokens_are_equal() -> None:
    # Rows of several words of bits, whose additions carry from one to the next.
    chance = random.Random(5)
    for size in (63, 64, 65, 128, 129, 300):
        texts = [
            " ".join(chance.choices("abcdefg", k=size + chance.randrange(3))) for _ in range(6)
        ]
        broken = [text.replace(" g ", "\n") for text in texts]
        assert _are_equal(texts + broken, broken[::-1] + texts, _TYPES, stem=False)


def test_words_that_only_look_alike_in_a_hash_are_told_apart() -> None:
    # The key mixes the eighth letter and the ninth in one: "ab" and "ba" have the same.
    one, other = "xxxxxxxab", "xxxxxxxba"
    assert _are_equal([one, "x" * 8, one], [other, "x" * 16, one], _TYPES, stem=False)
    assert Compiled(_TYPES, False).score([one], [other])["rouge1"].fmeasure == [0.0]


def test_more_words_than_the_table_begins_with_are_equal() -> None:
    words = [f"{i:x}word{i % 7}ing" for i in range(9_000)]
    texts = [" ".join(words[i : i + 60]) for i in range(0, 9_000, 30)]
    assert _are_equal(texts, texts[1:] + texts[:1], _TYPES, stem=True)


@given(
    st.lists(st.tuples(*[st.text("abc \n", max_size=60)] * 2), max_size=4),
    st.lists(st.sampled_from([*_TYPES, "rouge3", "rouge9"]), min_size=1, unique=True),
)
@settings(deadline=None, max_examples=200)
def test_any_choice_of_types_is_equal(pairs: list[tuple[str, str]], types: list[str]) -> None:
    assert _are_equal([one for one, _ in pairs], [other for _, other in pairs], types, stem=False)


def _pairs(count: int) -> tuple[list[str], list[str]]:
    chance = random.Random(3)
    words = ["rain", "rained", "raining", "falls", "on", "the", "hill\n"]
    texts = [" ".join(chance.choices(words, k=20)) for _ in range(2 * count)]
    return texts[:count], texts[count:]


def test_threads_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for threads in ("1", "2", "0", "many"):  # the last two mean all cores, as they do to rayon
        monkeypatch.setenv("RAYON_NUM_THREADS", threads)
        found.append(Compiled(_TYPES, True).score(*_pairs(3_000)))
    assert found[0] == found[1] == found[2] == found[3]
    assert [len(part) for part in found[0]["rougeLsum"]] == [3_000] * 3


def test_a_worker_process_gives_the_same_numbers() -> None:
    there = get_reusable_executor(max_workers=1).submit(_in_a_worker).result()
    assert there == Compiled(_TYPES, True).score(*_pairs(50))
    get_reusable_executor().shutdown(wait=True)


def _in_a_worker() -> object:
    return Compiled(_TYPES, True).score(*_pairs(50))


def test_the_metric_is_checked_and_says_its_engine() -> None:
    metric = Rouge(engine="compiled")
    examples = [Example(Article(str(i), ""), ("the cat sat\non it",)) for i in range(200)]
    assert metric.score(examples, ["the cat ran\nto it"] * 200)["rouge1_f"] == [3 / 5] * 200
    settings = metric.settings()
    assert str(settings["engine"]).startswith("summbench-numba-0.")
    assert settings["checked_against_rouge_score"] == 64


def test_an_unknown_engine_is_answered_with_the_known_ones() -> None:
    with pytest.raises(BenchError, match="engine='rust' is none of fast, compiled, reference"):
        Rouge(engine="rust")  # type: ignore[arg-type]


def _said(folder: Path, before: str = "", **environ: str) -> str:
    code, env = _MADE.format(before=before), environment() | environ
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


_MADE = """
import logging, sys
logging.getLogger("summbench").addHandler(logging.StreamHandler(sys.stdout))
logging.getLogger("summbench").setLevel(logging.INFO)
{before}
from bench.errors import BenchError
from bench.metrics.rouge import Rouge
from bench.records import Article, Example
try:
    metric = Rouge(engine="compiled")
    print(metric.score([Example(Article("a", ""), ("a b\\nc",))], ["a b\\nd"])["rouge2_f"])
except BenchError as error:
    print(error)
"""


def test_without_numba_the_answer_is_one_sentence_with_the_command(tmp_path: Path) -> None:
    assert _said(tmp_path, before="sys.modules['numba'] = None") == (
        "engine='compiled' needs the package numba. Install it: pip install "
        "'summbench[compiled]'.\n"
    )


def test_rouge_itself_needs_no_numba(monkeypatch: pytest.MonkeyPatch) -> None:
    # What is only imported where it is chosen is not named by `summbench list`.
    node = {"_target_": "bench.metrics.rouge.Rouge"}
    assert "numba" in versions(node)
    for package in ("numba", "nupunkt"):
        monkeypatch.setitem(sys.modules, package, None)
    assert missing_packages(node) == []
    monkeypatch.setitem(sys.modules, "rouge_score_rs", None)
    assert missing_packages(node) == ["rouge_score_rs"]


def test_it_compiles_once_for_a_user_who_cannot_write_the_package(tmp_path: Path) -> None:
    site, home, file = tmp_path / "site", tmp_path / "home", tmp_path / "file"
    shutil.copytree(CLONE / "bench", site / "bench", ignore=shutil.ignore_patterns("__pycache__"))
    for no_folder in (site / "bench" / "rouge" / "__pycache__", file):
        no_folder.write_text("not even for root")
    own = {"PYTHONPATH": str(site), "PYTHONDONTWRITEBYTECODE": "1"}
    told = "Compiling engine=compiled for this machine: some seconds, once.\n"
    for wanted in (told + "[0.5]\n", "[0.5]\n"):
        assert _said(tmp_path, HOME=str(home), XDG_CACHE_HOME=str(home), **own) == wanted
    assert _said(tmp_path, HOME=str(file), XDG_CACHE_HOME=str(file), **own) == (
        "engine='compiled' has no folder to keep its machine code in: neither its own nor the "
        "user's cache can be written. Set NUMBA_CACHE_DIR to one that can.\n"
    )
