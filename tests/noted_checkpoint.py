"""A checkpoint that notes when each of its replies is whole."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from unittest.mock import patch

from summbench.models.causal import Causal
from summbench.models.checkpoint import LoadedCheckpoint
from summbench.models.decoding import Rows
from summbench.models.generation import _find_end
from summbench.models.stop_rule import StopRule
from summbench.models.truncation import Prompt


@dataclass(frozen=True, kw_only=True, eq=False)
class NotedCausal(Causal):
    """A checkpoint whose steps take so many seconds; notes when the reply of each row is whole.

    That is by its stop rule or its limit, before anything of it is handed over. The file `log` +
    `.begun` has the articles that were begun.
    """

    inert = ("log", "seconds")
    log: str
    seconds: float

    def _generate(self, prompts: Sequence[Prompt]) -> Iterator[Rows]:
        with Path(f"{self.log}.begun").open("a", encoding="utf-8") as begun:
            begun.writelines(f"0 {prompt.article.text}\n" for prompt in prompts)
        with patch("summbench.models.generation._find_end", self._find_end):
            yield from super()._generate(prompts)

    def _find_end(
        self, prompt: Prompt, tokens: Sequence[int], loaded: LoadedCheckpoint, stop: StopRule
    ) -> int | None:
        end = _find_end(prompt, tokens, loaded, stop)
        text = prompt.article.text
        if text not in self._ended and (end is not None or len(tokens) == self._limit):
            self._ended.add(text)
            with Path(self.log).open("a", encoding="utf-8") as log:
                log.write(f"{time.monotonic()} {text}\n")
        return end

    @cached_property
    def _limit(self) -> int:
        self._checkpoint.get().model.register_forward_hook(lambda *_: time.sleep(self.seconds))
        return self._generation.max_new_tokens

    @cached_property
    def _ended(self) -> set[str]:
        return set()
