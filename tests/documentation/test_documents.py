"""Documents: their size, sentences, links, generated parts, and that they name what there is."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.commands import CLONE, PACKAGE
from tests.documentation.documents import find_broken_links, list_anchors, list_documents
from tests.documentation.generated import DOCUMENTS, renew, replace_part
from tests.documentation.notebooks import build_notebook, list_scripts, read_cells
from tests.documentation.sentences import (
    count_words,
    is_word_list,
    read_markdown,
    read_printed,
    read_template,
    split_sentences,
)

_DOCUMENTS = list_documents()
# Reports of simulations and licences are tables with their methods, written by programs.
_REPORTS = ("tests/simulation/", "locks/")
_PROSE = [p for p in _DOCUMENTS if not p.relative_to(CLONE).as_posix().startswith(_REPORTS)]
_LONGEST, _MEAN, _FEWEST = 35, 20, 5


def _name(path: Path) -> str:
    return path.relative_to(CLONE).as_posix()


def test_the_readme_fits_its_size_and_keeps_its_order() -> None:
    text = (CLONE / "README.md").read_text(encoding="utf-8")
    assert len(text.encode()) <= 12_000
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == [
        "Two commands", "What they print", "Score your own summaries", "From Python", "Add a model",
        "Gate a model in CI", "Where to read on", "Cite",
    ]  # fmt: skip
    assert "](.github/images/" in text.partition("## ")[0]


def test_the_questions_have_the_number_that_the_run_prints() -> None:
    """The README's output of `experiment=ci` is compared with the run's own by test_blocks."""
    readme, questions = (
        " ".join((CLONE / name).read_text("utf-8").split()) for name in ("README.md", "docs/faq.md")
    )
    printed = re.search(r"With (\d+) articles, a true difference of ([\d.]+) points", readme)
    told = re.search(r"the (\d+) of `experiment=ci` find a difference of ([\d.]+)", questions)
    assert printed and told and printed.groups() == told.groups()


@pytest.mark.parametrize("path", _PROSE, ids=_name)
def test_sentences_are_short(path: Path) -> None:
    sentences = read_markdown(path.read_text(encoding="utf-8"))
    assert [s for s in sentences if count_words(s) > _LONGEST] == []
    lengths = [n for s in sentences if (n := count_words(s)) >= _FEWEST]
    assert sum(lengths) <= _MEAN * len(lengths)


def test_what_the_package_prints_is_short() -> None:
    """All strings of the modules, help and errors among them; a value of an f-string is a word."""
    sentences = [
        (f"{_name(file.parent)}/{where}", sentence)
        for file in sorted(PACKAGE.rglob("*.py"))
        for where, sentence in read_printed(file)
    ]
    assert len(sentences) > 1_000
    assert [s for s in sentences if count_words(s[1]) > _LONGEST] == []
    assert sum(count_words(s) for _, s in sentences) <= _MEAN * len(sentences)


def test_the_sentences_of_the_report_are_short() -> None:
    templates = (PACKAGE / "report" / "html" / "templates").glob("*.html")
    texts = [s for file in templates for s in read_template(file.read_text(encoding="utf-8"))]
    assert len(texts) > 20
    assert [s for s in texts if count_words(s) > _LONGEST] == []


@pytest.mark.parametrize("path", _DOCUMENTS, ids=_name)
def test_links_lead_somewhere(path: Path) -> None:
    assert find_broken_links(path) == []


def test_pages_are_reached_from_the_readme() -> None:
    """Each page of docs/ is linked from its index, and the index from the README."""
    index = (CLONE / "docs" / "README.md").read_text(encoding="utf-8")
    pages = [p for p in (CLONE / "docs").rglob("*.md") if p.name != "README.md"]
    assert [p for p in pages if f"({p.relative_to(CLONE / 'docs').as_posix()})" not in index] == []
    assert "](docs/README.md" in (CLONE / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", DOCUMENTS, ids=_name)
def test_generated_parts_are_those_of_the_code(path: Path) -> None:
    """After a change of a docstring or a YAML: python -m tests.documentation."""
    assert renew(path) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("script", list_scripts(), ids=lambda p: p.stem)
def test_a_notebook_is_made_from_its_script(script: Path) -> None:
    assert build_notebook(script) == script.with_suffix(".ipynb").read_text(encoding="utf-8")
    assert {kind for kind, _ in read_cells(script)} == {"markdown", "code"}


def test_the_architecture_names_every_room() -> None:
    text = (CLONE / "bench" / "README.md").read_text(encoding="utf-8")
    table = text.partition("## Architecture")[2].partition("## API")[0]
    rooms = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
    assert sorted(rooms) == sorted(p.name for p in PACKAGE.iterdir() if any(p.glob("*.py")))


def test_the_errors_of_the_troubleshooting_page_are_printed() -> None:
    page = (CLONE / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
    errors = re.findall(r"^### `(.*)`$", page, re.MULTILINE)
    source = "".join(p.read_text(encoding="utf-8") for p in sorted(PACKAGE.rglob("*.py")))
    joined = re.sub(r'"\s*f?"', "", source)
    assert len(errors) > 15
    assert [e for e in errors if e not in joined and not e.startswith("zsh:")] == []


def test_every_extra_is_explained() -> None:
    project = tomllib.loads((CLONE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = (CLONE / "configs" / "README.md").read_text(encoding="utf-8").partition("## Extras")[2]
    rows = set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))
    assert rows == set(project["optional-dependencies"]) - {"dev", "peers"}


def test_the_citation_is_that_of_this_version() -> None:
    """The keys that CFF 1.2.0 requires, and no others than it knows."""
    citation = yaml.safe_load((CLONE / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= citation.keys()
    assert citation.keys() <= {
        "abstract", "authors", "cff-version", "commit", "contact", "date-released", "doi",
        "identifiers", "keywords", "license", "license-url", "message", "preferred-citation",
        "references", "repository", "repository-artifact", "repository-code", "title", "type",
        "url", "version",
    }  # fmt: skip
    project = tomllib.loads((CLONE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert citation["version"] == project["version"]
    assert citation["license"] == project["license"]
    assert f"## {project['version']}" in (CLONE / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sorted((CLONE / ".github").rglob("*.yml")), ids=_name)
def test_forms_are_yaml_whose_fields_have_names(path: Path) -> None:
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    if "body" in form:
        assert {"name", "description"} <= form.keys()
        assert all(field["attributes"].get("label") for field in form["body"])
        ids = [field["id"] for field in form["body"]]
        assert len(ids) == len(set(ids))


def test_sentences_are_counted_as_by_hand() -> None:
    text = "One two three. Four `a b c` five!\n\n- six\n- seven (eight). Nine\n\n| a b | c |\n"
    assert read_markdown(text) == [
        "One two three.", "Four code five!", "six", "seven (eight).", "Nine", "a b", "c",
    ]  # fmt: skip
    assert count_words("0.95 - is it, or isn't it?") == 6
    assert split_sentences("See Lin et al. (2004). Done.") == ["See Lin et al (2004).", "Done."]
    assert is_word_list(" ".join(["word"] * 40)) and not is_word_list("Word " * 40)


def test_anchors_are_those_of_github() -> None:
    text = "# What's *new*?\n## `run.json`\n## 4. Shards\n## a\n## a\n```sh\n# no heading\n```\n"
    assert list_anchors(text) == {"whats-new", "runjson", "4-shards", "a", "a-1"}


def test_a_part_is_replaced_between_its_marks() -> None:
    text = "a\n<!-- generated: x -->\nold\n<!-- /generated: x -->\nb"
    assert "old" not in replace_part(text, "x", "new") and "\nb" in replace_part(text, "x", "new")
    with pytest.raises(ValueError, match="marks of 'y' once"):
        replace_part(text, "y", "new")
