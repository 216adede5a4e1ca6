"""The tables of a leaderboard, by the names of their files."""

from collections.abc import Callable, Mapping

from bench.leaderboard.board import Leaderboard
from bench.report.comma_separated import comma_separated
from bench.report.html.table import table_page
from bench.report.latex import latex
from bench.report.markdown import markdown

TABLES: Mapping[str, Callable[[Leaderboard], str]] = {
    "leaderboard.md": markdown,
    "leaderboard.csv": comma_separated,
    "leaderboard.tex": latex,
    "leaderboard.html": table_page,
}
