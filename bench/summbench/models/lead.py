"""The first sentences of the article: the floor of news summarisation."""

from collections.abc import Sequence
from itertools import islice

from summbench.core.errors import Count, require_at_least_one
from summbench.core.records import Article, Prediction
from summbench.core.text import (
    Splitter,
    get_lead_sentences,
    require_splitter,
    split_sentences,
)
from summbench.models.boilerplate import skip_boilerplate


class Lead:
    """The first `sentences` sentences, one a line: lead-3 of the literature if there are three.

    With `skip_boilerplate` counting begins after bylines, time stamps and credits of pictures, and
    a dateline is cut off (the rules are in boilerplate.py): a byline that counts as a sentence
    makes a weak floor. Published leads count it.
    """

    batch_size = 256

    def __init__(
        self,
        sentences: Count = 3,
        language: str = "en",
        splitter: Splitter = "auto",
        skip_boilerplate: bool = False,
    ) -> None:
        require_at_least_one(sentences=sentences)
        require_splitter(splitter)
        self._count, self._language, self._splitter = sentences, language, splitter
        self._skip_boilerplate = skip_boilerplate

    def summarise(self, articles: Sequence[Article]) -> list[Prediction]:
        """One lead an article."""
        return [Prediction(a.id, "\n".join(self._lead(a.text))) for a in articles]

    def _lead(self, text: str) -> list[str]:
        if self._skip_boilerplate:
            sentences = split_sentences(text, self._language, self._splitter)
            return list(islice(skip_boilerplate(sentences), self._count))
        return get_lead_sentences(text, self._count, self._language, self._splitter)
