"""The tables of a leaderboard, by the names of their files."""

from collections.abc import Callable, Mapping

from summbench.leaderboard.board import Leaderboard
from summbench.report.csv_format import comma_separated
from summbench.report.html.table import table_page
from summbench.report.latex import latex
from summbench.report.markdown import markdown

TABLES: Mapping[str, Callable[[Leaderboard], str]] = {
    "leaderboard.md": markdown,
    "leaderboard.csv": comma_separated,
    "leaderboard.tex": latex,
    "leaderboard.html": table_page,
}
