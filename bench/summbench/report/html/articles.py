"""The stored articles as the data of their page: an index to sort by, and chunks with the texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from summbench.core.records import Example, Prediction
from summbench.leaderboard.board import Leaderboard
from summbench.leaderboard.outcomes import FLAGS, get_flags
from summbench.report.html.mentions import is_claim_check, list_unsupported
from summbench.report.html.script import format_script, pack_array, round_number
from summbench.runs.example_reader import RunExamples

CHUNK_SIZE = 50
"""Articles whose texts are in one file."""
_LEAD_LENGTH = 90

Scores = list[list[float | None]]
"""For each article one score a metric."""


def iterate_article_files(
    board: Leaderboard, run_examples: RunExamples
) -> Iterator[tuple[str, str]]:
    """Names and contents, dataset by dataset: one index, scores by metric, texts by chunk."""
    for d, dataset in enumerate(board.datasets):
        examples = run_examples.examples.get(dataset, ())
        if not examples:
            continue
        index = _build_index(board, run_examples, dataset)
        yield f"data/index-{d}.js", format_script(f"index-{d}", index)
        for m, metric in enumerate(board.metrics):
            key = f"scores-{d}-{m}"
            scores = _build_scores(board, run_examples, dataset, metric)
            yield f"data/{key}.js", format_script(key, scores)
        for start in range(0, len(examples), CHUNK_SIZE):
            key = f"articles-{d}-{start // CHUNK_SIZE}"
            content = {"articles": _build_articles(board, run_examples, dataset, start)}
            yield f"data/{key}.js", format_script(key, content)


def _build_index(board: Leaderboard, run_examples: RunExamples, dataset: str) -> dict[str, Any]:
    """Ids, groups, first words, and a bit for each flag of each prediction."""
    examples = run_examples.examples[dataset]
    bits = np.zeros((len(board.models), len(examples)), np.uint8)
    predictions = [run_examples.predictions.get((dataset, model), {}) for model in board.models]
    for i, example in enumerate(examples):
        for k, of_model in enumerate(predictions):
            if example.article.id in of_model:
                flags = get_flags(of_model[example.article.id], example.article.text)
                bits[k, i] = sum(1 << FLAGS.index(name) for name in flags)
    groups = [[f"{name}: {cell}" for name, cell in e.groups] for e in examples]
    return {
        "ids": [example.article.id for example in examples],
        **({"groups": groups} if any(groups) else {}),
        "leads": [_get_lead(example) for example in examples],
        "flags": list(FLAGS),
        "bits": pack_array(bits),
    }


def _get_lead(example: Example) -> str:
    """The article's first words; the reference's if there is no article."""
    text = example.article.text.strip() or " ".join(example.references)
    return " ".join(text[: 2 * _LEAD_LENGTH].split())[:_LEAD_LENGTH]


def _build_scores(
    board: Leaderboard, run_examples: RunExamples, dataset: str, metric: str
) -> dict[str, Any]:
    """Models x articles, NaN if there is no score."""
    undefined = np.full(len(run_examples.examples[dataset]), np.nan, np.float32)
    rows = [run_examples.scores.get((dataset, metric, m), undefined) for m in board.models]
    return {"values": pack_array(np.stack(rows))}


def _build_articles(
    board: Leaderboard, run_examples: RunExamples, dataset: str, start: int
) -> list[dict[str, Any]]:
    """The articles of one chunk, each with every model's prediction of it."""
    places = {name: i for i, name in enumerate(board.models)}
    models = [model for model in places if (dataset, model) in run_examples.predictions]
    examples = run_examples.examples[dataset][start : start + CHUNK_SIZE]
    stop = start + len(examples)
    scores = {m: _round_scores(board, run_examples, dataset, m, start, stop) for m in models}
    return [
        {
            "id": example.article.id,
            "text": example.article.text,
            "references": list(example.references),
            "predictions": [
                {"model": places[model]}
                | _build_prediction(prediction, example.article.text)
                | {"scores": scores[model][i]}
                | _build_evidence(
                    run_examples.evidence.get((dataset, model, example.article.id), {}),
                    prediction.summary,
                )
                for model in models
                if (prediction := run_examples.predictions[dataset, model].get(example.article.id))
            ],
        }
        for i, example in enumerate(examples)
    ]


def _round_scores(
    board: Leaderboard,
    run_examples: RunExamples,
    dataset: str,
    model: str,
    start: int,
    stop: int,
) -> Scores:
    """Five decimals; null if there is no score."""
    undefined = np.full(stop, np.nan, np.float32)
    columns = [
        run_examples.scores.get((dataset, metric, model), undefined)[start:stop]
        for metric in board.metrics
    ]
    table = np.stack(columns, axis=1).astype(float).round(5)
    return [[None if value != value else value for value in row] for row in table.tolist()]


def _build_prediction(prediction: Prediction, text: str) -> dict[str, Any]:
    content = {
        "summary": prediction.summary,
        "error": prediction.error,
        "flags": get_flags(prediction, text),
        "input_tokens": prediction.input_tokens,
        "output_tokens": prediction.output_tokens,
        "seconds": round_number(prediction.seconds),
        "finish_reason": prediction.finish_reason,
        "reasoning": prediction.reasoning,
    }
    return {key: value for key, value in content.items() if value not in (None, "", [])}


def _build_evidence(evidence: Mapping[str, Any], summary: str) -> dict[str, Any]:
    """The claims without support, and the evidence of metrics that check no claims."""
    unsupported = [
        claim for content in evidence.values() for claim in list_unsupported(content, summary)
    ]
    other = {metric: content for metric, content in evidence.items() if not is_claim_check(content)}
    return {
        **({"unsupported": unsupported} if unsupported else {}),
        **({"evidence": other} if other else {}),
    }
