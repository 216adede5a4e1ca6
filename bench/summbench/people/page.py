"""A rater's page: one file that opens from the disk, with no name of a system in it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from summbench.people.assignment import CHECK, write_check
from summbench.people.study import Item, Study, StudyArticle, digest_study

_ASSETS = Path(__file__).parent / "assets"
_SCRIPTS = ("answers.js", "keeping.js", "annotate.js")
CHECK_FACTS = ("The lighthouse was painted blue.", "The lighthouse keeper sings.")
_SPACE = re.compile(r"(\s+)")


def render_rater_page(study: Study, rater: str) -> str:
    """Render the page of one rater; its policy allows its own script and style and nothing else."""
    script = "".join(map(_read_asset, _SCRIPTS))
    style = _read_asset("annotate.css")
    return (
        _get_environment()
        .get_template("annotate.html")
        .render(
            rater=rater,
            script=Markup(script),  # noqa: S704 - our own file
            style=Markup(style),  # noqa: S704 - our own file
            script_hash=_hash(script),
            style_hash=_hash(style),
            content=Markup(_encode(_build_content(study, rater))),  # noqa: S704 - < is escaped
        )
    )


def split_words(text: str) -> list[str]:
    """Words and what is between them, in turn; the first is a word, or empty."""
    return _SPACE.split(text)


@cache
def _get_environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_ASSETS),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )


@cache
def _read_asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _encode(content: dict[str, Any]) -> str:
    """JSON that ends no script."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _build_content(study: Study, rater: str) -> dict[str, Any]:
    articles = study.get_articles()
    items = study.raters[rater]
    places = {
        article: place for place, article in enumerate(dict.fromkeys(i.article for i in items))
    }
    return {
        "study": study.id,
        "assignments": digest_study(study),
        "rater": rater,
        "design": study.design,
        "instructions": [part for part in re.split(r"\n\s*\n", study.instructions) if part],
        "dimensions": [
            {"name": d.name, "question": d.question, "anchors": d.anchors} for d in study.dimensions
        ],
        "articles": [articles[article].document for article in places],
        "items": [
            {
                "id": item.id,
                "article": places[item.article],
                "summaries": _list_summaries(study, item, articles[item.article]),
                **_list_facts(study, item, articles[item.article]),
            }
            for item in items
        ],
    }


def _list_summaries(study: Study, item: Item, article: StudyArticle) -> list[Any]:
    """Texts, in words where words are marked."""
    texts = [
        write_check(study.design, item.expected) if name == CHECK else article.summaries[name]
        for name in item.systems
    ]
    return [split_words(text) for text in texts] if study.design == "spans" else list(texts)


def _list_facts(study: Study, item: Item, article: StudyArticle) -> dict[str, Any]:
    if study.design != "checklist":
        return {}
    if item.expected is not None:
        return {"facts": [[f"f{i}", text] for i, text in enumerate(CHECK_FACTS, start=1)]}
    return {"facts": [[fact.id, fact.text] for fact in article.facts]}
