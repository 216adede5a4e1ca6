"""Texts of any length in the shapes in which time may grow faster than the length."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from itertools import count, islice
from string import ascii_lowercase

from tests.performance.texts import newsdesk

Shape = Callable[[random.Random], Iterator[str]]
"""Yields the pieces of an endless text, which are joined as they are; about a word each."""

_SYLLABLES = ("ka", "lo", "mi", "ra", "ten", "vor", "sel", "dan", "gru", "wick", "mar", "os")
_NAMES = ("John", "Maria", "David", "Anna", "Peter")


def _spell(chance: random.Random, syllables: int = 3) -> str:
    return "".join(chance.choices(_SYLLABLES, k=syllables)).capitalize()


def _repeat(piece: str) -> Shape:
    """The same piece, over and over."""

    def repeat_piece(chance: random.Random) -> Iterator[str]:
        while True:
            yield piece

    return repeat_piece


def _fill(pattern: str) -> Shape:
    """Pieces of the pattern with a number, a name, a first name and letters of their own."""

    def fill_pattern(chance: random.Random) -> Iterator[str]:
        for i in count(1):
            letters = "".join(chance.choices(ascii_lowercase, k=6))
            yield from pattern.format(
                i=i, n=chance.randrange(10**4), name=_spell(chance), word=letters, two=letters[:2],
                first=chance.choice(_NAMES), letter=letters[0].upper(), day=1 + i % 28,
                year=1800 + i % 199,
            ).split("|")  # fmt: skip

    return fill_pattern


def write_news(chance: random.Random) -> Iterator[str]:
    """The words of the shipped corpus, articles in any order, lines as they are."""
    while True:
        for word in chance.choice(newsdesk())["document"].split(" "):
            yield f"{word} "


def _rewrite(change: Callable[[str], str]) -> Shape:
    """News whose words are changed."""
    return lambda chance: map(change, write_news(chance))


def _choose(pieces: str) -> Shape:
    def choose_pieces(chance: random.Random) -> Iterator[str]:
        while True:
            yield chance.choice(pieces.split("|"))

    return choose_pieces


def _nest(piece: str) -> Shape:
    """A piece that only opens; `write` closes as often as it was opened."""
    return _repeat(piece)


_CLOSED: Mapping[str, str] = {"nested tags": ">", "nested brackets": ")"}

SHAPES: Mapping[str, Shape] = {
    "news": write_news,
    "news in one line": _rewrite(lambda word: word.replace("\n", " ")),
    "news without spaces": _rewrite(lambda word: "".join(word.split())),
    "news in lower case": _rewrite(str.lower),
    "news in capitals": _rewrite(str.upper),
    "news in title case": _rewrite(
        lambda word: "".join(filter(str.isalpha, word)).capitalize() + " "
    ),
    "news, tokenised": _rewrite(lambda word: word.replace(".", " .").replace(",", " ,")),
    "alternating case": _rewrite(
        lambda word: "".join(c.upper() if i % 2 else c.lower() for i, c in enumerate(word))
    ),
    "squad list": _fill("{first} |{name}, "),
    "squad list, one first name": _fill("John |{name} |({n}), "),
    "similar names": _fill("Karmandel{two}ov |said. "),
    "result table": _fill("{name} |{n}-{n}, |{first} |{name} |{i}.\n"),
    "numbers": _fill("{i},{n:03} |"),
    "numbers with units": _fill("{n}.{i} |million |euros, |about |{i}% |"),
    "digits and commas": _repeat("1,1 "),
    "number words": _choose("one |two |hundred |and |thousand |"),
    "dates": _fill("{day} May |{year}, |"),
    "rows of quotations": _fill('"We |will |{word} |it," |{name} |said. '),
    "opening quotation marks": _repeat("\u201cHe said. "),
    "apostrophes": _repeat("'tis "),
    "initials": _fill("{letter}. "),
    "one word": _repeat("buffalo "),
    "two words": _choose("yes |no "),
    "one enormous word": _fill("{word}"),
    "only punctuation": _choose("- |. |! |\" |( |) |, |* |# |_ |` "),
    "full stops": _repeat(". "),
    "spaces": _repeat("      "),
    "tabs and lines": _fill("{word}\t|{word} .\n"),
    "URLs": _fill("https://example.org/{word}/{n}?q={word} "),
    "emoji": _choose("\U0001f600 |\U0001f468\u200d\U0001f469 |\u2764\ufe0f |\U0001f1eb\U0001f1ee "),
    "Chinese": _choose("\u5317\u4eac|\u4e2d\u56fd|\u3002|\u65b0\u95fb|\uff0c|\u4eba\u6c11|\u8bf4"),
    "Arabic": _choose("\u0642\u0627\u0644 |\u0631\u0626\u064a\u0633 |\u064a\u0648\u0645. |\u060c "),
    "combining marks": _repeat("e\u0301\u0316\u0302 "),
    "lone surrogates": _repeat("a\ud800b. "),
    "escapes": _fill("{word}\\n"),
    "escapes in a path": _fill("C:\\news\\{word}\\n |\n|"),
    "entities": _repeat("&amp;"),
    "escaped entities": _repeat("amp;&"),
    "tags": _repeat("<s>"),
    "tags around words": _fill("<p class='{word}'>|{word}.</p>\n|"),
    "unclosed tags": _repeat("<a "),
    "nested tags": _nest("<b"),
    "nested brackets": _nest("("),
    "links": _fill("[{word}](https://a.b/{word}"),
    "emphasis": _choose("*a |**b |__c |`d |e* |f** "),
    "list items": _fill("- {word} {word}\n|"),
    "headings": _repeat("# "),
    "labels": _repeat("Summary: "),
    "list written as text": _fill("'{word} {word}', "),
    "thoughts": _fill("<think>|{word} |</think>|{word}. "),
    "special tokens": _fill("<s>|</s>|[SEP] |<n>|<start_of_turn>model\n|word "),
    "fences": _repeat("``` "),
    "ratings": _fill("coherence: [[{day}]] |fluency: [[{day}]]\n|"),
    "open objects": _repeat('{"a": '),
    "paths": _fill("/srv/{word}/|{word}.txt "),
    "code spans": _choose("`a |`` |**b |\\\\ "),
}  # fmt: skip
"""What a text is made of -> its shape."""


def write(name: str, words: int) -> str:
    """Return a text of about so many words in the shape of that name; the same every time."""
    pieces = SHAPES[name](random.Random(name))
    text = "".join(islice(pieces, words))
    if name == "list written as text":
        return f"[{text.rstrip(', ')}]"
    return f"{text} x{_CLOSED[name] * words}" if name in _CLOSED else text
