"""Models without weights: lead, lot, sumy's extractors and the greedy oracle."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from typing import Literal, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rouge_score.rouge_scorer import RougeScorer
from sumy.nlp.stemmers import Stemmer
from sumy.parsers.plaintext import PlaintextParser
from sumy.summarizers.lex_rank import LexRankSummarizer
from sumy.summarizers.lsa import LsaSummarizer
from sumy.summarizers.text_rank import TextRankSummarizer
from sumy.utils import get_stop_words

from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Example, Model
from summbench.core.text import split_sentences, split_words
from summbench.models.extractive import Extractive
from summbench.models.lead import Lead
from summbench.models.oracle import Oracle
from summbench.models.random_sentences import RandomSentences

_Method = Literal["textrank", "lexrank", "lsa"]
_METHODS: tuple[_Method, ...] = get_args(_Method)
_SUMY = {"textrank": TextRankSummarizer, "lexrank": LexRankSummarizer, "lsa": LsaSummarizer}
# The longer sentences differ in how many telling words they have: all that sumy's LSA goes by.
_NEWS = (
    "Rain fell. "
    "Engineers closed the bridge. "
    "The council closed the ferry and the bridge. "
    "Engineers found that rain had opened cracks in the bridge. "
    "The council wants to borrow money, repair the bridge, paint it and open it in June. "
    "Drivers wait. "
    "Shopkeepers lost customers, money, patience and hope, the mayor of the old town told us. "
    "The mayor thanked engineers, drivers, shopkeepers and the crew of the ferry."
)
_LETTERS = [f"Sentence {letter} stands here." for letter in "ABCDEFGHIJ"]
# Sentences of equal length on the same few words: ratings that differ in the last bits at most.
_TIES = [
    "river bridge mayor\nbridge mayor council\ntrain mayor budget\nbridge river budget\n"
    "train strike river\ntrain budget mayor\nriver strike council",
    "alpha beta gamma\nalpha beta delta\nalpha gamma delta\nbeta gamma epsilon",
]
_PRINT_EXTRACTS = """
import json, sys
from summbench.models.extractive import Extractive
from summbench.core.records import Article
articles = [Article(str(i), text) for i, text in enumerate(json.loads(sys.argv[1]))]
for method in ("textrank", "lexrank", "lsa"):
    print([p.summary for p in Extractive(method).summarise(articles)])
"""


def _summarise(model: Model, text: str) -> str:
    [prediction] = model.summarise([Article("a", text)])
    assert prediction.article_id == "a"
    return prediction.summary


def _summarise_with_oracle(text: str, *references: str, most: int | None = None) -> str:
    [prediction] = Oracle(most).summarise_with_references([Example(Article("a", text), references)])
    return prediction.summary


def _build_models() -> list[Model]:
    return [Lead(), RandomSentences(), *(Extractive(method) for method in _METHODS)]


class _Splitter:
    """Our sentences and words, in the shape of a tokeniser of sumy's."""

    def to_sentences(self, paragraph: str) -> tuple[str, ...]:
        return tuple(split_sentences(paragraph))

    def to_words(self, sentence: str) -> tuple[str, ...]:
        return tuple(split_words(sentence))


@pytest.mark.parametrize("model", _build_models(), ids=lambda m: type(m).__name__)
def test_short_articles_are_returned_whole(model: Model) -> None:
    assert _summarise(model, "") == ""
    assert _summarise(model, " \n\t\n") == ""
    assert _summarise(model, "Only one sentence.") == "Only one sentence."
    assert _summarise(model, "One here. Two here.\nThree") == "One here.\nTwo here.\nThree"


@pytest.mark.parametrize("model", _build_models(), ids=lambda m: type(m).__name__)
def test_a_batch_gives_what_its_articles_give_alone(model: Model) -> None:
    articles = [Article(str(i), text) for i, text in enumerate([_NEWS, "", *_TIES, _NEWS[60:]])]
    alone = [p for article in articles for p in model.summarise([article])]
    assert list(model.summarise(articles)) == alone
    assert list(model.summarise(articles[::-1])) == alone[::-1]
    assert alone[0].summary.count("\n") == 2


def test_lsa_breaks_its_many_ties_by_position() -> None:
    # Three of the same number of distinct words each: all columns are equally long, worked by hand.
    assert _summarise(Extractive("lsa"), _TIES[0]).split("\n") == _TIES[0].split("\n")[:3]


def test_lead_takes_the_first_sentences_across_line_breaks() -> None:
    text = "A headline without a stop\nDr. Weber spoke. He left.\r\nThe rest."
    assert _summarise(Lead(), text) == "A headline without a stop\nDr. Weber spoke.\nHe left."
    assert _summarise(Lead(sentences=1), text) == "A headline without a stop"


def test_a_lone_surrogate_does_not_stop_the_splitter() -> None:
    lines = _summarise(Lead(sentences=2), "The \ud800 cat sat. It ran. It slept.").split("\n")
    assert len(lines) == 2
    assert lines[1] == "It ran."


def test_random_sentences_are_distinct_and_in_the_order_of_the_article() -> None:
    for seed in range(50):
        drawn = _summarise(RandomSentences(4, seed), " ".join(_LETTERS)).split("\n")
        assert drawn == sorted(set(drawn))
        assert len(drawn) == 4


def test_every_sentence_is_as_likely_as_any_other() -> None:
    # 3 of 10 in 2,000 draws: 600 each, standard deviation 20.5; five of them are 102.
    draws = (_summarise(RandomSentences(3, seed), " ".join(_LETTERS)) for seed in range(2_000))
    counts = Counter(sentence for draw in draws for sentence in draw.split("\n"))
    assert counts == {sentence: pytest.approx(600, abs=102) for sentence in _LETTERS}


def test_the_draw_follows_from_seed_and_text_and_not_from_the_id() -> None:
    model, text = RandomSentences(3, seed=7), " ".join(_LETTERS)
    first, second = model.summarise([Article("x", text), Article("y", text)])
    assert first.summary == second.summary == _summarise(RandomSentences(3, seed=7), text)
    assert len({_summarise(RandomSentences(3, seed), text) for seed in range(20)}) > 10


@pytest.mark.parametrize("count", [1, 3, 5])
@pytest.mark.parametrize("method", _METHODS)
def test_extracts_are_those_of_sumy_itself(method: _Method, count: int) -> None:
    summariser = _SUMY[method](Stemmer("english"))
    summariser.stop_words = get_stop_words("english")
    document = PlaintextParser.from_string(_NEWS, _Splitter()).document
    expected = [str(sentence) for sentence in summariser(document, count)]
    assert len(expected) == count
    assert _summarise(Extractive(method, count), _NEWS).split("\n") == expected


@pytest.mark.slow
def test_extracts_do_not_depend_on_the_hash_seed() -> None:
    # With stems as strings, sumy's LSA gives other sentences of the first text under other seeds.
    printed = set()
    for seed in ("1", "2"):
        command = [sys.executable, "-c", _PRINT_EXTRACTS, json.dumps(_TIES)]
        environment = os.environ | {"PYTHONHASHSEED": seed}
        process = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=True
        )
        printed.add(process.stdout)
    here = [[_summarise(Extractive(method), text) for text in _TIES] for method in _METHODS]
    assert printed == {"".join(f"{summaries}\n" for summaries in here)}


@pytest.mark.parametrize("method", _METHODS)
def test_an_article_of_stop_words_still_gets_an_extract(method: _Method) -> None:
    # Nothing to rate, so all are equal, and of equals sumy takes the first.
    assert _summarise(Extractive(method), "It was. He is. She had. They were.") == (
        "It was.\nHe is.\nShe had."
    )


def test_lexrank_has_an_extract_where_no_word_is_telling() -> None:
    # Each word is in 3 of 4 sentences, where sumy's idf is log(4 / (1 + 3)) = 0.
    text = "alpha beta gamma\nalpha beta delta\nalpha gamma delta\nbeta gamma delta"
    assert _summarise(Extractive("lexrank"), text) == text.rpartition("\n")[0]


def test_an_unknown_method_is_answered_with_the_known_ones() -> None:
    with pytest.raises(SummbenchError, match="'luhn', only textrank, lexrank, lsa"):
        Extractive("luhn")  # type: ignore[arg-type]


def test_the_oracle_adds_sentences_while_the_score_rises() -> None:
    # By hand, ROUGE-1 F + ROUGE-2 F. First: 8/13 + 4/11 for sentence 1, the same for sentence 3,
    # 0 for 2. Both: 14/19 + 8/17 is more. All: 14/21 + 8/19 is less.
    text = "The cat sat on the mat. Dogs bark. It rained in Paris on Monday."
    reference = "The cat sat. It rained on Monday."
    assert (
        _summarise_with_oracle(text, reference)
        == "The cat sat on the mat.\nIt rained in Paris on Monday."
    )
    assert _summarise_with_oracle(text, reference, most=1) == "The cat sat on the mat."


def test_the_oracle_writes_in_the_order_of_the_article() -> None:
    # "w x y z" comes first in the choice (4 of 6 words), "a b" before it in the article.
    assert _summarise_with_oracle("a b\nc d\nw x y z", "w x y z a b") == "a b\nw x y z"


def test_the_oracle_takes_the_better_reference_and_never_a_mix() -> None:
    text = "The cat sat on the mat. It rained in Paris."
    cat, rain = text.replace(". It", ".\nIt").split("\n")
    assert _summarise_with_oracle(text, "Dogs bark.", rain) == rain
    assert _summarise_with_oracle(text, cat, rain) == cat


@pytest.mark.parametrize("references", [(), ("",), ("...",), ("nothing in common",)])
def test_without_overlap_the_oracle_is_empty(references: tuple[str, ...]) -> None:
    assert _summarise_with_oracle("The cat sat. The dog ran.", *references) == ""


def test_the_oracle_of_short_articles() -> None:
    assert _summarise_with_oracle("", "the cat") == ""
    assert _summarise_with_oracle("The cat sat.", "the cat", "a dog") == "The cat sat."


_sentence = st.lists(st.sampled_from("abcdef"), min_size=1, max_size=5).map(" ".join)
_SCORER = RougeScorer(["rouge1", "rouge2"])


def _value(sentences: Sequence[str], references: Sequence[str]) -> float:
    text = "\n".join(sentences)
    scores = [_SCORER.score(reference, text) for reference in references]
    return max(float(s["rouge1"].fmeasure + s["rouge2"].fmeasure) for s in scores)


@given(
    st.lists(_sentence, min_size=1, max_size=5, unique=True),
    st.lists(_sentence, min_size=1, max_size=2),
)
@settings(deadline=None)
def test_greedy_is_between_the_best_sentence_and_the_best_subset(
    article: list[str], references: list[str]
) -> None:
    # The values are rouge-score's own, the subsets all of them.
    subsets = [list(c) for n in range(1, 6) for c in combinations(article, n)]
    chosen = [
        line for line in _summarise_with_oracle("\n".join(article), *references).split("\n") if line
    ]
    greedy = _value(chosen, references)
    assert max(_value([s], references) for s in article) <= greedy + 1e-9
    assert greedy <= max(_value(subset, references) for subset in subsets) + 1e-9
    one_more = [s for s in subsets if len(s) == len(chosen) + 1 and set(s) > set(chosen)]
    assert all(_value(subset, references) <= greedy + 1e-9 for subset in one_more)
