"""A rater who is a script in the page: keys and clicks, one screen after the other."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.browser.chromium import Browser

CAPTURE = """
    window.saved = null;
    URL.createObjectURL = (blob) => {
        blob.text().then((text) => { window.saved = text; });
        return 'data:,';
    };
    HTMLAnchorElement.prototype.click = function () { window.savedAs = this.download; };
"""
# Each answer is given as a person gives it: the number of an option of the question that has the
# focus, a click on a word, Enter to go on. The page's own code does the rest.
_RATE = """
    const [answers, most] = arguments;
    const content = JSON.parse(document.getElementById('content').textContent);
    const key = (name) => (document.activeElement ?? document.body).dispatchEvent(
        new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true }));
    document.getElementById('guide').open = false;
    for (const { id } of content.items.slice(0, most)) {
        const answer = answers[id];
        if (content.design === 'spans') {
            const words = document.querySelectorAll('.word');
            for (const [first, last] of answer.spans) { words[first].click(); words[last].click(); }
            key('1');
        } else {
            for (const fieldset of document.querySelectorAll('fieldset')) {
                const inputs = [...fieldset.querySelectorAll('input')];
                const value = answer[fieldset.dataset.question];
                const place = inputs.findIndex((input) => input.value === value);
                inputs[0].focus();
                key(String(place + 1));
            }
        }
        document.getElementById('main').focus();
        key('Enter');
    }
"""


def rate(
    browser: Browser, page: Path, answers: Mapping[str, Mapping[str, Any]], most: int | None = None
) -> None:
    """Answer the first `most` screens of a rater's page."""
    browser.open(page)
    browser.js(_RATE, answers, len(answers) if most is None else most)


def save(browser: Browser) -> dict[str, Any]:
    """Press the button, and return what the file would have."""
    browser.js(CAPTURE)
    browser.one("#export").click()
    browser.until(lambda: browser.js("return window.saved") is not None)
    return dict(json.loads(browser.js("return window.saved")))


def wait_until_kept(browser: Browser) -> None:
    """Return when all that the page was told is on the disk."""
    browser.until(lambda: browser.js("return document.documentElement.dataset.kept") == "yes")
