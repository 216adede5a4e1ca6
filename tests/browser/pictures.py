"""`python -m tests.browser.pictures RUN`: the README's pictures of a run, in .github/images.

What a terminal shows, the report's first page, and the table of a paper. It needs Chromium with its
driver, pdflatex and pdftoppm.
"""

from __future__ import annotations

import html
import io
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageChops

from summbench.report.latex import render_latex
from summbench.report.terminal.run import format_run
from summbench.runs import files
from summbench.runs.run import RunData
from tests.browser.chromium import Browser, started
from tests.commands import CLONE

_FOLDER = CLONE / ".github" / "images"
_COLORS = 64
_COLUMNS = 80
_REPORT_SIZE = (1100, 760)
_RESOLUTION = 220
_MARGIN = 24
_SCREEN = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; background: #16181d; }}
pre {{ margin: 0; padding: 1.2em 1.5em; width: {columns}ch; color: #e4e6eb;
       font: 15px/1.38 "DejaVu Sans Mono", monospace; }}
b {{ color: #8fd6a0; font-weight: normal; }}
</style><pre><b>$ {command}</b>\n{text}</pre>"""
_ARTICLE = r"""\documentclass[twocolumn]{article}
\usepackage[T1]{fontenc}
\usepackage{lmodern,booktabs}
\pagestyle{empty}
\begin{document}
%s
\end{document}
"""


def _write(image: Image.Image, name: str) -> None:
    path = _FOLDER / name
    image.convert("RGB").quantize(_COLORS).save(path, optimize=True)
    sys.stdout.write(
        f"{path.name}: {image.width} x {image.height}, {path.stat().st_size / 1000:.0f} kB\n"
    )


def _draw_terminal(browser: Browser, run: RunData, command: str, folder: Path) -> Image.Image:
    text = html.escape(format_run(run.leaderboard, run.path, _COLUMNS))
    page = folder / "terminal.html"
    page.write_text(_SCREEN.format(columns=_COLUMNS, command=command, text=text), "utf-8")
    browser.show(page)
    browser.driver.set_window_size(900, int(browser.js("return document.body.scrollHeight")) + 200)
    return Image.open(io.BytesIO(browser.one("pre").screenshot_as_png))


def _draw_report(browser: Browser, run: RunData) -> Image.Image:
    browser.driver.set_window_size(_REPORT_SIZE[0], _REPORT_SIZE[1] + 200)
    browser.open((run.path / files.REPORT_INDEX).resolve())
    browser.js("document.documentElement.style.overflow = 'hidden'")
    picture = Image.open(io.BytesIO(browser.driver.get_screenshot_as_png()))
    return picture.crop((0, 0, picture.width, min(picture.height, _REPORT_SIZE[1])))


def _draw_paper(run: RunData, folder: Path) -> Image.Image:
    (folder / "paper.tex").write_text(_ARTICLE % render_latex(run.leaderboard), "utf-8")
    for command in (
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "paper.tex"],
        ["pdftoppm", "-r", str(_RESOLUTION), "-png", "-singlefile", "paper.pdf", "paper"],
    ):
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    page = Image.open(folder / "paper.png").convert("RGB")
    content = ImageChops.difference(page, Image.new("RGB", page.size, "white")).getbbox()
    assert content is not None
    left, top, right, bottom = content
    return page.crop((left - _MARGIN, top - _MARGIN, right + _MARGIN, bottom + _MARGIN))


def main(folder: Path, command: str = "summbench run") -> None:
    """Draw all three; `command` is what the terminal shows above the output."""
    run = RunData.open(folder)
    programs = [shutil.which("chromium"), shutil.which("chromedriver")]
    driver = started(*(Path(str(program)) for program in programs))
    try:
        with TemporaryDirectory() as scratch:
            browser = Browser(driver)
            _write(_draw_terminal(browser, run, command, Path(scratch)), "terminal.png")
            _write(_draw_report(browser, run), "report.png")
            _write(_draw_paper(run, Path(scratch)), "paper.png")
    finally:
        driver.quit()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
