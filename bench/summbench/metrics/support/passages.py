"""What an article quotes and says: where the words of a quotation stand in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import LCSseq

from summbench.metrics.support.mentions import Sentence
from summbench.metrics.support.quotes import Quote
from summbench.metrics.support.tokens import KeyText, Span, Word, make_span

_ABSENT = "\0"


@dataclass(frozen=True, slots=True)
class Passage:
    """A quotation or a sentence; its words are a character each, the same for equal words."""

    span: Span
    letters: str
    quote: Quote | None


@dataclass(frozen=True, slots=True)
class Passages:
    """The words of all quotations and of all sentences, and each of these for itself."""

    text: str
    quoted: KeyText
    quoted_words: Sequence[tuple[Quote, Word] | None]
    all_keys: KeyText
    words: Sequence[Word]
    passages: Sequence[Passage]
    alphabet: Mapping[str, str]

    @staticmethod
    def build(text: str, sentences: Sequence[Sentence], quotes: Sequence[Quote]) -> Passages:
        """Index the words."""
        quoted_words: list[tuple[Quote, Word] | None] = []
        for quote in quotes:
            quoted_words += [*((quote, word) for word in quote.words), None]
        words = [word for sentence in sentences for word in sentence.words]
        alphabet: dict[str, str] = {}

        def spell(keys: Sequence[str]) -> str:
            return "".join([alphabet.setdefault(key, chr(len(alphabet) + 1)) for key in keys])

        passages = [Passage(q.span, spell([w.key for w in q.words]), q) for q in quotes]
        passages += [Passage(s.span, spell([f.key for f in s.forms]), None) for s in sentences]
        return Passages(
            text,
            KeyText.build(["" if of is None else of[1].key for of in quoted_words]),
            quoted_words,
            KeyText.build([word.key for word in words]),
            words,
            passages,
            alphabet,
        )

    def find_quoted(self, keys: Sequence[str]) -> tuple[Span, Quote] | None:
        """Return the first place of the words within a quotation, and the quotation."""
        start = self.quoted.find(keys)
        if start is None:
            return None
        first, last = self.quoted_words[start], self.quoted_words[start + len(keys) - 1]
        assert first is not None
        assert last is not None
        return make_span(self.text, first[1].start, last[1].end), first[0]

    def find_anywhere(self, keys: Sequence[str]) -> Span | None:
        """Return the first place of the words in the article, over the borders of sentences."""
        start = self.all_keys.find(keys)
        if start is None:
            return None
        last = self.words[start + len(keys) - 1]
        return make_span(self.text, self.words[start].start, last.end)

    def find_most_shared(self, keys: Sequence[str]) -> tuple[int, Passage | None]:
        """Return the longest common subsequence of the words with a passage, and the passage."""
        letters = "".join([self.alphabet.get(key, _ABSENT) for key in keys])
        most, nearest = 0, None
        for passage in self.passages:
            shared = LCSseq.similarity(letters, passage.letters, score_cutoff=most + 1)
            if shared > most:
                most, nearest = shared, passage
        return most, nearest
