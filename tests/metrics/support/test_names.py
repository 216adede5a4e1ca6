"""Names: what is taken for one, and what the article says to it; expectations by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from summbench.core.errors import SummbenchError
from summbench.metrics.support.aliases import Aliases, read_aliases
from summbench.metrics.support.evidence import verify_claims
from summbench.metrics.support.mentions import collect_usage, find_mentions, parse_sentences
from summbench.metrics.support.names import is_near, is_variant
from summbench.metrics.support.source import SourceText
from summbench.metrics.support.tokens import WORD, split_forms

_TEXT = (
    "The harbour of Dalvøre closed on Thursday, President Ana Lind said. Pete Hegses and Tarshi "
    "Gabbard met Volodimia Zelensky. Yaw Antwi-Darkoh, a Moscow-based vet, warned Lind. Marco "
    "Rubio of the U.S. Senate phoned Ivan de la Cruz. Lavrov spoke.\n"
    "Nils Bohr contributed the report."
)


def _trim_run(text: str) -> list[str]:
    sentences = parse_sentences(text)
    return [m.span.text for m in find_mentions(text, sentences, collect_usage(text, sentences))]


def _states(source: str, summary: str, aliases: Aliases | None = None) -> list[tuple[str, str]]:
    evidence = verify_claims(SourceText.build(source), "a", summary, aliases or Aliases())
    return [(check.finding.span.text, check.finding.state) for check in evidence.names]


def _state(source: str, summary: str) -> str:
    """The state of the last name of a summary that says it within a sentence."""
    return _states(f"We met {source} there.", f"We met {summary} there.")[-1][1]


def test_names_are_runs_of_capitals_without_titles_days_and_what_begins_a_sentence() -> None:
    assert _trim_run(_TEXT) == [
        "Dalvøre", "Ana Lind", "Pete Hegses", "Tarshi Gabbard", "Volodimia Zelensky",
        "Yaw Antwi-Darkoh", "Moscow", "Lind", "Marco Rubio", "U.S. Senate", "Ivan de la Cruz",
        "Lavrov", "Nils Bohr",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Prices rose. Nobody saw Anna. Anna left.", ["Anna", "Anna"]),
        ("Carers fled. The carers hid.", []),
        ("Defense Secretary Pete Hegseth and Secretary of State Marco Rubio", ["Pete Hegseth",
         "Marco Rubio"]),
        ("Trump's envoy met Citizens' Workshop and Marks & Spencer", ["Trump", "Citizens' Workshop",
         "Marks & Spencer"]),
        ("In May I met J.K. Rowling and St. John in pro-Putin Minsk", ["J.K. Rowling", "St. John",
         "Putin", "Minsk"]),
        ("Ana saw People's Net and Lind's Net", ["Ana", "People's Net", "Lind", "Net"]),
        ('Night-time fell. "No. Turnout fell," Ana said.', ["Ana"]),
        ("We evacuated. Evacuees fled; Prosecutor Omar Diaz stayed in Two Gulls.",
         ["Omar Diaz", "Two Gulls"]),
        ('He said: "Nothing is lost." On Friday "Peace" won.', ["Peace"]),
    ],
)  # fmt: skip
def test_what_is_a_name(text: str, names: Sequence[str]) -> None:
    assert _trim_run(text) == names


@pytest.mark.parametrize(
    ("summary", "state"),
    [
        ("Dalvore", "exact"),  # diacritics are folded
        ("Darkoh", "exact"),  # a surname of a full name
        ("LAVROV", "exact"),
        ("Pete Hegseth", "variant"),  # one word equal, the other alike by .71
        ("Volodymyr Zelensky", "variant"),  # .67
        ("Mario Rubio", "variant"),  # which no threshold can tell from a misspelling
        ("Tulsi Gabbard", "unsupported"),  # .50
        ("Hegseth", "unsupported"),  # two edits in six letters, and no word to hold on to
        ("Markov", "unsupported"),
        ("Vladimir Zelensky", "variant"),
        ("Donald Lind", "unsupported"),
    ],
)
def test_the_states_of_a_name(summary: str, state: str) -> None:
    assert _states(_TEXT, f"It was {summary} again.") == [(summary, state)]


@pytest.mark.parametrize(
    ("source", "summary", "state"),
    [
        ("Stanobaya", "Stanovaya", "variant"),
        ("Grashenkov", "Graschenkov", "variant"),
        ("Pete Hegses", "Pete Hegseth", "variant"),
        ("Volodimia Zelensky", "Volodymyr Zelensky", "variant"),
        ("Tarshi Gabbard", "Tulsi Gabbard", "unsupported"),
        ("Marco Rubio", "Mario Rubio", "variant"),
        ("Medvedev", "Medvedeva", "variant"),
        ("Johnson", "Johnston", "variant"),
        ("Lavrov", "Lavrova", "variant"),
        ("Peskov", "Pskov", "variant"),
        ("Austria", "Australia", "unsupported"),
        ("Iran", "Iraq", "unsupported"),
        ("Niger", "Nigeria", "unsupported"),
        ("Lavrov", "Markov", "unsupported"),
    ],
)
def test_the_pairs_of_true_variants_and_of_different_names(
    source: str, summary: str, state: str
) -> None:
    assert _state(source, summary) == state
    assert _state(summary, source) == state


def test_the_rule_of_a_variant() -> None:
    assert is_near("peskov", "pskov")
    assert not is_near("iran", "iraq")  # under five letters
    assert not is_near("lavrov", "tavrov")  # another first letter
    assert is_variant(("ana", "stanobaya"), ("ana", "stanovaya"))
    assert not is_variant(("ana", "lind"), ("ana", "lund"))  # no word of four letters is equal
    assert not is_variant(("lind",), ("ana", "lind"))
    assert not is_variant(("lind",), ("lind",))


def test_a_surname_follows_its_full_name_in_the_summary() -> None:
    assert _states(_TEXT, "We met Pete Hegseth. Later Hegseth left.") == [
        ("Pete Hegseth", "variant"),
        ("Hegseth", "variant"),
    ]


def test_an_invented_name_comes_with_the_nearest_of_the_article() -> None:
    [check] = verify_claims(SourceText.build(_TEXT), "a", "We met Ana Lindberg.", Aliases()).names
    assert check.finding.state == "unsupported"
    assert check.finding.nearest is not None
    start, end = check.finding.nearest.start, check.finding.nearest.end
    assert _TEXT[start:end] == check.finding.nearest.text == "Ana Lind"


def test_a_byline_person_is_marked() -> None:
    evidence = verify_claims(SourceText.build(_TEXT), "a", "Then Nils Bohr met Lind.", Aliases())
    states = [(check.finding.state, check.only_in_byline) for check in evidence.names]
    assert states == [("exact", True), ("exact", False)]


@pytest.mark.parametrize("of_article", [True, False])
def test_reviewed_aliases_are_exact(tmp_path: Path, of_article: bool) -> None:
    names = {"Tulsi Gabbard": ["Tarshi Gabbard"], "Pete Hegseth": ["Pete Hegses", "P. Hegses"]}
    file = tmp_path / "aliases.json"
    file.write_text(json.dumps({"a": names} if of_article else names), encoding="utf-8")
    summary = "We met Tulsi Gabbard and Pete Hegseth."
    assert {state for _, state in _states(_TEXT, summary, read_aliases(str(file)))} == {"exact"}


@pytest.mark.parametrize("content", ["[]", "{", '{"Ana": "Anna"}', '{"a": {"Ana": [1]}}'])
def test_an_alias_file_of_another_form_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "aliases.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(SummbenchError, match="expected"):
        read_aliases(str(file))


def test_spellings_of_one_name_are_clustered_but_not_adjectives_or_neighbours() -> None:
    text = (
        "Ana Stanobaya spoke of Russia. The Russian press quoted Stanovaya. Then Stanovaya left.\n"
        "Both Johnson and Johnston came."
    )
    assert SourceText.build(text).spellings.get_written() == [["Stanovaya", "Stanobaya"]]


@pytest.mark.parametrize("space", [" ", "  ", "\n", "\u00a0", ""])
def test_words_are_read_between_spaces_as_in_the_whole_text(space: str) -> None:
    text = space.join(
        ["U.S.", "J.K.", "1,200,", "(Ana's)", "A-b", "...", "x" * 50, "\u00e9t\u00e9"]
    )
    starts, word_forms = split_forms(f"Ana {text} Lind", 4, 4 + len(text))
    read = [
        (start - 4, form.text + "'s" * form.possessive)
        for start, form in zip(starts, word_forms, strict=True)
    ]
    assert read == [(match.start(), match[0]) for match in WORD.finditer(text)]
