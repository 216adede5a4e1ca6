"""A function of one's own as a model."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from summbench.core.records import Article, Prediction


class FunctionModel:
    """Calls `function` with the text of an article; what it returns is the summary.

    An exception of the function, and a summary that is no string, is an error of that article.
    """

    batch_size = 1

    def __init__(self, function: Callable[[str], str]) -> None:
        self._function = function

    def summarise(self, articles: Sequence[Article]) -> list[Prediction]:
        """One call an article."""
        return [Prediction(a.id, self._summarise_text(a.text)) for a in articles]

    def _summarise_text(self, text: str) -> str:
        summary = self._function(text)
        if not isinstance(summary, str):
            raise TypeError(f"the function returned {type(summary).__name__}; expected a string")
        return summary
