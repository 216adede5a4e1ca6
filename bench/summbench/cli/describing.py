"""A page for each dataset of one article, in place of statistics that one article can't have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from summbench.core.records import Kind
from summbench.datasets.description import DatasetStatistics
from summbench.evaluation.chunks import Chunk
from summbench.runs import files

if TYPE_CHECKING:
    from summbench.analysis.robustness.trials import Trial
    from summbench.analysis.single_article import Description


@dataclass(slots=True)
class Descriptions:
    """Gathers the datasets of a single article while a run goes on."""

    statistics: Mapping[str, DatasetStatistics]
    kinds: Mapping[str, Kind]
    found: list[Description] = field(default_factory=list)

    def add(self, chunk: Chunk) -> None:
        """The only article of each such dataset in the chunk."""
        single = [name for name in chunk.examples if self.statistics[name].n_articles == 1]
        if single:
            from summbench.analysis.single_article import described

            self.found += [described(chunk, name, self.kinds) for name in single]

    @property
    def say_all(self) -> bool:
        """Whether there is no other dataset, so that the page says more than a leaderboard."""
        return len(self.found) == len(self.statistics)

    def tables(self, trials: Sequence[Trial]) -> dict[str, str]:
        """File name -> content; empty where every dataset has more articles."""
        if not self.found:
            return {}
        from summbench.report.descriptions import markdown

        pages = [
            markdown(replace(d, trials=[t for t in trials if t.dataset == d.dataset]))
            for d in self.found
        ]
        return {files.ARTICLE_PAGE: "\n".join(pages)}
