"""The gate's comment by GitHub's own Markdown (cmark-gfm), at the widths of two windows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.chromium import Browser
from tests.browser.test_gate_comment import build_page

pytest.importorskip("cmarkgfm")


@pytest.mark.parametrize("width", [900, 1400])
def test_nothing_is_wider_than_the_comment_and_the_verdict_is_first(
    browser: Browser, tmp_path: Path, width: int
) -> None:
    from cmarkgfm import github_flavored_markdown_to_html
    from cmarkgfm.cmark import Options

    def render(text: str) -> str:
        return str(github_flavored_markdown_to_html(text, Options.CMARK_OPT_UNSAFE))

    browser.driver.set_window_size(width, 1200)
    browser.show(build_page(tmp_path, render=render))
    assert browser.js("return document.querySelector('main').firstElementChild.innerText") == (
        "Gate: regressed"
    )
    assert browser.js(
        "return [...document.querySelectorAll('main *')]"
        ".filter(e => e.getBoundingClientRect().right > 900).length"
    ) == 0  # fmt: skip
    assert browser.texts("details del") == ["high"]
    assert browser.texts("details ins") == ["low"]
    assert browser.js("return [...document.querySelectorAll('details')].some(d => d.open)") is False
    assert len(browser.all("main > ul:first-of-type > li")) == 1  # six rows, one reason
