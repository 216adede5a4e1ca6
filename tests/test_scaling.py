"""No text function takes time that grows with the square of the text: ratios within one run.

The whole table is `python -m tests.performance.scaling`; here are the kinds that once grew fastest.
"""

from __future__ import annotations

from time import process_time

import pytest

from summbench.core.records import Article, Example
from summbench.metrics.copying import Copying
from summbench.metrics.fragments import MAX_PAIRS
from summbench.metrics.support.metric import Support
from summbench.metrics.support.names import MAX_NAMES
from summbench.models.extractive import Extractive
from summbench.report.word_diff import diff_words
from tests.performance.scaling import measure
from tests.performance.shapes import write
from tests.performance.text_functions import FUNCTIONS

_FOURFOLD, _SQUARE = 4, 16
_MARGIN = 10  # of the time of a text four times as long
_KINDS = [
    ("normalization unmark", "escapes in a path"),
    ("normalization unmark", "list items"),
    ("normalization unmark", "nested tags"),
    ("normalization clean", "spaces"),
    ("markup found", "links"),
    ("sentences", "fences"),
    ("quality", "squad list"),
    ("quality", "similar names"),
    ("quality", "rows of quotations"),
    ("support of an article", "news in title case"),
    ("support of an article", "squad list, one first name"),
    ("support of an article", "result table"),
    ("support of an article", "rows of quotations"),
    ("support of shuffled words", "numbers"),
    ("copying of shuffled words", "two words"),
    ("model textrank", "list items"),
    ("model textrank", "links"),
    ("model lexrank", "links"),
    ("judge's ratings read", "ratings"),
    ("config value, shared", "one enormous word"),
    ("file .csv", "digits and commas"),
]


@pytest.mark.parametrize(("function", "shape"), _KINDS)
def test_time_grows_with_the_length_and_not_with_its_square(function: str, shape: str) -> None:
    assert _FOURFOLD < _MARGIN < _SQUARE
    measure(FUNCTIONS[function], write("news", 300))
    short, long = (write(shape, words) for words in (4_000, 16_000))
    ratios: list[float] = []
    while len(ratios) < 3 and (not ratios or min(ratios) > _MARGIN):
        ratios.append(
            measure(FUNCTIONS[function], long) / max(measure(FUNCTIONS[function], short), 0.005)
        )
    assert min(ratios) <= _MARGIN


def test_a_word_diff_is_bounded_and_still_finds_one_word_among_a_thousand() -> None:
    news = write("news", 1_000)
    assert diff_words(f"Today {news}", news) == [("gone", "Today "), ("same", news)]
    words = news.split(" ")
    words[100:900:80] = ["changed"] * 10
    same = [piece for kind, piece in diff_words(news, " ".join(words)) if kind == "same"]
    assert len("".join(same)) > 0.95 * len(news)
    start = process_time()
    pieces = diff_words(write("one word", 1_000), news)  # 18 seconds without a bound
    assert process_time() - start < 4
    assert "".join(piece for kind, piece in pieces if kind != "gone") == news


def test_an_article_of_very_many_sentences_is_cut_and_counted() -> None:
    sentences = [f"Sentence {i} names the harbour {i % 7} times." for i in range(1_200)]
    model = Extractive("textrank")
    whole, cut = model.summarise(
        [Article("a", "\n".join(sentences[:1_000])), Article("b", "\n".join(sentences))]
    )
    assert (whole.input_truncated, cut.input_truncated) == (False, True)
    assert whole.summary == cut.summary


def test_support_counts_what_it_does_not_read(caplog: pytest.LogCaptureFixture) -> None:
    metric = Support()
    squad = write("squad list", 4 * MAX_NAMES)
    examples = [Example(Article("a", squad)), Example(Article("b", "Anna Weller left Riga."))]
    metric.score(examples, ["Anna Weller left.", "Anna Weller left Riga. " * 1_000])
    assert metric.get_counts() == {
        "truncated_summaries": [0, 1],
        "articles_with_names_not_compared": [1, 0],
    }
    assert "truncated_summaries" in caplog.text


def test_density_is_undefined_where_too_many_places_would_be_looked_at() -> None:
    text, other = write("two words", 6_000), write("one word", 6_000)
    scores = Copying().score(
        [Example(Article("a", text)), Example(Article("b", other))], [text[::-1], "buffalo"]
    )
    assert MAX_PAIRS < 6_000**2 / 4
    assert scores["density"][1] == 1.0
    shuffled = Copying().score([Example(Article("a", text))], [" ".join(sorted(text.split()))])
    assert shuffled["density"][0] != shuffled["density"][0]
    assert shuffled["coverage"] == [1.0]
