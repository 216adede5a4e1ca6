"""What a merged run is made of, and what of it is taken on trust."""

from __future__ import annotations

from collections.abc import Sequence

from summbench.report.markdown import escape_markdown, format_table
from summbench.runs.records import SourceRecord
from summbench.runs.schema import RunMetadata

_HASH = 12


def describe_sources(metadata: RunMetadata) -> list[str]:
    """Sentences: what was replayed, what is taken on trust, and what was told apart."""
    sources = metadata.sources or []
    replayed = [source for source in sources if source.replay is not None]
    trusted = [source.name for source in sources if source.replay is None]
    sentences = [f"Replayed here: {source.name} ({source.replay})." for source in replayed]
    if trusted:
        sentences.append(
            f"{', '.join(trusted)}: the files are unchanged (checksums match), but the scores were "
            "not recomputed."
        )
    if any(source.kind == "bundle" for source in sources) and not replayed:
        sentences.append("Bundles can be scored again first: summbench merge --replay.")
    return [*sentences, *(metadata.notes or [])]


def render_sources(metadata: RunMetadata) -> str:
    """The page `sources.md`: one row a run, and the sentences."""
    rows = [_list_cells(source) for source in metadata.sources or []]
    headings = [
        "run",
        "kind",
        "finished",
        "summbench commit",
        "sha256 of run.json",
        "models",
        "scores",
    ]
    lines = "\n".join(f"- {escape_markdown(line)}" for line in describe_sources(metadata))
    title = f"# What {escape_markdown(metadata.name)} is made of"
    return f"{title}\n\n{format_table(headings, rows, len(headings))}\n\n{lines}\n"


def _list_cells(source: SourceRecord) -> Sequence[str]:
    commit = "-" if source.git is None else source.git.commit[:_HASH] + "+" * source.git.dirty
    trust = "on trust" if source.replay is None else "replayed"
    cells = (
        source.name, source.kind, source.finished, commit, source.sha256[:_HASH],
        ", ".join(source.models.values()), trust,
    )  # fmt: skip
    return [escape_markdown(cell) for cell in cells]
