"""The README in the metadata of a wheel has no relative link: PyPI knows no other file."""

from __future__ import annotations

import re

import pytest
from hatchling.metadata.core import ProjectMetadata
from hatchling.plugin.manager import PluginManager

from tests.commands import CLONE

_TARGET = re.compile(r"\]\(([^)\s]+)")


@pytest.fixture(scope="module")
def readme() -> str:
    return str(ProjectMetadata(str(CLONE), PluginManager()).core.readme)


def test_no_link_or_picture_is_relative(readme: str) -> None:
    targets = _TARGET.findall(readme)
    assert len(targets) > 20
    assert [t for t in targets if not t.startswith(("https://", "#"))] == []


def test_what_a_link_leads_to_is_in_the_repository(readme: str) -> None:
    own = re.compile(r"https://(?:github|raw\.githubusercontent)\.com/summbench/summbench/(.+)")
    places = [match[1] for target in _TARGET.findall(readme) if (match := own.match(target))]
    paths = {re.sub(r"^(?:blob/)?v[\d.]+/", "", place).partition("#")[0] for place in places}
    assert ".github/images/report.png" in paths and "docs/tutorials/ci.md" in paths
    assert [path for path in paths if not (CLONE / path).exists()] == []


def test_the_rest_of_the_text_is_that_of_the_repository(readme: str) -> None:
    own = (CLONE / "README.md").read_text("utf-8")
    assert _TARGET.sub("](x", readme) == _TARGET.sub("](x", own)
