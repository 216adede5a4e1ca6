"""chrF: overlap of character n-grams, for any script."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice

import numpy as np
from numpy.typing import NDArray
from sacrebleu.metrics.chrf import CHRF

from summbench.core.errors import SummbenchError
from summbench.core.records import Example, MetricInfo

_MAX_CHARACTERS = 2**15
"""Of the texts counted together; so many keys fit into a processor's cache."""
_KEY_BITS = 63

Numbers = NDArray[np.int64]
Counts = tuple[Numbers, Numbers, Numbers]
"""By pair the n-grams in common, those of the summary and those of the reference."""


class Chrf:
    """The mean of sacrebleu's sentence scores: chrF2, or chrF2++ with `word_order` 2.

    Recall counts `beta` times as much as precision; the column has it in its name (`chrf3pp`).

    Quality, 0 to 1 (sacrebleu prints it times 100), higher is better, case kept, white space left
    out. Follows human judgements of content better than ROUGE F does, and works on any script. Of
    several references the best counts. A corpus score of sacrebleu comes from summed statistics and
    is another number: comparable only with numbers of the same signature. (Popovic, 2015, 2017.)

    Raises:
        SummbenchError: `word_order` is neither 0 nor 2, or `beta` no whole number from 1 on.
    """

    def __init__(self, word_order: int = 0, beta: int = 2) -> None:
        if word_order not in (0, 2):
            raise SummbenchError(
                f"word_order={word_order!r} has no name; 0 is chrF{beta} and 2 is chrF{beta}++."
            )
        if type(beta) is not int or beta < 1:
            raise SummbenchError(
                f"beta={beta!r} is no whole number from 1 on; chrF2 has 2, chrF3 has 3."
            )
        self._name = f"chrf{beta}{'pp' if word_order else ''}"
        self._metric = CHRF(word_order=word_order, beta=beta)
        self.columns = {self._name: MetricInfo("higher", "quality", frozenset({"references"}))}
        # sacrebleu knows the number of references only after a first call; ours is elsewhere.
        self._metric.sentence_score("x", ["x"])
        settings = str(self._metric.get_signature()).partition("|")[2]
        self.signature = f"{self._name}|agg:mean-sent|multi:best|{settings}|v:1"

    def score(
        self, examples: Sequence[Example], summaries: Sequence[str]
    ) -> dict[str, list[float]]:
        """Return one number an example; NaN without a reference."""
        jobs = zip(examples, summaries, strict=True)
        pairs = [(summary, r) for example, summary in jobs for r in example.references]
        scores = iter(self._score_pairs(pairs))
        by_example = (islice(scores, len(example.references)) for example in examples)
        return {self._name: [max(values, default=float("nan")) for values in by_example]}

    def _score_pairs(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Each summary with its reference; half of the pairs at a time if they are too many."""
        if len(pairs) < 2 or sum(map(len, chain(*pairs))) <= _MAX_CHARACTERS:
            try:
                return self._score_together(list(chain(*pairs)))
            except OverflowError:  # a pair with over a thousand different characters is sacrebleu's
                if len(pairs) == 1:
                    [(summary, reference)] = pairs
                    return [self._metric.sentence_score(summary, [reference]).score / 100]
        middle = len(pairs) // 2
        return self._score_pairs(pairs[:middle]) + self._score_pairs(pairs[middle:])

    def _score_together(self, texts: Sequence[str]) -> list[float]:
        """Each summary with the reference that follows it."""
        order = self._metric.char_order
        characters = ["".join(text.split()) for text in texts]
        counts = [*_count_n_grams(_number_characters(characters, order - 1), characters, order)]
        if order := self._metric.word_order:
            words = [self._metric._remove_punctuation(text) for text in texts]
            counts += _count_n_grams(_number_words(words, order - 1), words, order)
        return _compute_f(counts, self._metric.beta**2)


def _number_characters(texts: Sequence[str], gap: int) -> Numbers:
    """The characters numbered from 1 on, and zeros after each text, which has no white space."""
    joined = (" " * gap).join([*texts, ""])
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.dtype("<u4"))
    is_present = np.zeros(int(codes.max(initial=ord(" "))) + 1, bool)
    is_present[codes] = True
    is_present[ord(" ")] = False
    numbers = np.zeros(len(is_present), np.int64)
    numbers[is_present] = np.arange(np.count_nonzero(is_present)) + 1
    return numbers[codes]


def _number_words(texts: Sequence[Sequence[str]], gap: int) -> Numbers:
    """The words numbered from 1 on, and zeros after each text."""
    vocabulary: dict[str, int] = {}
    numbers: list[int] = []
    for text in texts:
        numbers += [vocabulary.setdefault(word, len(vocabulary) + 1) for word in text]
        numbers += [0] * gap
    return np.array(numbers, np.int64)


def _count_n_grams(
    symbols: Numbers, texts: Sequence[Sequence[str]], order: int
) -> Iterator[Counts]:
    """For n from 1 to `order`; a summary's symbols are followed by those of its reference."""
    lengths = np.array([len(text) for text in texts], np.int64)
    pairs, bits = len(texts) // 2, int(symbols.max(initial=0)).bit_length()
    if pairs.bit_length() + order * bits + 1 > _KEY_BITS:
        raise OverflowError("too many different symbols for a key")
    owners = np.repeat(np.arange(len(texts)), lengths + order - 1)
    keys = _build_keys(symbols, owners, order, bits)
    for n in range(1, order + 1):
        below = (order - n) * bits + 1
        grams = keys >> below
        changes = np.ones(len(keys) + 1, bool)
        changes[1:-1] = grams[1:] != grams[:-1]
        is_repeated = ~(changes[:-1] & changes[1:])
        keys = keys[is_repeated]  # what occurs once has no match, nor have longer n-grams
        ends = np.flatnonzero(changes[1:][is_repeated])
        in_both = np.diff(ends, prepend=-1)
        in_reference = np.diff(np.cumsum(keys & 1)[ends], prepend=0)
        matches = np.minimum(in_reference, in_both - in_reference)
        grams = keys[ends] >> below
        matches[grams & (1 << bits) - 1 == 0] = 0  # it reaches beyond the end of its text
        common = np.bincount(grams >> n * bits, weights=matches, minlength=pairs)
        sizes = np.maximum(lengths - n + 1, 0)
        yield common.astype(np.int64), sizes[0::2], sizes[1::2]


def _build_keys(symbols: Numbers, owners: Numbers, order: int, bits: int) -> Numbers:
    """One for each place of a text, sorted, so that equal n-grams are neighbours for every n.

    From its highest bit on: the pair, the `order` symbols that begin at the place (zeros beyond the
    end of the text), and which of the pair's texts it is.
    """
    keys = owners >> 1
    for k in range(order):
        keys <<= bits
        keys |= np.roll(symbols, -k)
    return np.sort((keys << 1 | owners & 1)[symbols > 0])


def _compute_f(counts: Sequence[Counts], squared_beta: int) -> list[float]:
    """sacrebleu's operations in its order, so that no last bit differs.

    Only orders of which both texts have n-grams count; at the others there is no match to add.
    """
    orders = np.maximum(sum(np.minimum(sizes, r_sizes) > 0 for _, sizes, r_sizes in counts), 1)
    precision = sum(common / np.maximum(sizes, 1) for common, sizes, _ in counts) / orders
    recall = sum(common / np.maximum(r_sizes, 1) for common, _, r_sizes in counts) / orders
    denominator = squared_beta * precision + recall
    score = (1 + squared_beta) * precision * recall / np.where(denominator > 0, denominator, 1)
    scores: list[float] = (100 * score / 100).tolist()
    return scores
