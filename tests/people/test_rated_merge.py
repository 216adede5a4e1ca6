"""Files of ratings put together: batches, other studies, and what is refused."""

from __future__ import annotations

from math import isnan
from pathlib import Path

import msgspec
import pytest

import summbench
from summbench.core.errors import SummbenchError
from summbench.people.collect import collect_answers
from summbench.people.collection_page import write_collection
from summbench.people.rated import RatedArticle, list_ratings, read_rated, write_rated
from summbench.people.rated_merge import merge_rated
from summbench.people.rated_merge_text import render_merged
from summbench.people.study import Design
from tests.cli.commands_in_process import call
from tests.people.ledgers import TEXTS, rate
from tests.people.raters import write_answers
from tests.people.studies import make_study, write_pages

_DESIGNS: tuple[Design, ...] = ("likert", "pairwise", "best_worst", "spans", "checklist")


def _write(folder: Path, *files: list[RatedArticle]) -> list[Path]:
    paths = [folder / f"{name}.jsonl" for name in "abc"[: len(files)]]
    for path, articles in zip(paths, files, strict=True):
        write_rated(articles, path)
    return paths


def _put(article: RatedArticle, **changes: object) -> RatedArticle:
    return msgspec.structs.replace(article, **changes)


@pytest.mark.parametrize("design", _DESIGNS)
def test_batches_of_one_study_are_what_one_collection_is(tmp_path: Path, design: Design) -> None:
    study = make_study(design, 5, 4, attention=0)
    write_pages(study, tmp_path)
    files = [write_answers(study, tmp_path, name) for name in study.raters]
    whole = collect_answers(files, tmp_path, resamples=100)
    paths = [tmp_path / "one.jsonl", tmp_path / "two.jsonl"]
    for path, batch in zip(paths, (files[:2], files[2:]), strict=True):
        write_collection(collect_answers(batch, tmp_path, resamples=100), path)
    out = tmp_path / "all.jsonl"
    merged = summbench.merge_ratings(paths, out, resamples=100)
    assert list(merged.boards) == list(whole.boards)
    assert list_ratings(merged.articles) == list_ratings(whole.articles)
    assert list(merged.agreement.alphas) == list(whole.alphas)
    for name, alpha in whole.alphas.items():
        got = merged.agreement.alphas[name]
        assert got.n == alpha.n
        assert (got.mean, got.low, got.high) == pytest.approx((alpha.mean, alpha.low, alpha.high))
    assert not merged.agreement.omissions
    assert repr(merged.preferences) == repr(whole.preferences)  # NaN is not equal to itself
    assert not merged.notes
    assert read_rated(out) == merged.articles
    assert (tmp_path / "all-ledger.html").exists() == (design == "checklist")
    assert "nan" not in (tmp_path / "all.md").read_text(encoding="utf-8")


def _likert(name: str, points: dict[str, dict[str, float]], top: float = 5) -> RatedArticle:
    """An article on whose `tone` each system has points of raters."""
    return RatedArticle(
        name, "d", ("r",), TEXTS, {s: {"tone": dict(of)} for s, of in points.items()}, "random",
        "likert", study=f"study {top}", scales={"tone": (1, top)},
    )  # fmt: skip


def test_alpha_is_over_what_raters_of_several_files_share(tmp_path: Path) -> None:
    # Interval data of two raters; a1's alpha has beta only, as alpha has one rating there.
    one = [_likert("a1", {"alpha": {"p": 1}, "beta": {"p": 4}}),
           _likert("a2", {"alpha": {"p": 2}, "beta": {"p": 5}})]  # fmt: skip
    two = [_likert("a1", {"beta": {"q": 4}}), _likert("a2", {"alpha": {"q": 2}, "beta": {"q": 5}})]
    merged = merge_rated(_write(tmp_path, one, two))
    alpha = merged.agreement.alphas["tone"]
    assert (alpha.mean, alpha.n) == (1.0, 3)
    assert list(merged.agreement.alphas) == ["tone"]
    text = render_merged(merged)
    assert "Krippendorff's alpha: 1 is full agreement" in text
    assert "| tone | 1.00 | 3 |" in " ".join(text.replace("\\", "").split())


def test_raters_who_share_nothing_have_no_alpha_and_it_is_said(tmp_path: Path) -> None:
    one, two = _likert("a1", {"alpha": {"p": 1}}), _likert("a2", {"alpha": {"q": 2}})
    merged = merge_rated(_write(tmp_path, [one], [two]))
    assert isnan(merged.agreement.alphas["tone"].mean)
    text = render_merged(merged)
    assert "There is no alpha where no two raters answered the same" in text
    assert "nan" not in text


def test_scales_that_differ_have_no_alpha_and_designs_have_their_own(tmp_path: Path) -> None:
    one = [_likert("a1", {"alpha": {"p": 1, "q": 2}}), _likert("a2", {"alpha": {"p": 1, "q": 2}})]
    seven = [_likert("a3", {"alpha": {"p": 7, "q": 2}}, 7)]
    spans = _put(one[0], design="spans", scales={},
                 human={"alpha": {"supported": {"s": 0.5, "t": 0.5}},
                        "beta": {"supported": {"s": 1.0, "t": 1.0}}})  # fmt: skip
    merged = merge_rated(_write(tmp_path, one, seven, [spans]))
    assert list(merged.agreement.alphas) == ["supported"]
    assert (merged.agreement.alphas["supported"].mean, merged.agreement.design) == (1.0, "spans")
    assert list(merged.agreement.omissions) == [
        "tone has no alpha: its scales differ between files."
    ]
    text = render_merged(merged)
    assert "tone has no alpha: its scales differ between files." in text
    assert "nan" not in text
    both = merge_rated(_write(tmp_path, one, [spans]))
    assert set(both.agreement.alphas) == {"tone", "supported"}
    assert "| dimension | alpha | items |" in " ".join(render_merged(both).split())
    # Such a merged file no longer says which answers are of which design.
    write_rated(both.articles, tmp_path / "both.jsonl")
    other = [_likert("a9", {"alpha": {"p": 1, "q": 2}, "beta": {"p": 3, "q": 4}})]
    later = merge_rated([tmp_path / "both.jsonl", *_write(tmp_path, other)])
    assert list(later.agreement.omissions) == [
        "1 article of a merged file with several designs: answers of different kinds, in no "
        "alpha. Merge the files of each study at once."
    ]
    assert later.agreement.alphas["tone"].n == 3


def test_files_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    paths = [_write(tmp_path / name, [_likert(name, {"alpha": {"p": 1}})])[0]
             for name in ("one", "two")]  # fmt: skip
    assert merge_rated(paths).name == f"{paths[0]} and {paths[1]}"


def test_choices_of_several_sets_are_in_no_alpha(tmp_path: Path) -> None:
    study = make_study("best_worst", 2, 2, systems=tuple("abcde"), attention=0)
    write_pages(study, tmp_path)
    paths = []
    for name in study.raters:
        paths.append(tmp_path / f"{name}.jsonl")
        content = {}
        for item in study.raters[name]:
            content[item.id] = {"value": {"best": "0", "worst": "1"}, "seconds": 9}
        file = {"format": "summbench-answers", "version": 1, "study": study.id, "rater": name,
                "saved": "2026-11-30T10:00:00Z", "answers": content}  # fmt: skip
        answers = tmp_path / f"{name}.json"
        answers.write_bytes(msgspec.json.encode(file))
        write_collection(collect_answers([answers], tmp_path, resamples=100), paths[-1])
    text = render_merged(merge_rated(paths))
    assert "2 articles with several sets a rater: the files do not say which choice" in text


def test_raters_of_one_name_in_two_studies_are_two_people(tmp_path: Path) -> None:
    one = rate({"alpha": {"r": "ss"}, "beta": {"r": "mm"}}, "a1")
    other = _put(rate({"alpha": {"r": "sm"}, "beta": {"q": "cm"}}, "a1"), study="later")
    merged = merge_rated(_write(tmp_path, [one], [other]))
    assert list(merged.raters) == ["later:r", "q", "study:r"]
    assert list(merged.notes) == [
        "Raters of one name in several studies are taken for several people (1 names): r is now "
        "later:r and study:r."
    ]
    [article] = merged.articles
    assert article.facts[1].states == {
        "alpha": {"study:r": "stated", "later:r": "missing"},
        "beta": {"study:r": "missing", "q": "missing"},
    }
    # completeness of alpha on the one article: (1 + 1/2) / 2, of beta (0 + 0) / 2.
    assert {e.system: e.estimate.mean for e in merged.boards[0].entries} == {
        "alpha": 0.75, "beta": 0.0,
    }  # fmt: skip


def test_facts_articles_and_systems_of_both_files_are_kept(tmp_path: Path) -> None:
    one = rate({"alpha": {"p": "ss"}}, "a1", texts={"alpha": TEXTS["alpha"]})
    facts = (("Two piers have cracks.", "number"), ("Orsk is small.", "place"))
    other = rate({"beta": {"q": "ms"}}, "a1", facts=facts, texts={"beta": TEXTS["beta"]})
    third = _put(rate({"alpha": {"q": "sm"}}, "a2"), selection="differing", simulated=("q",))
    merged = merge_rated(_write(tmp_path, [one], [other, third]))
    [article, chosen] = merged.articles
    assert [(f.id, f.fact, set(f.states)) for f in article.facts] == [
        ("f1", "The bridge closed on Monday.", {"alpha"}),
        ("f2", "Two piers have cracks.", {"alpha", "beta"}),
        ("f3", "Orsk is small.", {"beta"}),
    ]
    assert (set(article.systems), chosen.selection) == ({"alpha", "beta"}, "differing")
    text = render_merged(merged)
    assert "1 of 2 articles were chosen because scores differ there." in text
    assert "Simulated: q. A program gave these answers" in text
    assert merged.boards[0].articles == 1


def test_intervals_end_where_the_scale_of_each_file_does(tmp_path: Path) -> None:
    # Raters who differ widely: without ends, intervals of means and differences leave the scale.
    likert = RatedArticle(
        "a1",
        "d",
        ("r",),
        TEXTS,
        {"alpha": {"tone": {"p": 1, "q": 5}}, "beta": {"tone": {"p": 5, "q": 5}}},
        "random",
        "likert",
        scales={"tone": (1, 5)},
    )
    chosen = RatedArticle(
        "b1", "d", ("r",), TEXTS,
        {"alpha": {"preferred": {"p": 1, "q": 0}}, "beta": {"preferred": {"p": 0, "q": 1}}},
        "random", "pairwise",
    )  # fmt: skip
    files = [[_put(a, id=f"{a.id}{i}", study="s") for i in range(2)] for a in (likert, chosen)]
    first = tmp_path / "first.jsonl"
    merged = merge_rated(_write(tmp_path, *files), 100)
    write_rated(merged.articles, first)
    more = _write(tmp_path, [_put(likert, id="c1", study="s")])
    for result in (merged, merge_rated([first, *more], 100)):
        for board, (low, high) in zip(result.boards, ((1, 5), (0, 1)), strict=True):
            assert all(low <= e.estimate.low < e.estimate.high <= high for e in board.entries
                       if not isnan(e.estimate.low))  # fmt: skip
            [pair] = board.pairs
            assert low - high <= pair.difference.low < pair.difference.high <= high - low
    assert merged.boards[1].pairs[0].difference.low == -1


def test_the_command_takes_ratings_or_runs_and_not_both(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = rate({"alpha": {"p": "ss"}, "beta": {"p": "sm"}}, "a1")
    other = rate({"alpha": {"q": "ss"}, "beta": {"q": "sm"}}, "a2")
    out = tmp_path / "all.jsonl"
    paths = [str(path) for path in _write(tmp_path, [one], [_put(other, design="spans")])]
    code, printed = call(capsys, "merge", *paths, "--out", str(out))
    assert code == 0
    assert "2 articles, 2 raters." in printed
    assert "equal values on all articles, which say nothing of other articles" in printed
    assert f"Next: summbench metaeval {out}" in printed
    assert len(read_rated(out)) == 2
    code, printed = call(capsys, "merge", paths[0], str(tmp_path), "--out", str(out))
    assert (code, printed) == (
        1, "error: Runs and ratings (.jsonl) are no one board. Merge each kind alone."
    )  # fmt: skip


def test_what_cannot_be_put_together_is_refused(tmp_path: Path) -> None:
    one = rate({"alpha": {"r": "ss"}}, "a1")
    refused = {
        "r rated the summary by 'alpha' in both": rate({"alpha": {"r": "sm"}}, "a1"),
        "has two texts or datasets": _put(one, document="x"),
        "has two summaries by 'beta'": rate({"alpha": {"q": "ss"}}, texts={**TEXTS, "beta": "x"}),
    }
    for message, article in refused.items():
        with pytest.raises(SummbenchError, match=message):
            merge_rated(_write(tmp_path, [one], [article]))
    with pytest.raises(SummbenchError, match="has two texts or datasets"):
        merge_rated(_write(tmp_path, [one], [_put(one, dataset="other", study="later")]))
    paths = _write(tmp_path, [one])
    with pytest.raises(SummbenchError, match="There is one file of ratings"):
        merge_rated(paths)
    with pytest.raises(SummbenchError, match="rated the summary by 'alpha' in both"):
        merge_rated([*paths, *paths])
    with pytest.raises(SummbenchError, match="which is read"):
        summbench.merge_ratings(_write(tmp_path, [one], [one]), paths[0])
