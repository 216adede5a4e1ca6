"""The store's keys: of a prediction, the hash of what the model reads; of a score, of its texts.

The other half of each is the fingerprint of the model or metric, see fingerprint.py.
"""

from __future__ import annotations

from summbench.core.capabilities import SupportsRequestKey
from summbench.core.records import Example, sha256
from summbench.core.replies import CLEANING_VERSION


def compute_text_key(example: Example, *, with_references: bool) -> str:
    """Of a prediction: the article's text, and the references for a bound, but never the id."""
    return sha256(example.article.text, *(example.references if with_references else ()))


def compute_request_key(model: SupportsRequestKey, example: Example) -> str:
    """Of a prediction by a server: the request, from which its reply follows."""
    return sha256(model.get_request_key(example.article))


def compute_score_key(example: Example, summary: str, normalization: str = "") -> str:
    """The store's key of a score: all texts, how they were normalized, and how replies are read.

    The article's id is not in it: the same texts have the same score.
    """
    texts = (example.article.text, summary, *example.references)
    return sha256(CLEANING_VERSION, normalization, *texts)
