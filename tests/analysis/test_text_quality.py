"""The report on an article's typography against a text made by hand."""

from __future__ import annotations

from math import isnan

import pytest
from summbench.analysis.text_quality import quality

from tests.commands import SHARED_DATA

_NOISY = SHARED_DATA / "noisy-article.txt"
_TEXT = (
    "The the river rose .  Ana Stanobaya saw \u201cthe flood. Later Stanovaya left \u2014 at once\n"
    "It rained.\nIt rained.\n"
    "Caf\u00e9 guests had had enough ; they left.\n"
    "Nils Bohr contributed the report."
)


def test_every_fault_of_a_text_made_by_hand() -> None:
    found = quality(_TEXT)
    assert [span.text for span in found.stray] == [".", ";"]
    assert [span.text for span in found.doubled] == ["The the", "had had"]
    assert [span.text for span in found.unpaired] == ["\u201c"]
    assert [span.text for span in found.unended] == ["Later Stanovaya left \u2014 at once"]
    assert [span.text for span in found.repeated] == ["It rained."]
    assert [span.text for span in found.bylines] == ["Nils Bohr contributed the report."]
    assert found.names == (("Stanobaya", "Stanovaya"),)
    assert found.long == ()
    assert found.words == 30
    assert found.stray_per_100 == pytest.approx(100 * 2 / 30)
    letters = sum(map(str.isalpha, _TEXT))
    assert found.non_ascii == pytest.approx(1 / letters)
    spans = (*found.stray, *found.doubled, *found.unpaired, *found.unended, *found.bylines)
    assert all(_TEXT[span.start : span.end] == span.text for span in spans)


def test_a_sentence_of_81_words_is_long() -> None:
    sentence = " ".join(["word", "goes"] * 40)
    assert quality(f"{sentence}.").long == ()
    assert len(quality(f"{sentence} on.").long) == 1


def test_a_clean_text_and_no_text() -> None:
    found = quality("Ana left. \u201cGo,\u201d she said.")
    faults = (found.stray, found.doubled, found.unpaired, found.unended, found.repeated)
    assert not any(faults)
    assert isnan(quality("").stray_per_100)


@pytest.mark.skipif(not _NOISY.exists(), reason="the noisy article is not here")
def test_the_noisy_article() -> None:
    found = quality(_NOISY.read_text(encoding="utf-8"))
    assert [span.text for span in found.stray] == ["."]
    assert found.names == (("Stanobaya", "Stanovaya"), ("Grashenkov", "Graschenkov"))
    assert [span.text for span in found.bylines] == ["Ivan Nechepurenko contributed the report."]
