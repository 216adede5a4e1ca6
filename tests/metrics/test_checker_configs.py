"""The shipped checkers: prompts as their authors publish them, and numbers that are not ours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from summbench.core.records import Article, Example
from summbench.core.resources import get_resource_path
from summbench.evaluation.nodes import build
from tests.tiny import SENTENCES
from tests.tiny_checkers import make_checker, make_hhem

pytestmark = pytest.mark.model

_FOLDER = get_resource_path("configs") / "metric"
_SEAHORSE = [f"seahorse_q{i}" for i in range(1, 7)]
_CHECKERS = ["minicheck", "minicheck_roberta", "minicheck_deberta", "unieval", "hhem", *_SEAHORSE]
_ARTICLE = "The dam held. Nobody was hurt."
_SUMMARY = "It held. All are well."

# Written out from inference.py (MiniCheck), utils.py (UniEval), the model pages (SEAHORSE), and
# configuration_hhem_v2.py (HHEM).
_PROMPTS = {
    ("minicheck", "consistency"): ["predict: The dam held. Nobody was hurt.</s>It held."],
    ("unieval", "coherence"): [
        "question: Is this a coherent summary to the document? </s> summary: It held. All are well."
        " </s> document: The dam held. Nobody was hurt."
    ],
    ("unieval", "consistency"): [
        "question: Is this claim consistent with the document? </s> claim: It held."
        " </s> document: The dam held. Nobody was hurt."
    ],
    ("unieval", "fluency"): ["question: Is this a fluent paragraph? </s> paragraph: It held."],
    ("unieval", "relevance"): [
        "question: Is this summary relevant to the reference? </s> summary: It held. All are well."
        " </s> reference: The dam was safe."
    ],
    ("seahorse_q4", "attribution"): [
        "premise: The dam held. Nobody was hurt. hypothesis: It held. All are well."
    ],
    ("hhem", "consistency"): [
        "<pad> Determine if the hypothesis is true given the premise?\n\nPremise: The dam held. "
        "Nobody was hurt.\n\nHypothesis: It held. All are well."
    ],
}


def _node(name: str) -> dict[str, Any]:
    node: dict[str, Any] = yaml.safe_load((_FOLDER / f"{name}.yaml").read_text("utf-8"))[name]
    return node


@pytest.mark.parametrize("name", _CHECKERS)
def test_a_checker_says_what_was_published_and_that_it_was_not_reproduced(name: str) -> None:
    text = (_FOLDER / f"{name}.yaml").read_text("utf-8")
    comments = " ".join(line[2:] for line in text.splitlines() if line.startswith("# "))
    assert "and not reproduced here:" in comments
    assert any(digit in comments.partition("not reproduced here:")[2] for digit in "123456789")


@pytest.mark.parametrize(("name", "column"), _PROMPTS)
def test_prompts_are_the_published_ones(tmp_path: Path, name: str, column: str) -> None:
    metric = build(name, _node(name) | {"weights": "nobody/anything"})
    example = Example(Article("a", _ARTICLE), ("The dam was safe.",))
    rows = metric._scorer._list_requests(metric._scorer._questions[column], example, _SUMMARY)
    assert [r.question.render(r.claim, r.source) for r in rows[0]] == _PROMPTS[name, column]
    is_by_sentence = "All are well" not in _PROMPTS[name, column][0]
    assert len(rows) == (2 if is_by_sentence else 1)


def test_the_answers_are_the_published_ones() -> None:
    assert _node("minicheck")["answers"] == [3, 209]
    assert _node("unieval")["answers"] == ["No", "Yes"]
    assert [_node(name)["answers"] for name in _SEAHORSE] == [["1"]] * 6
    # One question a model: Clark et al., 2023, section 2.
    assert [c for name in _SEAHORSE for c in _node(name)["prompts"]] == [
        "comprehensibility", "repetition", "grammar", "attribution", "main_ideas", "conciseness",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["minicheck", "unieval", "seahorse_q4", "hhem"])
def test_a_shipped_checker_runs_on_other_weights(tmp_path: Path, name: str) -> None:
    base = make_checker(tmp_path)
    changes: dict[str, Any] = {"weights": str(base), "revision": None, "answers": [4, 9]}
    if name == "hhem":
        changes = {"weights": str(make_hhem(tmp_path, base)), "revision": None, "base": str(base)}
    metric = build(name, _node(name) | changes)
    example = Example(Article("a", " ".join(SENTENCES)), SENTENCES[:1])
    scores = metric.score([example], [_SUMMARY])
    assert list(scores) == list(metric.columns)
    assert all(0 < value < 1 for [value] in scores.values())
