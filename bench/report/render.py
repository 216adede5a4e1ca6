"""Every rendering of a leaderboard, by the name of its file."""

from collections.abc import Callable, Mapping

from bench.board import Leaderboard
from bench.report.comma_separated import comma_separated
from bench.report.interchange import to_json
from bench.report.latex import latex
from bench.report.markdown import markdown

RENDERINGS: Mapping[str, Callable[[Leaderboard], str]] = {
    "leaderboard.md": markdown,
    "leaderboard.csv": comma_separated,
    "leaderboard.tex": latex,
    "leaderboard.json": to_json,
}
