"""What is read in a judge's reply, decided one by one: expected readings were written by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest

from summbench.core.errors import SummbenchError
from summbench.core.judgements import ReplyFormat
from summbench.core.replies import clean_reply
from summbench.metrics.judge.replies import RatingDemand, Scale, VerdictDemand

_ONE = RatingDemand(["consistency"], Scale(1, 5))
_TWO = RatingDemand(["consistency", "coverage"], Scale(1, 5))

_VERDICTS = [
    ("[[A]]", "A"),
    ("[[B]]", "B"),
    ("[[C]]", "C"),
    ("Summary A leaves out the fine. My verdict: [[B]]", "B"),
    ("[[A]]\n\nSummary A is true to the article.", "A"),
    ("First: [[A]]. To repeat, [[A]].", "A"),  # one verdict, twice
    ("**[[A]]**", "A"),
    ("[[**B**]]", "B"),
    ("```\n[[A]]\n```", "A"),
    ("[[ a ]]", "A"),  # neither case nor spaces
    ("［［Ａ］］", "A"),  # noqa: RUF001 - full-width
    ("I would not say [[B]].", "B"),  # the format counts, not the sentence around it
    ("", None),
    ("A", None),
    ("A better summary is B.", None),  # an English article, and a letter in free text
    ("After comparing A and B, B is better.", None),
    ("A is a good summary. A tie would be a mistake.", None),
    ("[[A]] or [[B]]", None),
    ("[[A]] if A is better, [[B]] if B is better, [[C]] for a tie: [[B]]", None),
    ("[[A/B]]", None),
    ("[[AB]]", None),
    ("[[tie]]", None),
    ("[[D]]", None),
    ("[[]]", None),
    ("[A]", None),
    ("【【A】】", None),
    ("[[A]", None),
    ("[[A]] is what I thought first, but [[", None),  # cut off while it changes its mind
    ("As the article says [[1]], [[A]]", None),
    ("1. [[A]] for style\n2. [[B]] for facts", None),
    ("I'm sorry, but I can't compare these summaries.", None),
    ('{"verdict": "A"}', None),  # the other format
    ("\\boxed{A}", None),
]

_RATINGS = [
    ("Rating: [[4]]", 4.0),
    ("[[5]]", 5.0),
    ("consistency: [[1]]", 1.0),
    ("**Rating:** [[3]]", 3.0),
    ("Rating: [[ 2 ]] because the date is wrong.", 2.0),
    ("Rating: [[4.0]]", 4.0),
    ("Rating: [[4]]. So: [[4]].", 4.0),
    ("```Rating: [[4]]```", 4.0),
    ("Ｒating： ［［４］］", 4.0),  # noqa: RUF001 - full-width
    ("Rating: 4", None),
    ("4", None),
    ("4/5", None),
    ("Rating: [[4/5]]", None),
    ("Rating: [[4.5]]", None),
    ("Rating: [[0]]", None),
    ("Rating: [[6]]", None),
    ("Rating: [[-1]]", None),
    ("Rating: [[four]]", None),
    ("Rating: [[٤]]", None),
    ("Rating: [[4²]]", None),
    ("Rating: [[4]] or [[5]]", None),
    ("On a scale from [[1]] to [[5]]: [[4]]", None),
    ("Rating: [[nan]]", None),
    ("Rating: [[4]] [[A]]", None),
    ("I cannot rate a summary of this article.", None),
]

_PAIRS = [
    ("consistency: [[4]]\ncoverage: [[2]]", (4.0, 2.0)),
    ("- **Consistency**: [[4]]\n- **Coverage**: [[2]]", (4.0, 2.0)),
    ("coverage: [[2]] consistency: [[4]]", (4.0, 2.0)),
    ("consistency: [[4]]", (4.0, None)),
    ("consistency: [[4]]\ncoverage: [[9]]", (4.0, None)),
    ("consistency: [[4]]\ncoverage: [[2]]\nconsistency: [[5]]", (None, 2.0)),
    ("[[4]]\n[[2]]", (None, None)),  # whose ratings are these?
    ("consistency: [[4]]\ncoverage: [[2]]\nfluency: [[5]]", (None, None)),
    ("consistency: 4\ncoverage: 2", (None, None)),
]

_JSON_VERDICTS = [
    ('{"verdict": "A"}', "A"),
    ('  {"verdict":"C"}\n', "C"),
    ('```json\n{"verdict": "B"}\n```', "B"),
    ('A is shorter, so here it is: {"verdict": "B"} I hope that helps.', "B"),
    ('{"verdict": "A"} {"verdict": "A"}', "A"),
    ('{"note": "an object of another kind"} {"verdict": "A"}', "A"),
    ("A set {like this} is no JSON. {\"verdict\": \"A\"}", "A"),
    ('{"verdict": "A"} {"verdict": "B"}', None),
    ('{"verdict": "A", "verdict": "B"}', None),
    ('{"verdict": "A", "why": "shorter"}', None),
    ('{"result": {"verdict": "A"}}', None),
    ('{"verdict": "a"}', None),
    ('{"verdict": "tie"}', None),
    ('{"verdict": ["A"]}', None),
    ('{"verdict": null}', None),
    ('{"verdict": "A"', None),
    ('["A"]', None),
    ('"A"', None),
    ("[[A]]", None),
    ("", None),
    ("{" * 5_000, None),
]  # fmt: skip

_JSON_PAIRS = [
    ('{"consistency": 4, "coverage": 2}', (4.0, 2.0)),
    ('My ratings: {"coverage": 2, "consistency": 4.0}', (4.0, 2.0)),
    ('{"consistency": 4}', (None, None)),
    ('{"consistency": "4", "coverage": 2}', (None, None)),
    ('{"consistency": true, "coverage": 2}', (None, None)),
    ('{"consistency": 4.5, "coverage": 2}', (None, None)),
    ('{"consistency": 6, "coverage": 2}', (None, None)),
    ('{"consistency": NaN, "coverage": 2}', (None, None)),
    ('{"consistency": 1e999, "coverage": 2}', (None, None)),
    ('{"consistency": 4, "coverage": 2, "fluency": 5}', (None, None)),
    ('[{"consistency": 4, "coverage": 2}, {"consistency": 5, "coverage": 2}]', (None, None)),
]


@pytest.mark.parametrize(
    ("form", "reply", "expected"),
    [
        *(("brackets", reply, expected) for reply, expected in _VERDICTS),
        *(("json", reply, expected) for reply, expected in _JSON_VERDICTS),
    ],
)
def test_a_verdict_is_read_in_its_format_and_nowhere_else(
    form: ReplyFormat, reply: str, expected: str | None
) -> None:
    assert VerdictDemand().read(reply, form) == expected


@pytest.mark.parametrize(("reply", "expected"), _RATINGS)
def test_a_rating_is_read_in_its_format_and_nowhere_else(
    reply: str, expected: float | None
) -> None:
    assert _ONE.read(reply, "brackets") == {"consistency": expected}


@pytest.mark.parametrize(
    ("form", "reply", "expected"),
    [
        *(("brackets", reply, expected) for reply, expected in _PAIRS),
        *(("json", reply, expected) for reply, expected in _JSON_PAIRS),
    ],
)
def test_each_dimension_has_a_rating_of_its_own(
    form: ReplyFormat, reply: str, expected: tuple[float | None, float | None]
) -> None:
    assert tuple(_TWO.read(reply, form).values()) == expected


def test_a_name_that_ends_in_another_is_not_that_one() -> None:
    demand = RatingDemand(["coverage", "news coverage"], Scale(1, 5))
    reply = "news coverage: [[2]]\ncoverage: [[4]]"
    assert demand.read(reply, "brackets") == {"coverage": 4.0, "news coverage": 2.0}
    assert _TWO.read("inconsistency: [[4]]", "brackets") == {"consistency": None, "coverage": None}


def test_fractions_are_read_where_the_scale_has_them() -> None:
    demand = RatingDemand(["quality"], Scale(0, 10, fractions=True))
    assert demand.read("Rating: [[7.5]]", "brackets") == {"quality": 7.5}
    assert demand.read('{"quality": 7.5}', "json") == {"quality": 7.5}
    assert demand.read("Rating: [[10.5]]", "brackets") == {"quality": None}
    with pytest.raises(SummbenchError, match=r"scale is \[5, 1\]"):
        Scale(5, 1)


@pytest.mark.parametrize("form", ["brackets", "json"])
def test_what_was_thought_is_not_the_verdict(form: ReplyFormat) -> None:
    verdict = '{"verdict": "B"}' if form == "json" else "[[B]]"
    raw = f"<think>Perhaps {verdict.replace('B', 'A')}?</think>{verdict}"
    assert VerdictDemand().read(clean_reply(raw)[0], form) == "B"
    unfinished = f"<think>Perhaps {verdict}"
    assert VerdictDemand().read(clean_reply(unfinished)[0], form) is None


@pytest.mark.parametrize("demand", [VerdictDemand(), _ONE, _TWO])
def test_the_prompt_and_the_schema_ask_for_what_is_read(
    demand: VerdictDemand | RatingDemand,
) -> None:
    schema = demand.build_schema()
    assert schema["additionalProperties"] is False
    example: dict[str, Any] = {k: p["enum"][0] for k, p in schema["properties"].items()}
    readings = demand.read(json.dumps(example), "json")
    assert readings not in (None, {}), example
    assert "[[" in demand.write("brackets")
    assert '{"' in demand.write("json")
