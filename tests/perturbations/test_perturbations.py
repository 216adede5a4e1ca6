"""What each operator does, that it can be undone, and that its random draws are fixed."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from summbench.core.errors import SummbenchError
from summbench.core.records import Article, sha256
from summbench.core.resources import get_resource_path
from summbench.evaluation.nodes import build
from summbench.models.lead import Lead
from summbench.perturbations.edits import Edit, PerturbedText, apply_edits
from summbench.perturbations.misspelt_names import MisspeltNames, find_names
from summbench.perturbations.perturbation import Operator, PerturbationSpec
from summbench.perturbations.typographic import Typographic
from tests.commands import python

_FILES = sorted((get_resource_path("configs") / "perturbation").glob("*.yaml"))
_NODES = {f.stem: yaml.safe_load(f.read_text(encoding="utf-8"))[f.stem] for f in _FILES}
_OPERATORS: dict[str, Operator] = {name: build(name, node) for name, node in _NODES.items()}
_ARTICLES = [
    json.loads(line)["document"]
    for line in (get_resource_path("data") / "newsdesk" / "articles.jsonl")
    .read_text("utf-8")
    .splitlines()
]
_PIECES = [
    "the modern hall", "Lavrov", "Mr. Lavrov", "said", '"yes"', "\u201cno\u201d", "10.5", "won't",
    " -- ", " - ", ".", "!", " ", "\n", "\n\n", "\r\n", "<n>", "\u00a0", "\u0130", "\u00df",
    "\U0001f600", "\u05d0", "\u4eca\u65e5\u3002", "e\u0301", "\u2028", "\0",
]  # fmt: skip
_TEXTS = st.text() | st.lists(st.sampled_from(_PIECES)).map(" ".join)


def _apply(name: str, text: str, severity: float = 0.05, seed: int = 0) -> PerturbedText:
    return PerturbationSpec(name, _OPERATORS[name], severity, seed).apply(text)


@pytest.mark.parametrize("name", _OPERATORS)
@given(text=_TEXTS, severity=st.floats(0, 1), seed=st.integers(0, 9))
def test_every_text_is_restored_exactly(name: str, text: str, severity: float, seed: int) -> None:
    perturbed = _apply(name, text, severity, seed)
    assert perturbed.original == text
    pieces = [perturbed.text[start:end] for start, end in perturbed.spans]
    assert pieces == [edit.after for edit in perturbed.edits]
    assert perturbed == _apply(name, text, severity, seed)
    assert bool(perturbed.edits) or perturbed.text == text


@pytest.mark.parametrize("name", _OPERATORS)
@given(text=_TEXTS)
def test_at_severity_0_nothing_happens(name: str, text: str) -> None:
    assert _apply(name, text, 0.0) == PerturbedText(text)


@pytest.mark.parametrize("name", _OPERATORS)
def test_what_a_low_severity_does_a_high_one_does_too(name: str) -> None:
    for text in _ARTICLES[:5]:
        few, many = (_apply(name, text, severity) for severity in (0.05, 0.5))
        assert few.edits
        assert set(few.edits) <= set(many.edits)


@pytest.mark.parametrize("name", _OPERATORS)
def test_another_seed_is_another_draw(name: str) -> None:
    assert len({_apply(name, _ARTICLES[0], 0.3, seed).text for seed in range(20)}) > 1


_HASHED = """
import json, sys
from summbench.evaluation.nodes import build
from summbench.perturbations.perturbation import PerturbationSpec
from summbench.core.records import sha256
nodes, text = json.load(sys.stdin)
specs = [PerturbationSpec(name, build(name, node), 0.1, 3) for name, node in nodes.items()]
print(sha256(*(spec.apply(text).text for spec in specs)))
"""


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_the_bytes_are_the_same_in_every_process(
    hash_seed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "input.json").write_text(json.dumps([_NODES, _ARTICLES[0]]), encoding="utf-8")
    code = "import sys; sys.stdin = open('input.json', encoding='utf-8')" + _HASHED
    monkeypatch.setenv("PYTHONHASHSEED", hash_seed)
    here = sha256(*(_apply(name, _ARTICLES[0], 0.1, 3).text for name in _NODES))
    assert python(tmp_path, "-c", code).stdout.strip() == here


def test_edits_are_applied_together_and_know_their_spans() -> None:
    edits = [Edit(8, "three", "3"), Edit(0, "", "0 "), Edit(3, " two", "")]
    perturbed = apply_edits("one two three", edits)
    assert perturbed.text == "0 one 3"
    # "0 " is inserted before "one", " two" deleted after it, and "3" is at the end.
    assert perturbed.spans == [(0, 2), (5, 5), (6, 7)]
    assert perturbed.original == "one two three"


@pytest.mark.parametrize(
    "edits", [[Edit(0, "one", "x"), Edit(2, "e", "y")], [Edit(0, "two", "x")]], ids=["two", "other"]
)
def test_edits_that_overlap_or_are_of_another_text_are_refused(edits: list[Edit]) -> None:
    with pytest.raises(ValueError, match="overlaps another edit, or is of another text"):
        apply_edits("one two", edits)


_KEEP = {
    "typographic", "stray_punctuation", "ocr", "keyboard", "misspelt_name", "speech",
    "duplicated_sentence", "byline", "read_more",
}  # fmt: skip


def test_each_operator_says_whether_it_keeps_the_meaning() -> None:
    assert {name for name, operator in _OPERATORS.items() if operator.keeps_meaning} == _KEEP


_NAMED = "Anna Lavrov spoke. She met Lavrov. Later Lavrov left, and Lavrov's aide too."


def test_a_name_occurs_not_only_first_and_never_in_lower_case() -> None:
    text = "Rain fell on Monday. In March Petra Rain sang. The rain. Anna saw Petra."
    assert find_names(text) == {"Petra": [30, 66]}
    assert {name: len(starts) for name, starts in find_names(_NAMED).items()} == {"Lavrov": 4}


@pytest.mark.parametrize(
    ("mode", "spellings", "unchanged"),
    [("one", 2, 3), ("consistent", 1, 0), ("inconsistent", 4, 0)],
)
def test_the_modes_of_misspelt_names(mode: Any, spellings: int, unchanged: int) -> None:
    perturbed = PerturbationSpec("n", MisspeltNames(mode), 0.05).apply(_NAMED)
    mentions = [name for name in perturbed.text.replace("'", " ").replace(".", "").split()
                if name.startswith("La") and name != "Later"]  # fmt: skip
    assert (len(mentions), len(set(mentions)), mentions.count("Lavrov")) == (
        4,
        spellings,
        unchanged,
    )


def test_a_name_with_one_mention_has_no_other_to_correct_it() -> None:
    text = "The fisherman met Lavrov. He left."
    assert MisspeltNames("one").propose_edits(text, Random(0)) == []
    assert MisspeltNames("inconsistent").propose_edits(text, Random(0)) == []
    assert len(MisspeltNames("consistent").propose_edits(text, Random(0))) == 1


def test_a_consistent_respelling_is_carried_through_by_the_lead() -> None:
    def lead(text: str) -> str:
        return Lead(2).summarise([Article("a", text)])[0].summary

    perturbed = PerturbationSpec("n", MisspeltNames("consistent"), 1).apply(_NAMED)
    [edit, *others] = perturbed.edits
    assert {e.after for e in others} == {edit.after} != {"Lavrov"}
    assert lead(perturbed.text) == lead(_NAMED).replace("Lavrov", edit.after)


@pytest.mark.parametrize("severity", [0.05, 0.3, 1.0])
def test_other_typography_changes_a_lead_by_nothing_else(severity: float) -> None:
    def plain(text: str) -> str:
        marks = {"\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-"}
        for mark, same in marks.items():
            text = text.replace(mark, same)
        return " ".join(text.replace("--", "-").split())

    for text in _ARTICLES:
        perturbed = PerturbationSpec("t", Typographic(), severity).apply(text).text
        assert perturbed != text
        before, after = Lead(3).summarise([Article("a", text), Article("b", perturbed)])
        assert plain(after.summary) == plain(before.summary)


def test_a_single_sentence_is_never_dropped() -> None:
    assert _apply("dropped_sentence", "Rain fell.", 1.0).text == "Rain fell."
    assert _apply("dropped_sentence", "Rain fell. The dam held.", 1.0).text == ""


def test_a_line_repeats_only_after_all_others() -> None:
    text = " ".join(f"Sentence {i} is here." for i in range(5))
    perturbed = _apply("unrelated_sentence", text, 1.0)
    lines = _NODES["unrelated_sentence"]["lines"]
    assert sorted(e.after.strip() for e in perturbed.edits) == sorted(lines)


def test_an_unknown_mode_or_position_is_refused() -> None:
    with pytest.raises(SummbenchError, match="mode is 'all'; expected 'one' or 'consistent'"):
        build(
            "n", {"_target_": "summbench.perturbations.misspelt_names.MisspeltNames", "mode": "all"}
        )
    with pytest.raises(SummbenchError, match="at is 'top'; expected 'ends' or 'paragraphs'"):
        build("i", {**_NODES["byline"], "at": "top", "lines": ["x"]})
