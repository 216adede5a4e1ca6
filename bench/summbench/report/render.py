"""Every text file of a finished run, by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from summbench.analysis.robustness.trials import Robustness
from summbench.analysis.single_article import SingleArticleReport
from summbench.leaderboard.board import Leaderboard
from summbench.leaderboard.serialization import to_json
from summbench.report.csv_format import render_csv
from summbench.report.html.table import render_table_page
from summbench.report.latex import render_latex
from summbench.report.macro import render_macro_csv
from summbench.report.markdown import render_markdown
from summbench.report.robustness import ROBUSTNESS_FORMATS
from summbench.report.single_article import render_single_articles
from summbench.runs import files

LEADERBOARD_FORMATS: Mapping[str, Callable[[Leaderboard], str]] = {
    files.LEADERBOARD_MARKDOWN: render_markdown,
    files.LEADERBOARD_CSV: render_csv,
    files.LEADERBOARD_LATEX: render_latex,
    files.LEADERBOARD_HTML: render_table_page,
}


def render_leaderboard(board: Leaderboard) -> dict[str, str]:
    """The leaderboard's tables; file name -> content."""
    texts = {name: render(board) for name, render in LEADERBOARD_FORMATS.items()}
    if board.macro is not None:
        texts[files.BOARD_CSV] = render_macro_csv(board, board.macro)
    return texts


def render_run(
    board: Leaderboard,
    robustness: Robustness | None = None,
    single_articles: Sequence[SingleArticleReport] = (),
) -> dict[str, str]:
    """Every text file of a finished run but run.json; file name -> content."""
    texts = render_leaderboard(board)
    texts[files.LEADERBOARD] = to_json(board)
    if robustness is not None:
        texts |= {name: render(robustness) for name, render in ROBUSTNESS_FORMATS.items()}
    if single_articles:
        trials = () if robustness is None else robustness.trials
        texts[files.ARTICLE_PAGE] = render_single_articles(single_articles, trials)
    return texts
