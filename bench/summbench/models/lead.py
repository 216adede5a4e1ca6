"""The first sentences of the article: the floor of news summarisation."""

from collections.abc import Sequence

from summbench.core.errors import require_at_least_one
from summbench.core.records import Article, Prediction
from summbench.core.text import Splitter, get_lead_sentences, require_splitter


class Lead:
    """The first `sentences` sentences, one a line: lead-3 of the literature if there are three."""

    batch_size = 256

    def __init__(
        self, sentences: int = 3, language: str = "en", splitter: Splitter = "auto"
    ) -> None:
        require_at_least_one(sentences=sentences)
        require_splitter(splitter)
        self._count, self._language, self._splitter = sentences, language, splitter

    def summarise(self, articles: Sequence[Article]) -> list[Prediction]:
        """One lead an article."""
        return [Prediction(a.id, "\n".join(self._lead(a.text))) for a in articles]

    def _lead(self, text: str) -> list[str]:
        return get_lead_sentences(text, self._count, self._language, self._splitter)
