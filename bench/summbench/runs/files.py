"""The name of every file of a results folder; no other module spells one."""

RUN = "run.json"
LEADERBOARD = "leaderboard.json"
SCORES = "scores.parquet"
PREDICTIONS = "predictions.parquet"
EVIDENCE = "evidence.parquet"
"""Only if a metric gave any: what a judge replied, for one."""
EXAMPLES = "examples.parquet"
REPEATS = "repeats.parquet"
"""Only with repeats: every output of the models that have several an article."""

LEADERBOARD_MARKDOWN = "leaderboard.md"
LEADERBOARD_CSV = "leaderboard.csv"
LEADERBOARD_LATEX = "leaderboard.tex"
LEADERBOARD_HTML = "leaderboard.html"
LEADERBOARD_RENDERINGS = (
    LEADERBOARD_MARKDOWN,
    LEADERBOARD_CSV,
    LEADERBOARD_LATEX,
    LEADERBOARD_HTML,
)

BOARD_CSV = "board.csv"
"""Only of a run with several datasets: one row a model."""

ROBUSTNESS = "robustness.json"
ROBUSTNESS_MARKDOWN = "robustness.md"
ROBUSTNESS_CSV = "robustness.csv"
ROBUSTNESS_FILES = (ROBUSTNESS, ROBUSTNESS_MARKDOWN, ROBUSTNESS_CSV)
"""Only of a run with perturbations."""
ARTICLE_PAGE = "article.md"
"""Only of a run with a dataset of a single article."""

SOURCES = "sources.md"
"""Only of a merged run: the runs that it is made of."""

README = "README.md"
"""Only of a baseline."""
REFERENCES = "references.jsonl"
"""Only in a bundle: the references, and the article texts if they were wanted."""
MANIFEST = "MANIFEST.json"
"""Only in a bundle: the checksum of each member."""

REPORT_FOLDER = "report"
INDEX_PAGE = "index.html"
ARTICLES_PAGE = "articles.html"
DATASETS_PAGE = "datasets.html"
"""Only of a run on several datasets."""
ROBUSTNESS_PAGE = "robustness.html"
SINGLE_ARTICLE_PAGE = "article.html"
SOURCES_PAGE = "sources.html"
"""Only of a run that has the Markdown page of that name."""
REPORT_INDEX = f"{REPORT_FOLDER}/{INDEX_PAGE}"
PLOTS_FOLDER = "plots"
EXPORT_FOLDER = "export"

REQUIRED = (LEADERBOARD, SCORES, PREDICTIONS)
"""Of every run and baseline; run.json has their checksums."""
CHECKSUMMED = (*REQUIRED, REPEATS, ROBUSTNESS)
OPTIONAL_TEXTS = (BOARD_CSV, SOURCES, *ROBUSTNESS_FILES, ARTICLE_PAGE)
"""Written by some runs; a run without them removes those of an earlier run."""


def name_shard(number: int | str, count: int | str) -> str:
    """Return the file that a finished shard leaves, as `shard-2-of-8.json`."""
    return f"shard-{number}-of-{count}.json"


def name_bundle(folder: str) -> str:
    """Return the default file name of the bundle of a results folder."""
    return f"{folder}.bundle.zip"
