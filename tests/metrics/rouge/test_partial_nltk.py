"""rouge-score works with the one part of nltk that it uses, and whoever wants all of it gets it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.commands import python

_ENGINE = """
from summbench.metrics.rouge.rouge_score_engine import ReferenceEngine
scores = ReferenceEngine(["rouge1", "rougeLsum"], stem=True).score(["Trams stopped."], ["Stops."])
"""
_IMPORTED = 'sorted(name for name in sys.modules if name.partition(".")[0] in ("nltk", "scipy"))'


def _print(folder: Path, code: str) -> Any:
    done = python(folder, "-c", f"import json, sys\n{code}")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_nltk_is_not_left_half_imported(tmp_path: Path) -> None:
    assert _print(tmp_path, f"{_ENGINE}\nprint(json.dumps({_IMPORTED}))") == []


def test_the_scores_are_those_with_all_of_nltk(tmp_path: Path) -> None:
    tell = "\nprint(json.dumps({name: list(part) for name, part in scores.items()}))"
    alone = _print(tmp_path, _ENGINE + tell)
    assert alone["rouge1"] == [[1.0], [0.5], [2 / 3]]  # one of two stems; one of one
    assert alone == _print(tmp_path, f"import nltk\n{_ENGINE}{tell}")


def test_nltk_is_whole_for_others_afterwards(tmp_path: Path) -> None:
    used = """
import rouge_score.rouge_scorer
before = callable(rouge_score.rouge_scorer.nltk.sent_tokenize)
import nltk
from nltk.stem.snowball import SnowballStemmer
print(json.dumps([before, callable(nltk.word_tokenize), SnowballStemmer("english").stem("trams")]))
"""
    assert _print(tmp_path, _ENGINE + used) == [True, True, "tram"]


def test_a_whole_nltk_is_left_alone(tmp_path: Path) -> None:
    same = (
        f"import nltk\nbefore = nltk\n{_ENGINE}\nprint(json.dumps(sys.modules['nltk'] is before))"
    )
    assert _print(tmp_path, same) is True
