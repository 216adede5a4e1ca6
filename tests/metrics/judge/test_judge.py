"""A judge's replies are parsed, kept and counted; what can't be read is missing, never 0."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from math import isnan
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from summbench.core.errors import SummbenchError
from summbench.core.judgements import decode_replies
from summbench.core.records import Article, Example, Prediction
from summbench.metrics.judge.pairwise import Pairwise
from summbench.metrics.judge.rubric import Rubric
from tests.commands import TABLE, jsonl, python, run, written

_PROMPT = "Article: {article} Summary: {summary} consistency: <1-5>"
_CHOOSE = "Article: {article}\nA: {a}\nB: {b}\nAnswer:"
_EXAMPLES = [Example(Article(k, f"text {k} {{a}}"), (f"reference {k}",)) for k in "abc"]


class Scripted:
    """Replies to a question by a rule; remembers the prompts."""

    batch_size = 2

    def __init__(self, rule: Callable[[str], str]) -> None:
        self._rule, self.prompts = rule, list[str]()

    def summarise(self, articles: Sequence[Article]) -> list[Prediction]:
        self.prompts += [article.text for article in articles]
        return [Prediction(article.id, self._rule(article.text)) for article in articles]


class AlwaysFour:
    """A judge without weights, for configs."""

    batch_size = 8

    def summarise(self, articles: Sequence[Article]) -> list[Prediction]:
        return [Prediction(article.id, "[[4]]") for article in articles]


def _rubric(rule: Callable[[str], str]) -> Rubric:
    return Rubric(Scripted(rule), "scripted", _PROMPT, ["consistency"])


def test_a_rating_is_a_fraction_of_the_scale() -> None:
    ratings = {"a": "[[1]]", "b": "Rating: [[4]]", "c": "consistency: 4"}
    metric = _rubric(lambda prompt: ratings[prompt.split()[2]])
    values = metric.score(_EXAMPLES, ["s"] * 3)["consistency"]
    assert values[:2] == [0.0, 0.75]
    assert isnan(values[2])
    replies = [decode_replies(text)[0] for text in metric.get_evidence()]
    assert [r.readings["consistency"] for r in replies] == [1.0, 4.0, None]


def test_another_scale_is_a_fraction_too() -> None:
    model = Scripted(lambda _: "[[7.5]]")
    metric = Rubric(model, "scripted", _PROMPT, ["x"], scale=[0, 10], fractions=True)
    assert metric.score(_EXAMPLES[:1], ["s"])["x"] == [0.75]
    assert "|scale:0-10|fractions:yes|" in metric.signature


def test_an_empty_summary_is_not_rated() -> None:
    metric = _rubric(lambda _: "[[5]]")
    ratings = metric.score(_EXAMPLES, ["one", " ", "three"])["consistency"]
    assert (ratings[0], ratings[2]) == (1.0, 1.0)
    assert isnan(ratings[1])
    assert metric.get_settings()["requests_sent"] == 2
    replies = [[r["reply"] for r in json.loads(text)] for text in metric.get_evidence()]
    assert replies == [["[[5]]"], [], ["[[5]]"]]


def test_braces_in_an_article_stay_what_they_are() -> None:
    model = Scripted(lambda _: "[[5]]")
    Rubric(model, "scripted", _PROMPT, ["consistency"]).score(_EXAMPLES[:1], ["{article}"])
    [prompt] = model.prompts
    assert prompt.startswith(
        "Article: text a {a} Summary: {article} consistency: <1-5>\n\nEnd with"
    )


def _pairwise(rule: Callable[[str], str]) -> Pairwise:
    return Pairwise(Scripted(rule), "scripted", _CHOOSE)


def _prefers(text: str) -> Callable[[str], str]:
    def rule(question: str) -> str:
        first = re.search(r"^A: (.*)$", question, re.MULTILINE)
        return "[[A]]" if first and first[1] == text else "[[B]]"

    return rule


def test_both_orders_must_agree() -> None:
    # Wins in both orders, loses in both, and a judge that always says A: a tie.
    assert _pairwise(_prefers("mine")).score(_EXAMPLES[:1], ["mine"])["wins"] == [1.0]
    assert _pairwise(_prefers("reference a")).score(_EXAMPLES[:1], ["mine"])["wins"] == [0.0]
    assert _pairwise(lambda _: "[[A]]").score(_EXAMPLES[:1], ["mine"])["wins"] == [0.5]
    assert _pairwise(lambda _: "[[C]]").score(_EXAMPLES[:1], ["mine"])["wins"] == [0.5]


def test_a_pair_without_a_verdict_in_one_order_is_missing_and_counted() -> None:
    metric = _pairwise(lambda q: "no idea" if "A: mine" in q else "[[B]]")
    assert isnan(metric.score(_EXAMPLES[:1], ["mine"])["wins"][0])
    replies = decode_replies(metric.get_evidence()[0])
    assert [(r.reply, r.readings["wins"]) for r in replies] == [
        ("no idea", None),
        ("[[B]]", "win"),
    ]


def test_the_signature_names_judge_and_prompt() -> None:
    signature = Rubric(Scripted(str), "j", _PROMPT, ["consistency"]).signature
    changed = Rubric(Scripted(str), "j", _PROMPT + "!", ["consistency"]).signature
    assert signature != changed
    assert "|judge:j|" in signature


def test_a_prompt_without_its_places_is_refused() -> None:
    with pytest.raises(SummbenchError, match=r"\{summary\} once, not 0 times"):
        Rubric(Scripted(str), "j", "{article}", ["consistency"])
    with pytest.raises(SummbenchError, match="opponent='human' is neither"):
        Pairwise(Scripted(str), "j", _CHOOSE, "human")  # type: ignore[arg-type]


@pytest.mark.slow
def test_in_a_run_the_replies_are_kept_and_the_judge_sorts_only_if_the_config_allows_it(
    tmp_path: Path,
) -> None:
    jsonl(tmp_path / "news.jsonl")
    place = tmp_path / "my_configs" / "metric"
    place.mkdir(parents=True)
    node = {
        "_target_": "summbench.metrics.judge.rubric.Rubric",
        "judge": "four",
        "prompt": _PROMPT,
        "dimensions": ["consistency"],
        "model": {"_target_": "tests.metrics.judge.test_judge.AlwaysFour"},
    }
    (place / "my_judge.yaml").write_text(json.dumps({"my_judge": node}), encoding="utf-8")
    options = ("--config-dir", "my_configs", "metric=[rouge,my_judge]", *TABLE)
    assert "add --allow-code tests" in run(tmp_path, "run", *options, code=1).stderr
    allowed_packages = ("--allow-code", "tests", *options)
    primary = "primary=my_judge.consistency"
    assert "is a diagnostic" in run(tmp_path, "run", *allowed_packages, primary, code=1).stderr
    run(tmp_path, "run", *allowed_packages, primary, "allow_diagnostic_primary=true")
    rows = pq.read_table(tmp_path / "results" / "run" / "evidence.parquet").to_pylist()
    assert [(r["article_id"], json.loads(r["evidence"])[0]["reply"]) for r in rows] == [
        (key, "[[4]]") for key in "abc"
    ]
    assert written(tmp_path, "run.json")["metrics"]["my_judge"]["settings"]["requests_sent"] == 3
    node["prompt"] = "Again. " + _PROMPT
    (place / "my_judge.yaml").write_text(json.dumps({"my_judge": node}), encoding="utf-8")
    run(tmp_path, "run", *allowed_packages)
    assert written(tmp_path, "run.json")["metrics"]["my_judge"]["settings"]["requests_sent"] == 3


def test_a_nested_node_is_part_of_the_fingerprint() -> None:
    code = (
        "from summbench.evaluation.fingerprint import compute_fingerprint as f\n"
        "n = lambda k: {'_target_': 'summbench.metrics.judge.rubric.Rubric', 'model':"
        " {'_target_': 'summbench.models.lead.Lead', 'sentences': k}}\n"
        "assert f('a', n(1)) == f('a', n(1)) != f('a', n(2))"
    )
    assert python(Path.cwd(), "-c", code).returncode == 0
