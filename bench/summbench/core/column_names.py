"""The names that the field gives to the columns of articles, references and summaries."""

from __future__ import annotations

import re
from collections.abc import Collection

from summbench.core.errors import SummbenchError

_MOST_COLUMNS = 10_000


def require_few_columns(file: str, count: int) -> None:
    """Check that a table has no more columns than a table of systems can have.

    Raises: SummbenchError.
    """
    if count > _MOST_COLUMNS:
        raise SummbenchError(
            f"{file} has {count:,} columns; at most {_MOST_COLUMNS:,} are read. A row is an "
            "article, and a column what is known of it."
        )


def _list(words: str) -> tuple[str, ...]:
    return tuple(words.split())


IDS = _list(
    """id article_id doc_id document_id docid example_id sample_id instance_id story_id guid uid idx
    index"""
)
"""In the order in which they are preferred."""
DOCUMENTS = _list(
    """document documents doc article articles dialogue dialog source_text full_text article_text
    document_text input_text source_document story transcript src passage"""
)
POSSIBLE_DOCUMENTS = _list("text source input content body context prompt")
REFERENCES = _list(
    """reference references ref refs highlight highlights target targets tgt label labels gold
    golds golden gold_summary gold_reference reference_summary reference_summaries ref_summary
    ground_truth ground_truth_summary human_summary expected ideal target_text target_summary"""
)
PREDICTIONS = _list(
    """prediction predictions predict predicted pred preds predicted_summary generated generation
    generations generated_summary generated_text hypothesis hypotheses hyp hypo candidate candidates
    candidate_summary output outputs model_output response responses completion decoded
    decoded_summary system_output system_summary model_summary machine_summary"""
)
EITHER = _list("summary summaries abstract tldr")
"""Names of references, unless other columns leave them to be the summaries to score."""
SYSTEMS = _list("systems system_outputs model_outputs outputs predictions")
SYSTEM_NAMES = _list(
    """system system_name system_id model model_name model_id summarizer summariser
    summarizer_name"""
)
OTHERS = _list(
    """title headline url link date time timestamp topic topics category section domain author
    authors byline language lang split dataset publisher filename file path error finish_reason
    reasoning raw raw_reasoning question instruction human unnamed_0 level_0 hash md5 sha256
    summary_sha256 metadata meta name"""
)
"""Columns of text that are no summaries."""
_ALL = {
    *IDS, *DOCUMENTS, *POSSIBLE_DOCUMENTS, *REFERENCES, *PREDICTIONS, *EITHER, *SYSTEMS,
    *SYSTEM_NAMES, *OTHERS,
}  # fmt: skip


def find_document(names: Collection[str]) -> str | None:
    """Return the name of the article's column, if only one can be it."""
    folded = {name: fold(name) for name in names}
    strong = [name for name in names if folded[name] in DOCUMENTS]
    weak = [name for name in names if folded[name] in POSSIBLE_DOCUMENTS]
    candidates = strong or weak
    return candidates[0] if len(candidates) == 1 else None


def find_references(names: Collection[str]) -> list[str]:
    """Return the names of the references' columns: of the first kind that is there."""
    strong = [name for name in names if get_base(name) in REFERENCES]
    return strong or [name for name in names if get_base(name) in EITHER]


def is_column_name(name: str) -> bool:
    """Tell whether the field calls a column by this name."""
    return get_base(name) in _ALL


def fold(name: str) -> str:
    """Return a name in lower case with underscores: `Model Output` and `modelOutput` alike."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    return re.sub(r"[^a-z0-9]+", "_", words).strip("_")


def get_base(name: str) -> str:
    """The name without a number at its end: `reference_2` is one of several references."""
    return re.sub(r"_?\d+$", "", fold(name))


def names_a_system(name: str) -> bool:
    """A word for predictions with a name before or after it: `prediction_bart`, `t5_output`."""
    words = fold(name).split("_")
    return (
        any(
            "_".join(part) in {*PREDICTIONS, "summary"}
            for cut in range(1, len(words))
            for part in (words[:cut], words[cut:])
        )
        and get_base(name) not in REFERENCES
    )
