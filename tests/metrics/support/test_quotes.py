"""Quotations, speakers, negations and bylines; expectations by hand."""

from __future__ import annotations

import pytest

from summbench.metrics.support.aliases import Aliases
from summbench.metrics.support.copied_fragments import build_sequence, find_bylines, find_fragments
from summbench.metrics.support.evidence import Evidence, verify_claims
from summbench.metrics.support.mentions import parse_sentences
from summbench.metrics.support.quotes import find_quotations
from summbench.metrics.support.source import SourceText

_TEXT = (
    "\u201cThe river is rising very fast,\u201d said Ana Lind, who runs the port. "
    "\u201cWe need help from everyone now.\u201d\n"
    "Omar Diaz told the council the money was gone. The plan will not be paid for by the town.\n"
    "The mayor thanked all nine crews. Nils Bohr contributed reporting from Oslo."
)


def _verify_summary(summary: str) -> Evidence:
    return verify_claims(SourceText.build(_TEXT), "a", summary, Aliases())


def _quote(summary: str) -> tuple[str, bool | None]:
    [check] = _verify_summary(summary).quotes
    return check.finding.state, check.misattributed


@pytest.mark.parametrize(
    ("text", "quotations", "unpaired"),
    [
        ('He said "a b" and "c".', ["a b", "c"], 0),
        ('\u201cFair Share" won, \u201eja\u201d', ["Fair Share", "ja"], 0),
        ("the players' \u2018new deal\u2019 isn't 'an offer'", ["new deal", "an offer"], 0),
        ('She said "no.\nThen "yes" again', ["yes"], 1),
        ("5\u201d of rain", [], 1),
    ],
)
def test_what_stands_between_marks(text: str, quotations: list[str], unpaired: int) -> None:
    spans, unpaired_marks = find_quotations(text)
    assert [span.text for span in spans] == quotations
    assert len(unpaired_marks) == unpaired
    assert all(text[s.start : s.end] == s.text for s in [*spans, *unpaired_marks])


@pytest.mark.parametrize(
    ("summary", "state", "misattributed"),
    [
        ('"The river is rising very fast," Ana Lind said.', "exact", False),
        ('Lind said "the river is rising".', "exact", False),
        ('"The river is rising very fast," said Omar Diaz.', "exact", True),
        ('Omar Diaz: "We need help from everyone."', "exact", True),  # Lind goes on speaking
        ('"The river is rising quite fast," said Lind.', "altered", False),  # 5 of 6 words
        ('Diaz said "the money was gone".', "moved", None),
        ('Diaz said "nobody shall pay for any of this".', "fabricated", None),
        ('"The river is rising very fast," he said.', "exact", None),
        ('An engineer said "the river is rising".', "exact", None),
    ],
)
def test_the_states_of_a_quotation(summary: str, state: str, misattributed: bool | None) -> None:
    assert _quote(summary) == (state, misattributed)


def test_two_words_in_marks_are_no_quotation() -> None:
    assert _verify_summary('The "rising river" stayed.').quotes == []


def test_an_invented_quotation_comes_with_what_shares_most_words_with_it() -> None:
    [check] = _verify_summary('"We need money from nobody at all," said Lind.').quotes
    assert check.finding.state == "fabricated"
    assert check.finding.nearest is not None
    assert check.finding.nearest.text == "We need help from everyone now."


@pytest.mark.parametrize(
    ("summary", "flipped"),
    [
        ("The plan will be paid for by the town.", [True]),
        ("The plan will not be paid for by the town.", [False]),
        ("The mayor never thanked all nine crews.", []),  # four words in a row
        ("Never the mayor thanked all nine crews.", [True]),
        ("The plan won't be paid for by the town.", [False]),
    ],
)
def test_a_copied_fragment_that_lost_or_gained_a_negation(
    summary: str, flipped: list[bool]
) -> None:
    assert [n.flipped for n in _verify_summary(summary).negations] == flipped


@pytest.mark.parametrize(
    ("ending", "count"),
    [
        ("Ivan Nechepurenko contributed the report.", 1),
        ("Reporting by A. Lind; editing by B. Diaz.", 1),
        ("Ana Lind contributed to this report from Oslo.", 1),
        ("Ana Lind reported from Oslo.", 1),
        ("The firm contributed nothing.", 0),
        ("Police reported no injuries.", 0),
    ],
)
def test_bylines_are_in_the_last_two_sentences(ending: str, count: int) -> None:
    assert len(find_bylines(parse_sentences(f"Rain fell. {ending}"))) == count
    assert find_bylines(parse_sentences(f"{ending} Rain fell. It was wet.")) == []


def test_what_only_the_byline_has_is_leaked() -> None:
    evidence = _verify_summary("The mayor thanked all. Nils Bohr contributed reporting from Oslo.")
    assert [span.text for span in evidence.boilerplate_copies] == [
        "Nils Bohr contributed reporting from Oslo"
    ]


@pytest.mark.parametrize(
    ("summary", "long"),
    [
        ("The plan will not be.", True),
        ("The plan will not, be.", True),
        ("The plan will not be", True),
        ("The plan will not", False),
        ("The plan will. Not be paid.", False),  # none over sentences
        ("Gone the plan will not.", False),
    ],
)
def test_five_words_in_a_row_are_found_before_their_fragments(summary: str, long: bool) -> None:
    source_sequence, sequence = (
        build_sequence(parse_sentences(_TEXT)),
        build_sequence(parse_sentences(summary)),
    )
    longest = max(fragment.length for fragment in find_fragments(sequence, source_sequence))
    assert source_sequence.has_common_run(sequence, 5) is (longest >= 5) is long
