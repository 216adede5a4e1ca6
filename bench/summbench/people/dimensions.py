"""The dimensions that people rate, and what each point of their scales means."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from summbench.core.errors import SummbenchError
from summbench.core.json_text import decode_json
from summbench.core.suggestions import suggest
from summbench.core.text_encoding import read_text
from summbench.people.study import Dimension

_SHIPPED = (
    Dimension(
        "relevance",
        "Does the summary have what matters in the article?",
        (
            "Nothing that matters",
            "Little of what matters",
            "About half of it",
            "Most of it, with small gaps or some padding",
            "All that matters and nothing else",
        ),
    ),
    Dimension(
        "consistency",
        "Does the article support what the summary says?",
        (
            "Most of it is wrong or not in the article",
            "Several statements are wrong",
            "One important statement is wrong",
            "A detail is wrong or imprecise",
            "Everything is supported",
        ),
    ),
    Dimension(
        "fluency",
        "Is each sentence good English?",
        (
            "Not readable",
            "Errors that hide the meaning",
            "Errors that disturb",
            "A slip that hardly disturbs",
            "Faultless",
        ),
    ),
    Dimension(
        "coherence",
        "Do the sentences make one text together?",
        (
            "A heap of sentences",
            "Most sentences do not follow from each other",
            "Some jumps",
            "One weak link",
            "A text with a thread",
        ),
    ),
)
_BY_NAME = {dimension.name: dimension for dimension in _SHIPPED}
_FEWEST, _MOST = 2, 9  # points of a scale: each has a key


def get_dimensions(names: Sequence[str] | None = None) -> tuple[Dimension, ...]:
    """Return the dimensions of these names, or of the JSON file that is named; all by default.

    The file has a list of {"name": ..., "question": ..., "anchors": [...]}, an anchor a point.

    Raises: SummbenchError for an unknown name, one that is there twice, and a file that is wrong.
    """
    if names is None:
        return _SHIPPED
    if len(names) == 1 and Path(names[0]).suffix == ".json":
        return _read(Path(names[0]))
    unknown = [name for name in names if name not in _BY_NAME]
    if unknown or not names:
        name = unknown[0] if unknown else ""
        raise SummbenchError(
            f"There is no dimension {name!r}.{suggest(name, _BY_NAME)} There are "
            f"{', '.join(_BY_NAME)}; own ones come from a file, dimensions=mine.json."
        )
    if twice := [name for name in names if names.count(name) > 1]:
        raise SummbenchError(f"dimensions names {twice[0]!r} twice; name each dimension once.")
    return tuple(_BY_NAME[name] for name in names)


def _read(path: Path) -> tuple[Dimension, ...]:
    example = json.dumps([{"name": "tone", "question": "?", "anchors": ["rude", "polite"]}])
    try:
        dimensions = decode_json(read_text(path), tuple[Dimension, ...])
    except ValueError as error:
        raise SummbenchError(f"{path}: {error}; expected a list as {example}.") from error
    names = [dimension.name for dimension in dimensions]
    if not names or len(set(names)) < len(names) or not all(names):
        raise SummbenchError(f"{path} needs dimensions with different names, as {example}.")
    for dimension in dimensions:
        if not _FEWEST <= len(dimension.anchors) <= _MOST:
            raise SummbenchError(
                f"{path}: {dimension.name!r} has {len(dimension.anchors)} anchors; expected one "
                f"for each point of its scale, {_FEWEST} to {_MOST}."
            )
    return dimensions
