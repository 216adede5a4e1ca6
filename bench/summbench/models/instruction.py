"""An instruction around an article, put to a model as a chat."""

from __future__ import annotations

from dataclasses import dataclass

from summbench.core.errors import SummbenchError

_ARTICLE = "{article}"


@dataclass(frozen=True, slots=True)
class Instruction:
    """`prompt` has `{article}` once; `system` is a turn of its own before it."""

    prompt: str
    system: str | None = None

    def __post_init__(self) -> None:
        if (times := self.prompt.count(_ARTICLE)) != 1:
            raise SummbenchError(f"prompt has {_ARTICLE} {times} times; it must have it once.")

    def render(self, text: str) -> str:
        """Return the prompt with the article's text in its place."""
        return self.prompt.replace(_ARTICLE, text)

    def build_messages(self, text: str) -> list[dict[str, str]]:
        """Return the chat up to the assistant's turn."""
        system = [{"role": "system", "content": self.system}] if self.system else []
        return [*system, {"role": "user", "content": self.render(text)}]
