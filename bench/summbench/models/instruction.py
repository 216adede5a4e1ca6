"""An instruction around an article, put to a model as a chat."""

from __future__ import annotations

from dataclasses import dataclass

from summbench.core.errors import SummbenchError

_ARTICLE = "{article}"


@dataclass(frozen=True, slots=True)
class Instruction:
    """`prompt` has `{article}` once; `system` goes before it as a turn of its own."""

    prompt: str
    system: str | None = None

    def __post_init__(self) -> None:
        if (times := self.prompt.count(_ARTICLE)) != 1:
            raise SummbenchError(f"prompt has {_ARTICLE} {times} times; it must stand there once.")

    def asked(self, text: str) -> str:
        """The prompt with the article's text in its place."""
        return self.prompt.replace(_ARTICLE, text)

    def turns(self, text: str) -> list[dict[str, str]]:
        """The chat, which waits for the assistant."""
        turns = [{"role": "system", "content": self.system}] if self.system else []
        return [*turns, {"role": "user", "content": self.asked(text)}]
