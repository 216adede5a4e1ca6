"""Markup is recognised by kind and taken out on demand; examples and expected texts by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import summbench
from summbench.core.markup_counts import NO_MARKUP, Markup, MarkupKind, find_markup
from summbench.core.normalization import get_normalizer
from summbench.core.text import split_lines, split_sentences

_DATA = Path(__file__).parents[3] / "shared/data"

_UNMARKED = "It held.\nIt rained."
_CASES = {
    "Markdown fences": ["```\nIt held.\nIt rained.\n```", "```text\nIt held.\nIt rained.```"],
    "lists written as text": [
        '["It held.", "It rained."]',
        "['It held.', 'It rained.']",
        "['It held.' 'It rained.']",
        '{"summary": "It held.\\nIt rained."}',
    ],
    "escaped characters": [
        "It held.\\nIt rained.",
        "It held.\\r\\nIt rained.",
        "It held. \\nIt rained.",
    ],
    "HTML tags": [
        "It held.\n<b>It rained.</b>",
        "<p>It held.</p>\n<p class='a'>It rained.</p>",
        "It held.<br/>\nIt rained.",
    ],
    "special tokens": [
        "It held.\nIt <|odd|> rained.",
        "[unused3]It held.\nIt rained.",
        "<extra_id_0> It held.\nIt rained.",
    ],
    "introductions": [
        "Here is a summary of the article in two sentences:\n\nIt held.\nIt rained.",
        "Sure! Here's the summary:\nIt held.\nIt rained.",
        "Certainly! It held.\nIt rained.",
        "Below is a concise summary of the text: It held.\nIt rained.",
    ],
    "labels": [
        "TL;DR: It held.\nIt rained.",
        "Summary: It held.\nIt rained.",
        "**Summary:** It held.\nIt rained.",
    ],
    "closing remarks": [
        "It held.\nIt rained. Let me know if you need more.",
        "It held.\nIt rained.\n\nI hope this helps!",
        "It held.\nIt rained. Feel free to ask for more.",
    ],
    "Markdown headings": ["# It held.\nIt rained.", "It held.\n### It rained."],
    "Markdown emphasis": [
        "**It** held.\nIt rained.",
        "It *held*.\nIt __rained__.",
        "It `held`.\nIt rained.",
    ],
    "Markdown links": ["It [held](https://a.b).\nIt rained."],
    "Markdown lists": [
        "- It held.\n- It rained.",
        "1. It held.\n2. It rained.",
        "\u2022 It held.\n\u2022 It rained.",
    ],
    "pieces of words": ["\u2581It held.\nIt rained."],
}


@pytest.mark.parametrize(("kind", "text"), [(k, t) for k, texts in _CASES.items() for t in texts])
def test_markup_is_found_and_taken_out(kind: str, text: str) -> None:
    assert kind in find_markup(text)
    unmarked = get_normalizer("unmark").normalize(text)
    assert split_lines(unmarked) == _UNMARKED.split("\n")
    assert get_normalizer("unmark").normalize(unmarked) == unmarked
    assert not find_markup(unmarked)


@pytest.mark.parametrize(
    ("text", "kind", "unmarked"),
    [
        ("AT&amp;T &quot;won&quot;", "HTML entities", 'AT&T "won"'),
        ("it&#39;s &amp;amp; &#x27;", "HTML entities", "it's & '"),
        ("it #39;s & quot ; a", "HTML entities", 'it \'s " a'),
        ("a -LRB- b -rrb- -lsb-", "bracket codes", "a ( b ) ["),
        ("said \\u00e9t\\u00e9 \\\"no\\\"", "escaped characters", '\u00e9t\u00e9 "no"'),
        ("the [UNK] held", "unknown words", "the [UNK] held"),
        ("the <unk> held", "unknown words", "the <unk> held"),
        ("the \u2047 held", "unknown words", "the \u2047 held"),
    ],
)  # fmt: skip
def test_what_is_replaced_and_what_cannot_be_restored(text: str, kind: str, unmarked: str) -> None:
    assert list(find_markup(text)) == [kind]
    assert get_normalizer("unmark").normalize(text).removeprefix("said ") == unmarked


@pytest.mark.parametrize(
    "text",
    [
        "x < y, y > z, AT&T, R&D; Q&A; [sic] and I <3 you",
        "It cost $5 -- a lot; f**k and s**t, 5 * 3 * 2",
        "`` It held , '' he said . `a' and `b'",
        "C:\\new\\dir and $x \\neq y$ \\nabla",
        "Here is the man: he held it.",
        "Sure, it held. Great news.",
        "[Reuters] It held. [1]",
        "- No, he said.\nIt held.\nThen it rained.",
        "Let me know how the summary ends: it held.",
        "The summary: it held. #dam is #1",
        "snake_case_name and __init__.py",
        "<bob@example.com> wrote. <http://a.b/c>",
    ],
)
def test_prose_has_no_markup(text: str) -> None:
    assert find_markup(text) == {}
    assert get_normalizer("unmark").normalize(text) == text


def test_counts_are_the_same_in_every_order() -> None:
    texts = ["a<br>b", "<i>a</i> &amp; b", "plain", "Tom &amp; Eva"]
    forward, backward = NO_MARKUP, NO_MARKUP
    for text, other in zip(texts, reversed(texts), strict=True):
        forward, backward = forward + Markup.recognise(text), backward + Markup.recognise(other)
    kinds = (MarkupKind("HTML entities", 2, "&amp;"), MarkupKind("HTML tags", 2, "<i>a</i>"))
    assert forward == backward
    assert (forward.texts, forward.marked) == (4, 3)
    assert [kind.name for kind in forward.kinds] == [kind.name for kind in kinds]
    assert [kind.texts for kind in forward.kinds] == [2, 2]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, summbench.Run]:
    store = tmp_path_factory.mktemp("store")
    references = ["The dam held.\\nThe town is safe.", "Rain fell.\\nIt stopped."]
    systems = {"a": ["<b>The dam held.</b>", "Rain fell."], "b": ["The dam held.", "Rain fell."]}
    return {
        name: summbench.score(
            systems, references, metrics=["rouge"], store=store, score_normalization=name
        )
        for name in ("raw", "unmark")
    }


def test_markup_is_named_once_for_references_and_each_system(
    runs: dict[str, summbench.Run],
) -> None:
    warnings = " ".join(runs["raw"].warnings)
    assert "2 of 2 references have markup, which is scored as words: escaped characters" in warnings
    assert "1 of 2 outputs of a has markup, which is scored as words: HTML tags in 1" in warnings
    assert "outputs of b" not in warnings
    assert "score_normalization=unmark" in warnings
    mended = " ".join(runs["unmark"].warnings)
    assert "2 of 2 references have markup, which is taken out before scoring" in mended
    assert "score_normalization" not in mended


def test_the_remedy_works_and_the_signature_says_so(runs: dict[str, summbench.Run]) -> None:
    [metric] = {m.signature for m in runs["unmark"].data.leaderboard.metrics.values()}
    assert metric.endswith("|marks:2|normalization:unmark-1")
    first = {
        name: {
            row["model"]: row["value"]
            for row in run.scores.to_arrow().to_pylist()
            if (row["metric"], row["article_id"]) == ("rouge.rouge1_f", "1")
        }
        for name, run in runs.items()
    }
    assert first["unmark"]["a"] == first["unmark"]["b"] == pytest.approx(2 * 3 / (3 + 7))
    assert first["raw"]["a"] < first["unmark"]["a"]


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("cnndm-multi.test.jsonl", {"bracket codes", "unknown words", "labels"}),
        ("cnndm-mini.test.jsonl", set()),
        ("bbc.sample.jsonl", set()),
    ],
)
def test_real_outputs_and_references_have_only_what_is_there(file: str, expected: set[str]) -> None:
    path = _DATA / file
    if not path.is_file():
        pytest.skip("needs shared/data")
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    texts = [text for row in rows for text in row.get("systems", {}).values() if text]
    if not texts:
        texts = [s for row in rows for text in row["references"] for s in split_sentences(text)]
    kinds = [kind for text in texts for kind in find_markup(text)]
    has_bracket = [any(f"-{b}b-" in t.lower() for b in ("lr", "rr", "ls", "rs")) for t in texts]
    assert set(kinds) == expected
    assert kinds.count("bracket codes") == sum(has_bracket)
    assert kinds.count("unknown words") == sum("[UNK]" in text for text in texts)
    assert kinds.count("labels") == sum(text.startswith("Tl;dr:") for text in texts)


def test_each_bracket_of_the_published_outputs_is_found() -> None:
    """The file has 94 `-lrb-` (grep -o): 92 in the summaries of 46 systems, 2 in references."""
    path = _DATA / "cnndm-multi.test.jsonl"
    if not path.is_file():
        pytest.skip("needs shared/data")
    content = path.read_text("utf-8")
    rows = [json.loads(line) for line in content.splitlines()]
    summaries = [text for row in rows for text in row["systems"].values() if text]
    references = [text for row in rows for text in row["references"]]
    unmark = get_normalizer("unmark").normalize
    counts = [sum(text.count("-lrb-") for text in texts) for texts in (summaries, references)]
    assert (content.count("-lrb-"), counts) == (94, [92, 2])
    for texts, n_marked in ((summaries, 85), (references, 2)):
        marked = [text for text in texts if "bracket codes" in find_markup(text)]
        assert len(marked) == n_marked
        assert all("-lrb-" not in unmark(text).lower() for text in texts)
    assert sum("unknown words" in find_markup(text) for text in summaries) == 1


def test_ten_thousand_sentences_of_prose_have_no_markup_but_real_entities() -> None:
    news = Path(__file__).parents[2] / "data/newsdesk/articles.jsonl"
    bbc = _DATA / "bbc.sample.jsonl"
    if not bbc.is_file():
        pytest.skip("needs shared/data")
    rows = [
        json.loads(line)
        for path in (news, bbc)
        for line in path.read_text("utf-8").split("\n")
        if line
    ]
    texts = [
        row[name] for row in rows for name in ("document", "highlights", "brief") if name in row
    ]
    texts += [text for row in rows for text in row.get("references", ())]
    sentences = [sentence for text in texts for sentence in split_sentences(text)]
    kinds = [kind for sentence in sentences for kind in find_markup(sentence)]
    assert len(sentences) > 10_000
    assert kinds == ["HTML entities"] * 7  # Pel&#233;, caf&#233;, ...: they are in the corpus
