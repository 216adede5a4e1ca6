"""ROUGE beyond a to z: tokens of any script, counted by the same engines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Example
from summbench.metrics.rouge import tokens
from summbench.metrics.rouge.metric import Rouge
from summbench.metrics.rouge.tokens import split_characters, split_unicode_words
from tests.commands import SHARED_DATA, means, run, written

_NEWS = SHARED_DATA / "jawikinews.sample.jsonl"
_ENGINES: tuple[Literal["fast", "reference"], ...] = ("fast", "reference")
_WORDS, _CHARACTERS = Rouge(tokeniser="unicode_words"), Rouge(tokeniser="characters")


def _score(metric: Rouge, reference: str, summary: str) -> dict[str, float]:
    values = metric.score([Example(Article("a", ""), (reference,))], [summary])
    return {name: value for name, [value] in values.items()}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Путин не приехал в Москву-2.", "путин не приехал в москву 2"),
        ("ذهب الوَلَدُ إلى المدرسة، اليوم", "ذهب الوَلَدُ إلى المدرسة اليوم"),
        ("東京のNHKは2026年。", "東 京 の nhk は 2026 年"),
        ("データ、ﾃﾞ", "デ ー タ ﾃ ﾞ"),
        ("กินน้ำ abc", "กิ น น้ ำ abc"),  # SARA AM is a letter of its own
        ("हिन्दी में", "हिन्दी में"),  # vowel signs and viramas are marks
        ("Don't pay 1,250.50 to a_b!", "don t pay 1 250 50 to a b"),
        ("cafe\u0301 میر\u200cود co\u00adop", "caf\u00e9 میرود coop"),
        ("\U0001f600 ... \ud800", ""),
    ],
)
def test_words_of_many_scripts(text: str, words: str) -> None:
    # By hand from the general categories and scripts of Unicode; the last line has no letter.
    assert split_unicode_words(text) == words.split()


def test_a_character_is_a_letter_or_digit_with_its_marks() -> None:
    assert split_characters("Дым-2 กิน e\u0301!") == ["д", "ы", "м", "2", "กิ", "น", "\u00e9"]


# Japanese: six letters each, of which four are common and in order; bigrams 庭に and にい of five.
# Russian: all five words are in six; "приехал в" and "в Москву" of four and five bigrams; four of
# the words are in order. Arabic: three of four words, no bigram, two in order, of five.
@pytest.mark.parametrize(
    ("reference", "summary", "rouge1", "rouge2", "rouge_l"),
    [
        ("猫が庭にいた。", "猫は庭にいる。", (4 / 6, 4 / 6), (2 / 5, 2 / 5), (4 / 6, 4 / 6)),
        (
            "Президент не приехал в Москву.",
            "ПРЕЗИДЕНТ приехал в Москву, не Минск",
            (5 / 6, 5 / 5),
            (2 / 5, 2 / 4),
            (4 / 6, 4 / 5),
        ),
        (
            "ذهب الولد إلى المدرسة",
            "الولد ذهب إلى البيت، اليوم",
            (3 / 5, 3 / 4),
            (0, 0),
            (2 / 5, 2 / 4),
        ),
    ],
    ids=["Japanese", "Russian", "Arabic"],
)
def test_rouge_of_words_by_hand(
    reference: str,
    summary: str,
    rouge1: tuple[float, float],
    rouge2: tuple[float, float],
    rouge_l: tuple[float, float],
) -> None:
    for engine in _ENGINES:
        metric = Rouge(tokeniser="unicode_words", engine=engine)
        scores = _score(metric, reference, summary)
        for kind, expected in {"rouge1": rouge1, "rouge2": rouge2, "rougeL": rouge_l}.items():
            assert (scores[f"{kind}_p"], scores[f"{kind}_r"]) == pytest.approx(expected)


def test_rouge_of_characters_by_hand() -> None:
    # Two of three letters, no pair of them.
    scores = _score(_CHARACTERS, "Кот", "кит")
    assert (scores["rouge1_f"], scores["rouge2_f"], scores["rougeL_f"]) == pytest.approx(
        (2 / 3, 0, 2 / 3)
    )


def test_sentences_part_what_lsum_looks_through() -> None:
    # As in Latin script: both halves are found as sentences, one of them in a whole line.
    assert _score(_WORDS, "雨が降る。\n風が吹く。", "風が吹く。\n雨が降る。")["rougeLsum_f"] == 1
    assert _score(_WORDS, "雨が降る。\n風が吹く。", "風が吹く。\n雨が降る。")["rougeL_f"] == 0.5


@given(*[st.text(st.characters(codec="ascii"), max_size=80)] * 2)
@example("It's 1,250.50 <n> a_b F-16\x1cx", "its 1250.50\ra b\x00F16. So. On.")
@settings(deadline=None, max_examples=300)
def test_on_ascii_words_are_those_of_rouge(reference: str, summary: str) -> None:
    assert _score(_WORDS, reference, summary) == _score(Rouge(), reference, summary)


@given(st.lists(st.sampled_from("абвгд猫犬"), min_size=2, max_size=8).map(" ".join))
@settings(deadline=None)
def test_a_text_is_all_of_itself_in_any_script(text: str) -> None:
    for metric in (_WORDS, _CHARACTERS):
        assert set(_score(metric, text, text).values()) == {1.0}


def test_the_signature_names_the_tokeniser() -> None:
    assert "|stem:no|tok:unicode_words|" in _WORDS.signature
    assert "|stem:no|tok:characters|" in _CHARACTERS.signature


def test_what_can_not_be_is_a_sentence() -> None:
    with pytest.raises(SummbenchError, match="tokeniser=characters can't be stemmed"):
        Rouge(stem=True, tokeniser="characters")
    with pytest.raises(SummbenchError, match="tokeniser='mecab' is none of rouge, unicode_words"):
        Rouge(tokeniser="mecab")  # type: ignore[arg-type]


_ROWS = [
    {"id": "a", "document": "猫が庭にいた。雨が降った。", "references": ["猫が庭にいた。"]},
    {"id": "b", "document": "犬が走る。人が笑う。", "references": ["犬が走る。"]},
]


@pytest.mark.slow
def test_a_dataset_in_another_script_has_chrf_and_says_what_would_sort_it(tmp_path: Path) -> None:
    file = tmp_path / "news.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in _ROWS), encoding="utf-8")
    common = ("dataset=[table]", "dataset.table.path=news.jsonl", "model=[lead1]")
    process = run(tmp_path, "run", *common, "metric=[rouge,chrf]")
    warnings = " ".join(process.stderr.split())
    assert "'metric=[rouge_unicode,chrf]' primary=rouge_unicode.rouge2_f" in warnings
    run_means = means(tmp_path)["lead1"]
    assert run_means["rouge.rouge2_f"] is None and run_means["chrf.chrf2"] == 1.0
    table = (tmp_path / "results" / "run" / "leaderboard.md").read_text(encoding="utf-8")
    assert "chrf.chrf2 is defined: primary=chrf.chrf2 sorts by it." in table
    assert written(tmp_path, "leaderboard.json")["primary"] == "rouge.rouge2_f"
    again = ("metric=[rouge_unicode,chrf]", "primary=rouge_unicode.rouge2_f", "name=words")
    assert "undefined" not in run(tmp_path, "run", *common, *again).stderr
    assert means(tmp_path, "words")["lead1"]["rouge_unicode.rouge2_f"] == 1.0


@pytest.mark.skipif(not _NEWS.is_file(), reason="the shared data is not beside us")
def test_japanese_news_has_sensible_numbers_without_spaces_too() -> None:
    rows = [json.loads(line) for line in _NEWS.read_text(encoding="utf-8").splitlines()]
    means_by_spacing = {}
    for is_joined in (False, True):
        texts = [
            [
                texts_of_row.replace(" ", "") if is_joined else texts_of_row
                for texts_of_row in (r["references"][0], r["document"])
            ]
            for r in rows
        ]
        examples = [
            Example(Article(str(i), ""), (texts_of_row[0],)) for i, texts_of_row in enumerate(texts)
        ]
        values = _CHARACTERS.score(
            examples, [texts_of_row[1].split("\n")[0] for texts_of_row in texts]
        )["rouge2_f"]
        means_by_spacing[is_joined] = sum(values) / len(values)
    # The first sentence of a report has much of its headline: neither nothing nor all.
    assert 0.15 < means_by_spacing[False] < 0.5
    assert means_by_spacing[True] == pytest.approx(means_by_spacing[False])


def test_the_fast_rule_finds_the_words_of_the_full_one() -> None:
    # Each character that the fast rule does not leave to the full one, between two letters.
    characters = [c for c in map(chr, range(0x3000)) if not tokens._BEYOND_LATIN.search(c)]
    assert len(characters) > 600
    for character in characters:
        text = f"a{character}b_{character}"
        words = tokens._WORD.findall(tokens._fold(text))
        assert tokens.split_unicode_words(text) == words, character
