"""The store's keys: of a prediction, the hash of what the model reads; of a score, of its texts.

The other half of each is the fingerprint of the model or metric, see fingerprint.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from summbench.core.capabilities import SupportsRequestKey
from summbench.core.records import Example, sha256, update_digest
from summbench.core.replies import CLEANING_VERSION


def compute_text_key(example: Example, *, with_references: bool) -> str:
    """Of a prediction: the article's text, and the references for a bound, but never the id."""
    return sha256(example.article.text, *(example.references if with_references else ()))


def compute_request_key(model: SupportsRequestKey, example: Example) -> str:
    """Of a prediction by a server: the request, from which its reply follows."""
    return sha256(model.get_request_key(example.article))


def compute_score_keys(
    examples: Sequence[Example], systems: Sequence[Sequence[str]], normalization: str = ""
) -> list[list[str]]:
    """Of scores, for each system: all texts, how they were normalized, and how replies are read.

    A system has a summary of each example. The article's id is not in the key: the same texts have
    the same score.
    """
    keys: list[list[str]] = [[] for _ in systems]
    for example, *summaries in zip(examples, *systems, strict=True):
        start = hashlib.sha256()
        update_digest(start, (CLEANING_VERSION, normalization, example.article.text))
        for of_system, summary in zip(keys, summaries, strict=True):
            digest = start.copy()
            update_digest(digest, (summary, *example.references))
            of_system.append(digest.hexdigest())
    return keys
