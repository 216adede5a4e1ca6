"""Copy statistics against worked examples and a literal reading of the published algorithm."""

from collections.abc import Iterator, Sequence
from math import isnan
from typing import overload

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon

from summbench.core.records import Article, Example
from summbench.metrics.copying import Copying
from summbench.metrics.fragments import measure_fragments

_ARTICLE = "the minister resigned on friday after the report was published"
_text = st.lists(st.sampled_from("abc"), min_size=1, max_size=14)


def _copying(article: str, summary: str) -> dict[str, float]:
    scores = Copying().score([Example(Article("a", article))], [summary])
    return {name: value for name, [value] in scores.items()}


def _get_undefined(article: str, summary: str) -> set[str]:
    return {name for name, value in _copying(article, summary).items() if isnan(value)}


def _compute_published(article: Sequence[str], summary: Sequence[str]) -> list[int]:
    """Grusky et al. (2018), figure 3, step by step, with the released code's test for length."""
    lengths, i, j = [], 0, 0
    while i < len(summary):
        longest = 0
        while j < len(article):
            if summary[i] == article[j]:
                k, m = i, j
                while k < len(summary) and m < len(article) and summary[k] == article[m]:
                    k, m = k + 1, m + 1
                longest = max(longest, k - i)
                j = m
            else:
                j += 1
        i, j = i + max(longest, 1), 0
        if longest:
            lengths.append(longest)
    return lengths


class Counted(Sequence[str]):
    """Words that count how many of them were read, one by one or in slices."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words
        self.read = 0

    def __len__(self) -> int:
        return len(self._words)

    @overload
    def __getitem__(self, key: int) -> str: ...
    @overload
    def __getitem__(self, key: slice) -> Sequence[str]: ...
    def __getitem__(self, key: int | slice) -> str | Sequence[str]:
        part = self._words[key]
        self.read += len(part) if isinstance(key, slice) else 1
        return part

    def __iter__(self) -> Iterator[str]:
        for word in self._words:
            self.read += 1
            yield word


def test_the_pointer_jumps_past_a_partial_match() -> None:
    # Fragments "a a" and "b" (worked by hand), where the longest span would be "a a b".
    scores = _copying("a a a b", "a a b")
    assert scores["coverage"] == 1
    assert scores["density"] == pytest.approx((2**2 + 1**2) / 3)
    assert scores["compression"] == pytest.approx(4 / 3)


def test_two_fragments_of_three_words() -> None:
    # "the minister resigned" and "after the report"; newsroom's own code says the same.
    scores = _copying(_ARTICLE, "the minister resigned after the report")
    assert scores["coverage"] == 1
    assert scores["density"] == pytest.approx((3**2 + 3**2) / 6)
    assert scores["compression"] == pytest.approx(10 / 6)


def test_words_of_the_summary_alone_are_in_no_fragment() -> None:
    # "resigned" and "on friday" of five words: 3/5 and (1 + 4)/5, by hand.
    scores = _copying(_ARTICLE, "Smith resigned suddenly on Friday")
    assert (scores["coverage"], scores["density"]) == pytest.approx((3 / 5, 5 / 5))


def test_novel_and_repeated_n_grams() -> None:
    # By hand; of 9 words, 8 pairs, 7 triples and 6 quadruples.
    scores = _copying(_ARTICLE, "The minister resigned after the report. The minister resigned.")
    assert [scores[f"novel{n}"] for n in (1, 2, 3, 4)] == pytest.approx([0, 2 / 8, 4 / 7, 1])
    assert [scores[f"repeated{n}"] for n in (1, 2, 3, 4)] == pytest.approx([4 / 9, 2 / 8, 1 / 7, 0])


def test_each_occurrence_of_a_novel_word_counts() -> None:
    # "no" three times of four words.
    assert _copying("yes", "no no no yes")["novel1"] == 3 / 4


def test_redundancy_is_the_mean_over_pairs_of_sentences() -> None:
    # Pairs 1-2: subsequence "a b" of 4 and 4 words, F 1/2; 1-3 and 2-3: nothing.
    assert _copying("x", "a b c d\na b x y\np q r s")["redundancy"] == pytest.approx(1 / 6)
    assert _copying("x", "a b c d\nA b, c d!")["redundancy"] == 1


def test_equal_sentences_in_another_script_are_not_called_different() -> None:
    greeting = "\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd"
    redundancy = _copying("x", f"{greeting}\n{greeting}")["redundancy"]
    assert isnan(redundancy) or redundancy == 1


def test_only_the_first_three_sentences_are_the_lead() -> None:
    # Of "a b", "b h" and "h i" the first is in the lead, the last in the fourth sentence.
    article = "a b c\nd e\nf g\nh i"
    assert _copying(article, "a b h i")["lead_overlap"] == pytest.approx(1 / 3)
    assert _copying(article, "d e")["lead_overlap"] == 1
    assert _copying(article, "h i")["lead_overlap"] == 0


def test_divergence_is_that_of_scipy() -> None:
    # scipy returns the square root; words in the order a, b, c.
    expected = jensenshannon([2 / 3, 1 / 3, 0], [1 / 2, 0, 1 / 2], base=2) ** 2
    assert _copying("a b a", "c a")["divergence"] == pytest.approx(expected)
    assert _copying("a b", "b a")["divergence"] == pytest.approx(0)
    assert _copying("a b", "c d c")["divergence"] == pytest.approx(1)


def test_case_and_punctuation_are_not_novel() -> None:
    # the, state, of, the, art, f, 16: one fragment of seven tokens, as ROUGE has them.
    scores = _copying("The state-of-the-art F-16, he said.", "the STATE-OF-THE-ART f-16!")
    assert (scores["coverage"], scores["density"], scores["novel1"]) == (1, 7, 0)


@pytest.mark.parametrize("article", ["", " \n", "... !"])
def test_without_article_only_repetition_is_defined(article: str) -> None:
    assert _get_undefined(article, "a b a b a b\nc") == {
        "coverage",
        "density",
        "compression",
        *(f"novel{n}" for n in (1, 2, 3, 4)),
        "lead_overlap",
        "divergence",
    }


@pytest.mark.parametrize("summary", ["", "\n", "...", "\U0001f600"])
def test_a_summary_without_a_word_has_no_statistics(summary: str) -> None:
    assert _get_undefined(_ARTICLE, summary) == set(Copying().columns)
    assert len(Copying().columns) == 14


def test_fewer_than_n_words_have_no_n_grams() -> None:
    missing = {"novel3", "novel4", "repeated3", "repeated4"}
    assert _get_undefined(_ARTICLE, "minister resigned") == {*missing, "redundancy"}
    assert _get_undefined(_ARTICLE, "minister\nresigned") == missing


def test_an_article_shorter_than_n_makes_every_n_gram_novel() -> None:
    scores = _copying("a", "a a a a")
    assert [scores[f"novel{n}"] for n in (1, 2, 3, 4)] == [0, 1, 1, 1]


def test_every_summary_meets_its_own_article() -> None:
    examples = [Example(Article("1", "a b")), Example(Article("2", "c d"))]
    assert Copying().score(examples, ["a b", "a b"])["coverage"] == [1, 0]


@given(_text, _text)
@settings(deadline=None, max_examples=500)
def test_fragments_are_those_of_the_published_algorithm(
    article: list[str], summary: list[str]
) -> None:
    lengths = _compute_published(article, summary)
    scores = _copying(" ".join(article), " ".join(summary))
    assert scores["coverage"] == pytest.approx(sum(lengths) / len(summary))
    assert scores["density"] == pytest.approx(sum(n * n for n in lengths) / len(summary))
    article_places = range(len(article) - 1)
    places = {
        i: [j for j in article_places if article[j : j + 2] == summary[i : i + 2]]
        for i in range(len(summary) - 1)
    }
    copied = [(i, starts) for i, starts in places.items() if starts]
    long = [length for length in lengths if length > 1]
    assert list(measure_fragments(article, summary, copied)) == long


@given(_text, _text)
@settings(deadline=None)
def test_a_word_is_novel_or_copied(article: list[str], summary: list[str]) -> None:
    scores = _copying(" ".join(article), " ".join(summary))
    assert scores["coverage"] + scores["novel1"] == pytest.approx(1)
    assert scores["coverage"] <= scores["density"] <= len(summary)


@given(_text)
@settings(deadline=None)
def test_the_whole_article_as_summary_is_one_fragment(article: list[str]) -> None:
    scores = _copying(" ".join(article), " ".join(article))
    # The pointer starts at the first word, so the whole text is tried first.
    assert (scores["coverage"], scores["density"], scores["compression"]) == (1, len(article), 1)


def test_a_runaway_sentence_of_100_000_words_is_measured() -> None:
    # 16,666 times the article's six words and four more; by hand.
    words = ("the cat sat on the mat " * 16_667).split()[:100_000]
    scores = _copying("The cat sat on the mat.", " ".join(words))
    assert scores["coverage"] == 1
    assert scores["density"] == pytest.approx((16_666 * 6**2 + 4**2) / 100_000)
    assert scores["novel2"] == pytest.approx(16_666 / 99_999)
    assert scores["repeated1"] == pytest.approx(1 - 5 / 100_000)


def test_work_grows_with_the_summary_and_not_with_its_square() -> None:
    def read(size: int) -> int:
        summary = Counted([f"w{i % 97}" for i in range(size)])
        article = Counted([f"w{i}" for i in range(97)])
        places = ((i, [i % 97]) for i in range(size - 1) if i % 97 < 96)
        assert size - 1 <= sum(measure_fragments(article, summary, places)) <= size
        return summary.read + article.read

    assert read(4_000) < 2.5 * read(2_000)


@given(st.lists(st.tuples(_text, _text), min_size=1, max_size=9))
@settings(deadline=None)
def test_no_last_bit_depends_on_the_other_pairs(pairs: list[tuple[list[str], list[str]]]) -> None:
    texts = [(" ".join(article), " ".join(summary)) for article, summary in pairs]
    examples = [Example(Article("a", article)) for article, _ in texts]
    together = Copying().score(examples, [summary for _, summary in texts])
    for i, pair in enumerate(texts):
        alone = _copying(*pair)
        assert repr({name: values[i] for name, values in together.items()}) == repr(alone)


def test_directions_and_needs_are_declared() -> None:
    columns = Copying().columns
    assert {column.role for column in columns.values()} == {"diagnostic"}
    of_summary = {"redundancy", *(f"repeated{n}" for n in (1, 2, 3, 4))}
    assert {n for n, column in columns.items() if column.direction == "lower"} == of_summary
    assert {n for n, column in columns.items() if not column.needs} == of_summary


def test_the_signature_names_the_variant_and_the_words() -> None:
    parts = Copying().signature.split("|")
    assert parts[0] == "copying"
    assert {"agg:mean", "frag:grusky2018", "tok:words-2", "case:lower"} <= set(parts)
