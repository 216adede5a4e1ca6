"""How many texts have markup that is scored as words, of which kinds, with an example."""

from __future__ import annotations

from dataclasses import dataclass

from summbench.core.markup import PATTERNS

_MAX_EXAMPLE = 40
_HINTS = [(hint, i) for i, pattern in enumerate(PATTERNS) for hint in pattern.hints]


def find_markup(text: str) -> dict[str, str]:
    """Return each kind of markup in the text, with its first example."""
    hinted = dict.fromkeys([i for hint, i in _HINTS if hint in text])
    examples = {PATTERNS[i].name: PATTERNS[i].find(text) for i in hinted}
    return {name: example[:_MAX_EXAMPLE] for name, example in examples.items() if example}


@dataclass(frozen=True, slots=True)
class MarkupKind:
    """How many texts have a kind of markup, and the shortest of their examples."""

    name: str
    texts: int
    example: str


@dataclass(frozen=True, slots=True)
class Markup:
    """Of how many texts some have markup, and its kinds, the commonest first."""

    texts: int = 0
    marked: int = 0
    kinds: tuple[MarkupKind, ...] = ()

    @staticmethod
    def recognise(text: str) -> Markup:
        """Return the markup of one text."""
        if not (examples := find_markup(text)):
            return _UNMARKED
        return Markup(1, 1, tuple(MarkupKind(name, 1, text) for name, text in examples.items()))

    def __add__(self, other: Markup) -> Markup:
        if not other.marked:
            return Markup(self.texts + other.texts, self.marked, self.kinds)
        kinds = {kind.name: kind for kind in self.kinds}
        for kind in other.kinds:
            earlier = kinds.get(kind.name, MarkupKind(kind.name, 0, kind.example))
            example = min(earlier.example, kind.example, key=lambda text: (len(text), text))
            kinds[kind.name] = MarkupKind(kind.name, earlier.texts + kind.texts, example)
        ordered = sorted(kinds.values(), key=lambda kind: (-kind.texts, kind.name))
        return Markup(self.texts + other.texts, self.marked + other.marked, tuple(ordered))


NO_MARKUP, _UNMARKED = Markup(), Markup(1)
