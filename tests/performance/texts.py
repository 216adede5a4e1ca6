"""Texts of real lengths for measurements: the shipped corpus, repeated and changed."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from summbench.core.records import Article, Example
from summbench.core.resources import get_resource_path


@cache
def newsdesk() -> Sequence[dict[str, Any]]:
    """The rows of the shipped corpus."""
    text = (get_resource_path("data") / "newsdesk" / "articles.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.strip().split("\n")]


def examples(count: int, systems: int = 1) -> tuple[list[Example], list[str]]:
    """Articles of about 400 words, references of 55, and for each system a summary of 60 that
    shares half of its words with the reference; one sentence a line."""
    articles = [row["document"] for row in newsdesk()]
    words = " ".join(articles).split()
    chance = random.Random(0)
    found: list[Example] = []
    summaries: list[str] = []
    for i in range(count):
        reference = chance.choices(words, k=55)
        article = Article(str(i), f"{i} {articles[i % len(articles)]}")
        for _ in range(systems):
            summary = chance.sample(reference, 30) + chance.choices(words, k=30)
            found.append(Example(article, (_lines(reference),)))
            summaries.append(_lines(summary))
    return found, summaries


def _lines(words: Sequence[str]) -> str:
    return "\n".join(" ".join(words[i : i + 18]) for i in range(0, len(words), 18))


def write_news(path: Path, count: int, systems: int = 0) -> None:
    """A JSONL file of two joined articles a row (some 750 words, as CNN/DailyMail's), the
    highlights of the first as reference, and each system's three sentences of the article.

    No two articles, references or summaries are equal: eight words of each are exchanged.
    """
    with path.open("w", encoding="utf-8") as out:
        for row in _rows(count, systems):
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


def _rows(count: int, systems: int) -> Iterator[dict[str, Any]]:
    chance, rows = random.Random(0), newsdesk()
    for i in range(count):
        first, second = rows[i % len(rows)], rows[(7 * i + 3) % len(rows)]
        document = _exchange(f"{first['document']}\n{second['document']}", chance)
        sentences = [s.strip() + "." for s in document.replace("\n", " ").split(". ") if s.strip()]
        row: dict[str, Any] = {
            "id": f"news{i}",
            "document": document,
            "references": [_exchange("\n".join(first["highlights"].split("\n")), chance)],
        }
        if systems:
            row["systems"] = {
                f"system{k}": "\n".join(chance.sample(sentences, min(3, len(sentences))))
                for k in range(systems)
            }
        yield row


def _exchange(text: str, chance: random.Random) -> str:
    """The text with eight of its words replaced by others of it."""
    words = text.split(" ")
    for _ in range(8):
        words[chance.randrange(len(words))] = chance.choice(words)
    return " ".join(words)
