"""The kept articles as the data of their page: an index to sort by, and chunks with the texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from summbench.core.records import Example, Prediction
from summbench.leaderboard.board import Leaderboard
from summbench.leaderboard.health import FLAGS, get_flags
from summbench.report.html.mentions import is_claim_check, list_unsupported
from summbench.report.html.script import format_script, pack_array, round_number
from summbench.runs.example_reader import RunExamples

CHUNK = 50
"""Articles whose texts are in one file."""
_LEAD = 90


def iterate_article_files(
    board: Leaderboard, run_examples: RunExamples
) -> Iterator[tuple[str, str]]:
    """Names and contents, dataset by dataset: one index, scores by metric, texts by chunk."""
    for d, dataset in enumerate(board.datasets):
        examples = run_examples.examples.get(dataset, ())
        if not examples:
            continue
        yield (
            f"data/index-{d}.js",
            format_script(f"index-{d}", _index(board, run_examples, dataset)),
        )
        for m, metric in enumerate(board.metrics):
            key = f"scores-{d}-{m}"
            yield (
                f"data/{key}.js",
                format_script(key, _scores(board, run_examples, dataset, metric)),
            )
        for c in range(0, len(examples), CHUNK):
            key = f"articles-{d}-{c // CHUNK}"
            part = examples[c : c + CHUNK]
            content = {"articles": _articles(board, run_examples, dataset, part, c)}
            yield f"data/{key}.js", format_script(key, content)


def _index(board: Leaderboard, run_examples: RunExamples, dataset: str) -> dict[str, Any]:
    """Ids, first words, and a bit for each flag of each answer."""
    examples = run_examples.examples[dataset]
    bits = np.zeros((len(board.models), len(examples)), np.uint8)
    for k, model in enumerate(board.models):
        answers = run_examples.predictions.get((dataset, model), {})
        for i, example in enumerate(examples):
            if example.article.id in answers:
                found = get_flags(answers[example.article.id], example.article.text)
                bits[k, i] = sum(1 << FLAGS.index(name) for name in found)
    return {
        "ids": [example.article.id for example in examples],
        "leads": [_lead(example) for example in examples],
        "flags": list(FLAGS),
        "bits": pack_array(bits),
    }


def _lead(example: Example) -> str:
    """The article's first words, or the reference's where there is no article."""
    text = example.article.text.strip() or " ".join(example.references)
    return " ".join(text[: 2 * _LEAD].split())[:_LEAD]


def _scores(
    board: Leaderboard, run_examples: RunExamples, dataset: str, metric: str
) -> dict[str, Any]:
    """Models x articles, NaN where there is no score."""
    nothing = np.full(len(run_examples.examples[dataset]), np.nan, np.float32)
    rows = [run_examples.scores.get((dataset, metric, model), nothing) for model in board.models]
    return {"values": pack_array(np.stack(rows))}


def _articles(
    board: Leaderboard,
    run_examples: RunExamples,
    dataset: str,
    examples: Sequence[Example],
    start: int,
) -> list[dict[str, Any]]:
    models = {name: i for i, name in enumerate(board.models)}
    answers = {
        m: run_examples.predictions[dataset, m]
        for m in models
        if (dataset, m) in run_examples.predictions
    }
    end = start + len(examples)
    scores = {model: _rounded(board, run_examples, dataset, model, start, end) for model in answers}
    return [
        {
            "id": example.article.id,
            "text": example.article.text,
            "references": list(example.references),
            "answers": [
                _answer(models[model], found[example.article.id], example.article.text)
                | {"scores": scores[model][i]}
                | _evidence(
                    run_examples.evidence.get((dataset, model, example.article.id), {}),
                    found[example.article.id].summary,
                )
                for model, found in answers.items()
                if example.article.id in found
            ],
        }
        for i, example in enumerate(examples)
    ]


def _rounded(
    board: Leaderboard, run_examples: RunExamples, dataset: str, model: str, start: int, end: int
) -> list[list[float | None]]:
    """For each article one score a metric, five decimals; null where there is none."""
    nothing = np.full(end, np.nan, np.float32)
    columns = [
        run_examples.scores.get((dataset, m, model), nothing)[start:end] for m in board.metrics
    ]
    table = np.stack(columns, axis=1).astype(float).round(5)
    return [[None if v != v else v for v in row] for row in table.tolist()]


def _answer(model: int, answer: Prediction, text: str) -> dict[str, Any]:
    content = {
        "model": model,
        "summary": answer.summary,
        "error": answer.error,
        "flags": get_flags(answer, text),
        "in": answer.input_tokens,
        "out": answer.output_tokens,
        "seconds": round_number(answer.seconds),
        "finish": answer.finish_reason,
        "reasoning": answer.reasoning,
    }
    return {key: value for key, value in content.items() if value not in (None, "", [])}


def _evidence(said: Mapping[str, Any], summary: str) -> dict[str, Any]:
    """What the article does not say after `support`, and what other metrics said themselves."""
    marked = [m for content in said.values() for m in list_unsupported(content, summary)]
    others = {metric: content for metric, content in said.items() if not is_claim_check(content)}
    return {
        **({"mentions": marked} if marked else {}),
        **({"said": others} if others else {}),
    }
