"""The report on an article's typography against a text made by hand."""

from __future__ import annotations

from math import isnan

import pytest

from summbench.analysis.text_quality import assess_quality
from tests.commands import SHARED_DATA

_NOISY = SHARED_DATA / "noisy-article.txt"
_TEXT = (
    "The the river rose .  Ana Stanobaya saw \u201cthe flood. Later Stanovaya left \u2014 at once\n"
    "It rained.\nIt rained.\n"
    "Caf\u00e9 guests had had enough ; they left.\n"
    "Nils Bohr contributed the report."
)


def test_every_fault_of_a_text_made_by_hand() -> None:
    quality = assess_quality(_TEXT)
    assert [span.text for span in quality.stray_marks] == [".", ";"]
    assert [span.text for span in quality.doubled_words] == ["The the", "had had"]
    assert [span.text for span in quality.unpaired_quotes] == ["\u201c"]
    assert [span.text for span in quality.unended_sentences] == [
        "Later Stanovaya left \u2014 at once"
    ]
    assert [span.text for span in quality.repeated_sentences] == ["It rained."]
    assert [span.text for span in quality.bylines] == ["Nils Bohr contributed the report."]
    assert quality.similar_names == (("Stanobaya", "Stanovaya"),)
    assert quality.long_sentences == ()
    assert quality.n_words == 30
    assert quality.stray_per_100 == pytest.approx(100 * 2 / 30)
    letters = sum(map(str.isalpha, _TEXT))
    assert quality.non_ascii_share == pytest.approx(1 / letters)
    spans = (
        *quality.stray_marks,
        *quality.doubled_words,
        *quality.unpaired_quotes,
        *quality.unended_sentences,
        *quality.bylines,
    )
    assert all(_TEXT[span.start : span.end] == span.text for span in spans)


def test_marks_of_a_tokenised_text_are_not_stray() -> None:
    quality = assess_quality("ana left . " + '" go , " she said . it rained .')
    assert quality.is_tokenised
    assert (quality.stray_marks, quality.n_sentences) == ((), 3)
    assert not assess_quality(_TEXT).is_tokenised


def test_a_sentence_of_81_words_is_long() -> None:
    sentence = " ".join(["word", "goes"] * 40)
    assert assess_quality(f"{sentence}.").long_sentences == ()
    assert len(assess_quality(f"{sentence} on.").long_sentences) == 1


def test_a_clean_text_and_no_text() -> None:
    quality = assess_quality("Ana left. \u201cGo,\u201d she said.")
    faults = (
        quality.stray_marks,
        quality.doubled_words,
        quality.unpaired_quotes,
        quality.unended_sentences,
        quality.repeated_sentences,
    )
    assert not any(faults)
    assert isnan(assess_quality("").stray_per_100)


@pytest.mark.skipif(not _NOISY.exists(), reason="the noisy article is not here")
def test_the_noisy_article() -> None:
    quality = assess_quality(_NOISY.read_text(encoding="utf-8"))
    assert [span.text for span in quality.stray_marks] == ["."]
    assert quality.similar_names == (("Stanobaya", "Stanovaya"), ("Grashenkov", "Graschenkov"))
    assert [span.text for span in quality.bylines] == ["Ivan Nechepurenko contributed the report."]
