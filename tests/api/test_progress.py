"""Where standard error is no terminal, a log shows that a run is alive."""

from __future__ import annotations

import io

from rich.console import Console

from summbench.api.progress import LogLines, show_progress


def test_a_log_has_a_line_at_the_start_each_minute_and_at_the_end() -> None:
    out, now = io.StringIO(), 0.0
    lines = LogLines(Console(file=out), lambda: now)
    times = (("slow", 0, 0), ("slow", 30, 1), ("slow", 61, 2), ("slow", 62, 3), ("slow", 90, 4))
    for label, now, done in times:  # noqa: B007
        lines.update(label, done, 4)
    lines.update("quick", 0, 50)
    lines.update("quick", 50, 50)
    lines.update("empty", 0, 0)
    assert out.getvalue().splitlines() == [
        "slow: 0 of 4", "slow: 2 of 4, 61 s", "slow: 4 of 4, 90 s", "quick: 0 of 50",
    ]  # fmt: skip


def test_a_label_that_comes_again_has_a_line_again_and_none_is_broken() -> None:
    out = io.StringIO()
    label = "a-model-with-a-very-long-name " * 5 + "\x1b[31m"
    with show_progress(Console(file=out, width=40)) as update:
        for _ in range(2):
            update(label, 0, 9)
            update(label, 9, 9)
    assert len(out.getvalue().splitlines()) == 2 and "\x1b" not in out.getvalue()
