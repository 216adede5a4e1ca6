"""A headless Chromium, and what it says of the pages that it shows."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

_FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
_PATIENCE = 60
"""Seconds for what takes a fraction of one: a busy machine fails no test."""


def started(chromium: Path, chromedriver: Path, profile: Path | None = None) -> webdriver.Chrome:
    """A browser that logs its console and every request; without a profile it keeps nothing."""
    options = webdriver.ChromeOptions()
    options.binary_location = str(chromium)
    for flag in _FLAGS:
        options.add_argument(flag)
    if profile is not None:
        options.add_argument(f"--user-data-dir={profile}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options=options, service=Service(str(chromedriver)))


class Browser:
    """A page in the browser, by CSS selectors."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver
        self._folder = ""
        self._errors: list[str] = []
        self._requested: dict[str, str] = {}

    def forget(self) -> None:
        """An empty page, the logs of the test before read away."""
        self.driver.get("about:blank")
        self.system_theme("light")
        self._read_logs()
        self._errors, self._requested = [], {}

    def open(self, page: Path, hash_: str = "") -> None:
        """The file, and wait until its data is drawn; the logs are of this folder from here on."""
        self._folder = page.parent.as_uri()
        self.driver.get("about:blank")  # so that another hash is another visit
        self.driver.get(page.as_uri() + hash_)
        self.until(lambda: self.js("return document.documentElement.dataset.ready") == "yes")

    def show(self, page: Path) -> None:
        """A page that is one file and has no script."""
        self._folder = page.parent.as_uri()
        self.driver.get(page.as_uri())

    def js(self, script: str, *arguments: object) -> Any:
        return self.driver.execute_script(script, *arguments)

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def text(self, selector: str) -> str:
        return str(self.one(selector).text)

    def texts(self, selector: str) -> list[str]:
        """As they stand in the document, whether they can be seen or not."""
        found = "return [...document.querySelectorAll(arguments[0])].map((e) => e.textContent)"
        return list(self.js(found, selector))

    def until(self, holds: Callable[[], bool]) -> None:
        WebDriverWait(self.driver, _PATIENCE, 0.02).until(lambda _: holds())

    def choose(self, selector: str, value: str) -> None:
        """As a user chooses from a list."""
        change = (
            "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('change'))"
        )
        self.js(change, self.one(selector), value)

    def press(self, *keys: str) -> None:
        self.driver.switch_to.active_element.send_keys(*keys)

    def system_theme(self, name: str) -> None:
        """What the operating system wishes: light or dark."""
        features = [{"name": "prefers-color-scheme", "value": name}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def _log(self, kind: str) -> list[dict[str, Any]]:
        return list(self.driver.get_log(kind))  # type: ignore[no-untyped-call]

    def _read_logs(self) -> None:
        for entry in self._log("browser"):
            if entry["level"] in {"SEVERE", "WARNING"}:
                self._errors.append(entry["message"])
        for entry in self._log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                self._requested[message["params"]["requestId"]] = message["params"]["request"][
                    "url"
                ]
            elif message["params"].get("blockedReason") == "csp":
                self._requested.pop(message["params"]["requestId"], None)  # it was never sent

    def errors(self) -> list[str]:
        """What the console has of errors and warnings."""
        self._read_logs()
        return self._errors

    def strangers(self) -> list[str]:
        """Requests for anything but files of the folder and data: addresses."""
        self._read_logs()
        own = (f"{self._folder}/", "data:", "about:")
        return [url for url in self._requested.values() if not url.startswith(own)]

    def requested(self) -> list[str]:
        """The names of the files that were asked for, below the folder."""
        self._read_logs()
        return [url.removeprefix(f"{self._folder}/") for url in self._requested.values()]
