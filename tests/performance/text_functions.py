"""The functions that read a text of any length, each as a function of that text alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from hydra.utils import instantiate
from omegaconf import OmegaConf

from summbench.analysis.fact_support import list_unsupported
from summbench.analysis.robustness.per_article import extract_bigrams
from summbench.analysis.robustness.similarity import Similarity
from summbench.analysis.text_quality import assess_quality
from summbench.core.cells import parse_written_list, parse_written_object
from summbench.core.control_characters import show_controls, to_one_line
from summbench.core.errors import SummbenchError
from summbench.core.json_text import parse_json
from summbench.core.markup_counts import find_markup
from summbench.core.normalization import get_normalizer
from summbench.core.recognition import TextStyle
from summbench.core.records import Article, Example, Prediction
from summbench.core.redaction import format_error, redact_for_sharing
from summbench.core.replies import clean_reply, read_text
from summbench.core.resources import get_resource_path
from summbench.core.tabular import read_rows
from summbench.core.text import detect_script, split_sentences, split_words
from summbench.leaderboard.outcomes import get_flags
from summbench.metrics.chunks import ChunkRule
from summbench.metrics.judge.prompts import fill_prompt
from summbench.metrics.judge.replies import RatingDemand, Scale, VerdictDemand
from summbench.metrics.prompts import Question
from summbench.models.stop_rule import StopRule
from summbench.people.page import split_words as split_page_words
from summbench.people.places import find_place, show_place
from summbench.report.gate_markdown import escape_line
from summbench.report.html.mentions import list_unsupported as list_marked
from summbench.report.page_blocks import parse_page
from summbench.report.word_diff import diff_words, merge_short
from tests.performance.shapes import write

Function = Callable[[str], object]
_SUMMARY = 400  # characters of the text that is not measured
_FACT = "The minister said on 4 May that John Weller left the harbour in Riga."
_PROMPT = "Article:\n{article}\n\nSummary:\n{summary}\n\nHow coherent is the summary?"
_QUESTION = Question.parse("consistent", "{document}\n\n{sentence}\n\nIs it consistent?")


def _build(group: str, name: str) -> Any:
    path = get_resource_path("configs") / group / f"{name}.yaml"
    node: Any = OmegaConf.load(str(path))
    settings = {key: value for key, value in node[name].items() if key != "_kind_"}
    return instantiate(settings, _convert_="all")


def _score_article(metric: str, text: str) -> object:
    """A short summary of the text, which it begins with."""
    summary = text[:_SUMMARY]
    return _build("metric", metric).score([Example(Article("a", text), (summary,))], [summary])


def _score_summary(metric: str, text: str) -> object:
    """The text as the summary of an ordinary article."""
    news = write("news", 800)
    return _build("metric", metric).score([Example(Article("a", news), (news[:_SUMMARY],))], [text])


def _score_copy(metric: str, text: str) -> object:
    """The text as the summary of itself."""
    return _build("metric", metric).score([Example(Article("a", text), (text[:_SUMMARY],))], [text])


def _score_shuffled(metric: str, text: str) -> object:
    """The words of the text, in another order, as its summary."""
    example = Example(Article("a", text), (text[:_SUMMARY],))
    return _build("metric", metric).score([example], [_shuffle(text)])


def _summarise(model: str, text: str) -> object:
    return list(_build("model", model).summarise([Article("a", text)]))


def _summarise_with_references(text: str) -> object:
    example = Example(Article("a", text), (write("news", 60),))
    return _build("model", "oracle").summarise_with_references([example])


def _perturb(operator: str, text: str) -> object:
    from summbench.perturbations.perturbation import PerturbationSpec

    return PerturbationSpec(operator, _build("perturbation", operator), 0.1).apply(text).original


def _shuffle(text: str) -> str:
    words = text.split(" ")
    return " ".join(Random(0).sample(words, len(words)))


def _flag_copy(text: str) -> object:
    return get_flags(Prediction("a", text), text)


def _compare_words(before: str, after: str) -> object:
    return merge_short(diff_words(before, after))


def _list_claims(text: str) -> object:
    """What the report marks of the text, as the summary of its words in another order."""
    metric = _build("metric", "support")
    metric.score([Example(Article("a", _shuffle(text)), (text[:_SUMMARY],))], [text])
    return list_marked(parse_json(metric.get_evidence()[0]), text)


def _ask_about_sentences(text: str) -> object:
    claims = _QUESTION.list_claims(text, "en")
    return [_QUESTION.render(claim, "") for claim in claims]


def _read_ratings(form: Any, text: str) -> object:
    return RatingDemand(("coherence", "fluency"), Scale(1, 5)).read(text, form)


def _read_file(suffix: str, text: str) -> object:
    """The rows; what is no table of that kind is refused."""
    with TemporaryDirectory() as folder, suppress(SummbenchError):
        path = Path(folder, f"file{suffix}")
        path.write_text(text, encoding="utf-8", errors="replace")
        return list(read_rows(path))
    return None


def _list_people_and_reports() -> Iterator[tuple[str, Function]]:
    """What reads a text that is shown, judged or checked, and not scored."""
    yield "file .txt", partial(_read_file, ".txt")
    yield "file .csv", partial(_read_file, ".csv")
    yield "file .tsv", partial(_read_file, ".tsv")
    yield "file .jsonl", partial(_read_file, ".jsonl")
    yield "health of a copy", _flag_copy
    yield "health of another summary", lambda text: get_flags(Prediction("a", text), _FACT)
    yield "stop rule", StopRule(3).find_end
    yield "judge's prompt", lambda text: fill_prompt(_PROMPT, {"article": text, "summary": text})
    yield "judge's question a sentence", _ask_about_sentences
    yield "judge's verdict read", lambda text: VerdictDemand().read(text, "brackets")
    yield "judge's ratings read", partial(_read_ratings, "brackets")
    yield "judge's JSON read", partial(_read_ratings, "json")
    yield "place of a fact", partial(find_place, _FACT)
    yield "place of a long fact", lambda text: find_place(text, _FACT)
    yield "place as shown", lambda text: show_place(text, (len(text) // 2, len(text)))
    yield "fact looked up by support", partial(list_unsupported, _FACT)
    yield "words of a rater's page", split_page_words
    yield "similarity, ROUGE-2", lambda t: Similarity().compute_rouge2([t], [_shuffle(t)])
    yield "similarity, chrF2", lambda t: Similarity().compute_chrf2([t], [_shuffle(t)])
    yield "bigrams", extract_bigrams
    yield "word diff with shuffled words", lambda text: _compare_words(text, _shuffle(text))
    yield "word diff with news", lambda text: _compare_words(text, write("news", len(text) // 6))
    yield "claims as marked", _list_claims
    yield "control characters", show_controls
    yield "one line", to_one_line
    yield "Markdown, escaped", escape_line
    yield "Markdown, read", lambda text: list(parse_page(text))
    yield "error", lambda text: format_error(ValueError(text))
    yield "config value, shared", lambda text: redact_for_sharing(text, {})


def _list_metrics_and_models() -> Iterator[tuple[str, Function]]:
    yield "sentences", split_sentences
    yield "sentences, regex", partial(split_sentences, splitter="regex")
    yield "sentences, nupunkt", partial(split_sentences, splitter="nupunkt")
    yield "words", split_words
    yield "script", detect_script
    yield "style", TextStyle.recognise
    yield "replies", clean_reply
    yield "marks", read_text
    yield "markup found", find_markup
    for name in ("unmark", "clean"):
        yield f"normalization {name}", get_normalizer(name).normalize
    yield "written list", parse_written_list
    yield "written object", parse_written_object
    yield "quality", assess_quality
    yield "chunks", lambda text: ChunkRule("words", 500).split(text, "en", list)
    for path in sorted((get_resource_path("configs") / "perturbation").iterdir()):
        yield f"perturbation {path.stem}", partial(_perturb, path.stem)
    for model in ("lead3", "lead3_body", "random3", "textrank", "lexrank", "lsa"):
        yield f"model {model}", partial(_summarise, model)
    yield "model oracle", _summarise_with_references
    for metric in ("support", "copying"):
        yield f"{metric} of an article", partial(_score_article, metric)
        yield f"{metric} of a copy", partial(_score_copy, metric)
        yield f"{metric} of shuffled words", partial(_score_shuffled, metric)
    for metric in (
        "support", "copying", "length", "chrf", "chrf_pp", "rouge", "rouge_unicode", "rouge_155m"
    ):  # fmt: skip
        yield f"{metric} of a summary", partial(_score_summary, metric)


FUNCTIONS: Mapping[str, Function] = dict((*_list_metrics_and_models(), *_list_people_and_reports()))
"""What a row of the table is called -> what is measured."""
