"""`summbench.score`: summaries that were made elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from summbench.api.arguments import to_column
from summbench.api.evaluation import evaluate_to
from summbench.api.run import Run
from summbench.core.errors import SummbenchError
from summbench.core.records import Progress
from summbench.datasets.in_memory import InMemoryDataset
from summbench.evaluation.compose import compose
from summbench.evaluation.config import RunConfig
from summbench.evaluation.resolve import to_metric_nodes, wrap_rows, wrap_summaries
from summbench.evaluation.score_inputs import ScoreInputs, config_for_inputs


def score(
    systems: Any,
    references: Sequence[str | Sequence[str]] | str | Path | None = None,
    articles: Sequence[str] | str | Path | None = None,
    *,
    ids: Sequence[str] | None = None,
    layout: str | None = None,
    metrics: Any = None,
    store: str | Path | None = None,
    out: str | Path | None = None,
    progress: bool | Progress = False,
    allow_code: Sequence[str] = (),
    **keys: Any,
) -> Run:
    """Score summaries against references.

    `systems` is a mapping from a name to the system's summaries, or the summaries of one system, in
    the order of `references`; a summary that is None counts as a failure. A reference is a text, or
    several texts of which the metric's rule chooses. With `articles`, metrics that read the article
    are defined. Or `systems` is a DataFrame or rows with everything in it, or a file or a list of
    files as the command `summbench score` takes, with files as `references` and `articles`, and
    `layout` as there. Other keywords are those of `evaluate`.

    Raises: SummbenchError, for lists of unequal length and other wrong input.
    """
    nodes = {} if metrics is None else {"metric": to_metric_nodes(metrics)}
    notes: Sequence[str] = ()
    if (files := _to_files(systems, references)) is not None:
        inputs = ScoreInputs(files, _to_file(references), _to_file(articles), layout)
        config, notes = config_for_inputs(inputs, nodes, keys)
    elif references is not None:
        rows = _to_rows(systems, references, articles, ids)
        config = _compose_rows(rows, "summaries", nodes, keys)
    elif isinstance(systems, Mapping):
        raise SummbenchError("references are missing; expected one for each summary.")
    else:
        config = _compose_rows(systems, "summaries", nodes, keys)
    return evaluate_to(
        config, out, store=store, progress=progress, allow_code=allow_code, notes=notes
    )


def _to_files(systems: Any, references: Any) -> list[Path] | None:
    """The files that a caller names; texts in a list have a list of references beside them."""
    if isinstance(systems, str | Path):
        return [Path(systems)]
    if not (references is None or isinstance(references, str | Path)):
        return None
    is_list = isinstance(systems, list | tuple) and bool(systems)
    if is_list and all(isinstance(file, str | Path) for file in systems):
        return [Path(file) for file in systems]
    return None


def _to_file(value: Any) -> Path | None:
    if value is None or isinstance(value, str | Path):
        return None if value is None else Path(value)
    raise SummbenchError(
        f"references and articles are a {type(value).__name__}; expected a file, as the summaries "
        "are in files."
    )


def _compose_rows(
    rows: Any, name: str, nodes: Mapping[str, Any], keys: Mapping[str, Any]
) -> RunConfig:
    summaries = InMemoryDataset(rows, "the summaries", document_required=False).read_summaries()
    dataset = wrap_rows(rows, "the summaries", document_required=False)
    model = {"replay": wrap_summaries(summaries)}
    return compose({**nodes, "dataset": {name: dataset}, "model": model}, keys)


def _to_rows(
    systems: Any,
    references: Any,
    articles: Any,
    ids: Sequence[str] | None,
) -> list[dict[str, Any]]:
    if not isinstance(systems, Mapping):
        systems = {"system": systems}
    references = to_column("references", references)
    columns = {str(name): to_column(f"{name!r}", texts) for name, texts in systems.items()}
    columns |= {} if articles is None else {"articles": to_column("articles", articles)}
    columns |= {} if ids is None else {"ids": to_column("ids", ids)}
    for name, column in columns.items():
        if len(column) != len(references):
            raise SummbenchError(
                f"{name!r} and references differ in length: {len(column)} and {len(references)}. "
                "Expected one entry for each article, in the same order."
            )
    return [
        {
            "id": str(i + 1) if ids is None else columns["ids"][i],
            **({} if articles is None else {"document": columns["articles"][i]}),
            "references": [texts] if isinstance(texts, str) else to_column("a reference", texts),
            "systems": {str(name): columns[str(name)][i] for name in systems},
        }
        for i, texts in enumerate(references)
    ]
