"""What perturbations do to summaries: the numbers by hand, and whole runs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from math import isnan, nan
from pathlib import Path
from typing import Any

import pytest
from summbench.analysis.robustness.accumulator import TrialAccumulator, compute_relative_loss
from summbench.analysis.robustness.per_article import (
    SourceChange,
    compute_numbers,
    find_injected_bigrams,
)
from summbench.analysis.robustness.similarity import Similarity
from summbench.analysis.robustness.trials import (
    Robustness,
    Trial,
    compute_curves,
    find_worst_trials,
)
from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Direction, Estimate, Example, Prediction, TaskResult
from summbench.datasets.description import describe_dataset
from summbench.evaluation.chunks import Evaluation
from summbench.evaluation.executors.local import Local
from summbench.evaluation.score import MetricSpec
from summbench.evaluation.session import ModelSpec
from summbench.leaderboard.board import DatasetInfo
from summbench.metrics.chrf import Chrf
from summbench.perturbations.edits import Edit, PerturbedText, apply_edits
from summbench.perturbations.injected import Injected
from summbench.perturbations.perturbation import PerturbationSpec
from summbench.perturbations.perturbed import PerturbedDataset
from summbench.report.robustness import render_robustness_csv, render_robustness_markdown
from summbench.stats.intervals import estimate
from summbench.store.store import Store

from tests.commands import MINE, ROWS, TABLE, jsonl, model_config, rows, run, written
from tests.fakes import Echo
from tests.gates import load

_ADVERT = Injected(["Read more: boats sank"], "ends", keeps_meaning=True)
_ARTICLE = "The dam held today. Rain fell."


def _quiet(label: str, done: int, total: int) -> None:
    pass


def _compute_numbers(
    before: Prediction,
    after: Prediction,
    text: PerturbedText,
    scores: tuple[float, float] = (0, 0),
) -> dict[str, float]:
    """Each number of one article."""
    clean = TaskResult("d", "m", [before], {"q.f": [scores[0]]})
    perturbed = TaskResult("d", "m", [after], {"q.f": [scores[1]]})
    similarity = Similarity()
    metrics: dict[str, Direction] = {"q.f": "higher", "absent.f": "higher"}
    spec = PerturbationSpec("advert", _ADVERT, 0.05)
    source = SourceChange(PerturbedDataset("d", spec, [text], [perturbed]), similarity)
    numbers = compute_numbers(clean, perturbed, source, similarity, metrics)
    return {name: value for name, [value] in numbers.items()}


_PERTURBED = apply_edits(_ARTICLE, [Edit(len(_ARTICLE), "", " Read more: boats sank")])


def test_the_numbers_of_one_article_by_hand() -> None:
    before = Prediction("a", "The dam held today.")
    after = Prediction("a", "The dam held boats sank.")
    found = _compute_numbers(before, after, _PERTURBED, (0.4, 0.3))
    # Summaries: 2 of 3 and of 4 bigrams are shared, F = 2 * 2 / (3 + 4).
    assert found["stability.rouge2"] == pytest.approx(4 / 7)
    # Articles: 6 words with 5 bigrams, and 10 with 9, F = 2 * 5 / (5 + 9).
    assert found["source.rouge2"] == pytest.approx(5 / 7)
    assert found["excess.rouge2"] == pytest.approx((1 - 4 / 7) - (1 - 5 / 7))
    assert found["length_change"] == pytest.approx(5 / 4 - 1)
    # Of "read more", "more boats" and "boats sank" the summary has the last.
    assert found["leakage"] == pytest.approx(1 / 3)
    assert found["clean.q.f"] == 0.4
    assert found["drop.q.f"] == pytest.approx(0.1)
    assert "drop.absent.f" not in found


def test_what_is_injected_is_neither_the_articles_nor_function_words() -> None:
    text = "Rain fell. The dam held."
    perturbed = apply_edits(
        text, [Edit(0, "", "The dam held with the boats. "), Edit(0, "Rain", "Hail")]
    )
    # the dam, dam held: the article's; with the: function words; a respelling injects nothing.
    assert find_injected_bigrams(perturbed, text) == {("held", "with"), ("the", "boats")}
    repeated = apply_edits(text, [Edit(24, "", " The dam held.")])
    assert find_injected_bigrams(repeated, text) == frozenset()


def test_without_an_answer_once_perturbed_the_summary_is_lost() -> None:
    found = _compute_numbers(
        Prediction("a", "Rain fell."), Prediction("a", error="no"), _PERTURBED, (0.4, 0.0)
    )
    assert (found["stability.rouge2"], found["stability.chrf2"]) == (0, 0)
    assert found["excess.rouge2"] == found["source.rouge2"]
    assert (found["clean.q.f"], found["drop.q.f"]) == (0.4, 0.4)
    assert isnan(found["length_change"]) and isnan(found["leakage"])


def test_without_an_answer_before_nothing_is_said_of_the_article() -> None:
    found = _compute_numbers(
        Prediction("a", error="no"), Prediction("a", "Rain fell."), _PERTURBED, (0.0, 0.4)
    )
    assert all(isnan(value) for value in found.values())


def test_a_clean_summary_without_a_word_has_no_length_to_change() -> None:
    found = _compute_numbers(Prediction("a", ""), Prediction("a", "Rain fell."), _PERTURBED)
    assert isnan(found["length_change"])
    assert found["stability.rouge2"] == found["stability.chrf2"] == 0


def test_where_lower_is_better_a_rise_is_a_loss() -> None:
    before, after = (
        TaskResult("d", "m", [Prediction("a", "x y")], {"q.f": [value]}) for value in (0.1, 0.4)
    )
    similarity = Similarity()
    copy = PerturbedDataset("d", PerturbationSpec("advert", _ADVERT, 0), [PerturbedText("x")])
    source = SourceChange(copy, similarity)
    numbers = compute_numbers(before, after, source, similarity, {"q.f": "lower"})
    assert numbers["drop.q.f"] == [pytest.approx(0.3)]


def test_the_relative_loss_is_a_ratio_of_means() -> None:
    # Means 0.3 and 0.25: a sixth is lost, though the losses of the two articles are 1/4 and 0.
    drop, clean = estimate([0.1, 0.0]), estimate([0.4, 0.2])
    found = compute_relative_loss(drop, clean)
    assert found.mean == pytest.approx(1 / 6)
    # Student's t with one degree of freedom: 12.7062 times 0.05, over 0.3.
    assert (found.high - found.low) / 2 == pytest.approx(12.7062 * 0.05 / 0.3, rel=1e-5)
    assert (found.n, found.method) == (2, "student-t (small n)")


@pytest.mark.parametrize("before", [[0.0, 0.0], [], [-0.2, 0.1]])
def test_without_a_mean_above_0_there_is_no_relative_loss(before: Sequence[float]) -> None:
    assert isnan(compute_relative_loss(estimate([0.1, 0.2]), estimate(before)).mean)


@pytest.mark.parametrize(
    ("before", "after", "rouge2", "chrf2"),
    [
        ("", "", 1, 1),
        ("Rain.", "Rain.", 1, 1),
        ("", "rain fell", 0, 0),
        ("rain fell", "", 0, 0),
        ("\u4eca\u65e5\u306f\u96e8", "\u4eca\u65e5\u306f\u96e8", 1, 1),
        ("rain fell", "\u4eca\u65e5\u306f\u96e8", 0, 0),
    ],
)
def test_likeness_at_the_borders(before: str, after: str, rouge2: float, chrf2: float) -> None:
    similarity = Similarity()
    assert similarity.compute_rouge2([before], [after]) == [rouge2]
    assert similarity.compute_chrf2([before], [after]) == [chrf2]


def test_the_same_words_are_alike_for_rouge_also_without_a_bigram() -> None:
    assert Similarity().compute_rouge2(["Rain", "Rain"], ["rain .", "Hail"]) == [1, 0]


def test_rouge_says_nothing_of_another_script_and_chrf_is_the_metric_s() -> None:
    similarity = Similarity()
    before, after = "\u4eca\u65e5\u306f\u96e8\u3067\u3059", "\u4eca\u65e5\u306f\u6674\u308c"
    assert isnan(similarity.compute_rouge2([before], [after])[0])
    expected = Chrf().score([Example(Article("a", ""), (before,))], [after])["chrf2"]
    assert similarity.compute_chrf2([before], [after]) == expected
    assert 0 < expected[0] < 1


def _trial(
    severity: float,
    stability: float,
    loss: float,
    model: str = "m",
    operator: str = "ocr",
    keeps_meaning: bool = True,
) -> Trial:
    means = {"stability.rouge2": stability, "relative.q.f": loss}
    numbers = {name: Estimate(mean, nan, nan, 1, "none") for name, mean in means.items()}
    return Trial("d", model, operator, keeps_meaning, severity, 1, 1, 0, 0, numbers)


_TRIALS = [
    _trial(0.1, 0.8, 0.1),
    _trial(0.2, 0.4, 0.2),
    _trial(0.1, 0.7, 0.5, operator="byline"),
    _trial(0.2, 0.1, 0.9, operator="dropped_sentence", keeps_meaning=False),
]


def test_a_curve_begins_at_severity_0_and_its_area_is_its_mean_height() -> None:
    [ocr, byline, _] = compute_curves(_TRIALS, "stability.rouge2")
    assert (ocr.severities, ocr.values) == ((0, 0.1, 0.2), (1, 0.8, 0.4))
    # Two trapezia of width 0.1: 0.09 + 0.06, over 0.2.
    assert ocr.area == pytest.approx(0.75)
    assert byline.area == pytest.approx((1 + 0.7) / 2)
    assert compute_curves(_TRIALS, "relative.q.f")[0].values == (0, 0.1, 0.2)
    assert isnan(compute_curves([_trial(0.1, nan, 0)], "stability.rouge2")[0].area)


def test_the_worst_is_sought_where_the_meaning_is_kept() -> None:
    [least] = find_worst_trials(_TRIALS, "stability.rouge2")
    assert (least.operator, least.severity, least.value) == ("ocr", 0.2, 0.4)
    [most] = find_worst_trials(_TRIALS, "relative.q.f")
    assert (most.operator, most.value) == ("byline", 0.5)


def test_names_are_escaped_and_the_two_kinds_of_operator_never_share_a_table() -> None:
    trials = [_trial(0.1, 0.5, 0.5, model="a|b", operator="x*y"), *_TRIALS]
    trials += [_trial(0.1, 0.5, 0.5, model="=cmd", operator="z", keeps_meaning=False)]
    info = {"d": DatasetInfo(1, "f" * 64)}
    table = Robustness("r", 0, ["q.f"], info, {"q.f": "q|v:1"}, ["some|one"], trials)
    text = render_robustness_markdown(table)
    assert "| x\\*y " in text and "| a\\|b" in text and "some\\|one" in text
    kept, changed = text.split("## Meaning changed, d: 1 article")
    assert "dropped" not in kept and "ocr" not in changed.split("\n\n-")[0]
    rows = list(csv.DictReader(io.StringIO(render_robustness_csv(table))))
    assert {row["model"] for row in rows} == {"a|b", "m", "'=cmd"}
    assert {(row["operator"], row["keeps_meaning"]) for row in rows if row["model"] == "m"} == {
        ("ocr", "True"), ("byline", "True"), ("dropped_sentence", "False"),
    }  # fmt: skip


def _examples(count: int) -> list[Example]:
    return [Example(Article(str(i), f"Item {i}. Rain fell."), ("Rain.",)) for i in range(count)]


def _work(folder: Path, model: Any, severities: Sequence[float], count: int = 5) -> Evaluation:
    measure, examples = MetricSpec("chrf", Chrf(), "c" * 64), _examples(count)
    return Evaluation(
        [ModelSpec("echo", "system", lambda: model, "f" * 64)],
        {"d": examples}, {"d": describe_dataset(examples)}, [measure], Store(folder), Local(),
        perturbations=[PerturbationSpec("advert", _ADVERT, severity) for severity in severities],
        robustness_metrics=[measure],
    )  # fmt: skip


def _finished(work: Evaluation, size: int) -> list[Trial]:
    trials = TrialAccumulator({"chrf.chrf2": "higher"})
    for window in work.iterate_chunks(size, _quiet):
        trials.add(window)
    return trials.build_trials()


def test_severity_0_asks_for_nothing_and_changes_nothing(tmp_path: Path) -> None:
    model = Echo(2)
    [trial] = _finished(_work(tmp_path, model, [0.0]), 5)
    assert sorted(model.asked) == list("01234")
    assert (trial.articles, trial.changed, trial.failed) == (5, 0, 0)
    means = {name: estimate.mean for name, estimate in trial.numbers.items()}
    assert means.pop("clean.chrf.chrf2") > 0
    assert isnan(means.pop("leakage"))
    ones = {"stability.rouge2", "stability.chrf2", "source.rouge2"}
    assert means == {name: 1.0 if name in ones else 0.0 for name in means}


def test_a_text_is_asked_for_once_however_often_it_comes(tmp_path: Path) -> None:
    model = Echo(2)
    # At 0.05 and 0.1 the one unit that is made is the same.
    [few, more] = _finished(_work(tmp_path, model, [0.05, 0.1]), 5)
    assert sorted(model.asked) == sorted("01234" * 2)
    assert few.numbers == more.numbers


def test_windows_change_no_number(tmp_path: Path) -> None:
    one = _finished(_work(tmp_path / "one", Echo(9), [0.05, 1.0]), 5)
    many = _finished(_work(tmp_path / "many", Echo(9), [0.05, 1.0]), 2)
    assert repr(one) == repr(many)
    assert [trial.severity for trial in one] == [0.05, 1.0]


def _perturbation(folder: Path) -> None:
    """An advert of one's own, at both ends if the severity is 1."""
    place = folder / "my_configs" / "perturbation"
    place.mkdir(parents=True)
    node = {
        "_target_": "summbench.perturbations.injected.Injected",
        "lines": ["Visit our shop."], "at": "ends", "keeps_meaning": True,
    }  # fmt: skip
    (place / "advert.yaml").write_text(json.dumps({"advert": node}), encoding="utf-8")


def test_a_run_with_two_models_and_two_articles(tmp_path: Path) -> None:
    jsonl(tmp_path / "news.jsonl", ROWS[:2])
    _perturbation(tmp_path)
    model_config(tmp_path, "echo", "tests.fakes.Echo", words=3)
    model_config(tmp_path, "broken", "tests.fakes.Broken", on="Visit")
    options = ("perturbation=[advert,dropped_sentence]", "severity=[1]", "seed=7")
    done = run(tmp_path, "run", *MINE, *TABLE, "model=[echo,broken]", *options, code=1)
    assert "# Robustness of run" in done.stdout.split("# run")[1]
    found = written(tmp_path, "robustness.json")
    trials = {(t["model"], t["operator"]): t for t in found["trials"]}
    echo = {name: e["mean"] for name, e in trials["echo", "advert"]["numbers"].items()}
    # "The dam held." and "Boats sank. Two" before; "Visit our shop." for both after.
    assert (echo["stability.rouge2"], echo["length_change"], echo["leakage"]) == (0, 0, 1)
    # The references are "The dam held." and "Boats sank.": 1 and 2 * 1 / (2 + 1) before, 0 after.
    assert echo["clean.rouge.rouge2_f"] == pytest.approx((1 + 2 / 3) / 2)
    assert echo["relative.rouge.rouge2_f"] == 1
    broken = trials["broken", "advert"]
    assert (broken["articles"], broken["changed"], broken["failed"]) == (2, 2, 2)
    assert broken["numbers"]["stability.rouge2"]["mean"] == 0
    assert trials["broken", "dropped_sentence"]["failed"] == 0
    assert [t["keeps_meaning"] for t in found["trials"]] == [True, True, False, False]
    made = written(tmp_path, "run.json")
    assert (made["config"]["seed"], made["config"]["severity"]) == (7, [1.0])
    assert made["perturbations"]["dropped_sentence"]["keeps_meaning"] is False
    assert [(f["article_id"], f["perturbation"], f["severity"]) for f in made["failures"]] == [
        ("a", "advert", 1.0), ("b", "advert", 1.0),
    ]  # fmt: skip
    assert all(entry["n_failed"] == 0 for entry in written(tmp_path, "leaderboard.json")["entries"])


def test_the_leaderboard_is_that_of_the_clean_articles_and_no_stale_file_is_left(
    tmp_path: Path,
) -> None:
    jsonl(tmp_path / "news.jsonl", rows(4))
    asked = (*TABLE, "model=[lead1,oracle]")
    folder = tmp_path / "results" / "run"
    run(tmp_path, "run", *asked, "perturbation=[speech]", "dataset.table.references=references")
    perturbed = (folder / "leaderboard.json").read_bytes()
    assert written(tmp_path, "robustness.json")["skipped_models"] == ["oracle"]
    load(folder)
    (folder / "robustness.json").write_text("{}", encoding="utf-8")
    with pytest.raises(SummbenchError, match=r"robustness.json was changed or cut off"):
        load(folder)
    run(tmp_path, "run", *asked)
    assert (folder / "leaderboard.json").read_bytes() == perturbed
    assert not list(folder.glob("robustness.*"))
    load(folder)


def test_shards_and_windows_give_the_numbers_of_one_run(tmp_path: Path) -> None:
    jsonl(tmp_path / "news.jsonl", rows(6))
    asked = (*TABLE, "model=[lead1,lead3]", "perturbation=[ocr,byline]", "severity=[0.05,0.5]")
    for shard in ("1/2", "2/2"):
        run(tmp_path, "run", *asked, "name=r", f"shard={shard}", "chunk_size=4")
    run(tmp_path, "run", *asked, "name=r", "merge_shards=2")
    run(tmp_path, "run", *asked, "results=again", "name=r", "chunk_size=10")
    here, again = (
        (tmp_path / f / "r" / "robustness.json").read_bytes() for f in ("results", "again")
    )
    assert here == again


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        (["severity=[1.5]"], "severity=[1.5] has a share that is not between 0 and 1."),
        (["severity=[]"], "The perturbations have no severity; give 'severity=[0.05]'."),
        (
            ["robustness_metrics=[rouge.rouge9_f]"],
            "robustness_metrics names 'rouge.rouge9_f', which is no metric among",
        ),
        (["model=[oracle]"], "Perturbations need a model that can predict other texts"),
        (["perturbation=[ocd]"], "There is no perturbation 'ocd'. Did you mean 'ocr'?"),
    ],
)
def test_mistakes_are_named_before_anything_is_computed(
    tmp_path: Path, overrides: list[str], said: str
) -> None:
    done = run(tmp_path, "run", "model=[lead1]", "perturbation=[ocr]", *overrides, code=1)
    assert said in " ".join(done.stderr.split())
    assert not list(tmp_path.rglob("*.parquet"))
