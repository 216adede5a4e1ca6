"""Stands in for people: writes the files that raters' pages would save, marked as simulated.

`python simulate_ratings.py STUDY` reads STUDY/assignments.json. Raters look which words of the
reference a summary has, each with a severity and slips of their own. The last reads nothing.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import numpy as np


def recall(reference: str, summary: str) -> float:
    """The share of the reference's longer words that the summary has."""
    words, present = (set(re.findall(r"\w{5,}", text.lower())) for text in (reference, summary))
    return len(words & present) / max(1, len(words))


def main(folder: Path) -> None:
    study = json.loads((folder / "assignments.json").read_text(encoding="utf-8"))
    articles = {article["id"]: article for article in study["articles"]}
    names = [dimension["name"] for dimension in study["dimensions"]]
    for number, (rater, items) in enumerate(study["raters"].items(), start=1):
        rng = np.random.default_rng(number)
        severity = rng.normal(0, 0.2)
        reads = number < len(study["raters"])
        answers = {}
        for item in items:
            article, [system] = articles[item["article"]], item["systems"]
            found = recall(article["references"][0], article["summaries"].get(system, ""))
            opinions = {"relevance": 1 + 8 * found, "fluency": 4.0}
            slips = severity + rng.normal(0, 0.6, len(names))
            points = [opinions[name] + slip for name, slip in zip(names, slips, strict=True)]
            if not reads:
                points = rng.uniform(0.5, 5.5, len(names)).tolist()
            value = {n: str(min(5, max(1, round(p)))) for n, p in zip(names, points, strict=True)}
            if item["expected"] is not None and reads:  # it says what to answer
                value = {name: str(point) for name, point in item["expected"].items()}
            answers[item["id"]] = {"value": value, "seconds": round(rng.uniform(8, 40), 1)}
        content = {
            "format": "summbench-answers", "version": 1, "simulated": True, "study": study["id"],
            "assignments": study["digest"], "rater": rater, "saved": "2026-11-30T12:00:00Z",
            "answers": answers,
        }  # fmt: skip
        path = folder / f"answers-{rater}.json"
        path.write_text(json.dumps(content), encoding="utf-8")
        print(f"{path.name}: {len(answers)} simulated answers")


main(Path(sys.argv[1]))
