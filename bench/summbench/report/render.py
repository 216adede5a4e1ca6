"""The tables of a leaderboard, by the names of their files."""

from collections.abc import Callable, Mapping

from summbench.leaderboard.board import Leaderboard
from summbench.report.csv_format import comma_separated
from summbench.report.html.table import table_page
from summbench.report.latex import latex
from summbench.report.markdown import markdown
from summbench.runs import files

TABLES: Mapping[str, Callable[[Leaderboard], str]] = {
    files.LEADERBOARD_MARKDOWN: markdown,
    files.LEADERBOARD_CSV: comma_separated,
    files.LEADERBOARD_LATEX: latex,
    files.LEADERBOARD_HTML: table_page,
}
