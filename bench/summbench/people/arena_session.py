"""An arena from its plan to its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

from summbench.core.judgements import PairJudge
from summbench.core.records import Progress
from summbench.people.arena import build_schedule, hold_arena, plan_arena
from summbench.people.arena_result import Arena, check_folder, write_arena
from summbench.people.arena_text import render_arena
from summbench.people.contest import Contest, Meeting
from summbench.people.corrected_preferences import correct_preferences
from summbench.people.human_choices import HumanChoices, select_choices
from summbench.people.judge_agreement import measure_agreement, score_raters
from summbench.store.atomic_files import check_writable


@dataclass(frozen=True, slots=True)
class ArenaSession:
    """A judge, the texts that it is asked about, and how many questions it may be asked."""

    run: str
    contest: Contest
    name: str
    judge: PairJudge
    is_stored: bool
    budget: int | None
    seed: int

    def plan(self) -> Arena:
        """Count what would be asked, and ask nothing."""
        contest = self.contest
        schedule = build_schedule(contest, self.judge.repeats, self.budget, self.seed)
        plan, n_stored = plan_arena(contest, self.judge, schedule)
        return Arena(
            run=self.run,
            dataset=contest.dataset,
            systems=contest.systems,
            excluded=contest.excluded,
            articles=len(contest.texts),
            of_articles=contest.of_articles,
            n_textless=contest.n_textless,
            judge=self.name,
            signature=self.judge.judge_signature,
            repeats=self.judge.repeats,
            is_stored=self.is_stored,
            seed=self.seed,
            budget=self.budget,
            plan=plan,
            n_stored=n_stored,
        )

    def hold(
        self, folder: Path | None, human: HumanChoices | None, resamples: int, progress: Progress
    ) -> Arena:
        """Ask the judge, hold it against people, and write the files to the folder.

        Raises: SummbenchError, if the folder has another arena, or people saw other summaries.
        """
        arena = self.plan()
        usable = None if human is None else select_choices(human, self.contest)
        if folder is not None:
            check_folder(folder, arena.signature, arena.dataset)
            check_writable(folder, "out=FOLDER (--out FOLDER)")
        schedule = build_schedule(self.contest, self.judge.repeats, self.budget, self.seed)
        label = f"{self.name} on {self.contest.dataset}"
        bout = hold_arena(
            self.contest, self.judge, schedule,
            label=label, resamples=resamples, seed=self.seed, progress=progress,
        )  # fmt: skip
        arena = replace(
            arena, verdicts=bout.verdicts, pairs=bout.pairs, preferences=bout.preferences
        )
        if usable is not None:
            raters = score_raters(usable.choices)
            arena = replace(
                arena,
                agreement=measure_agreement(bout.scores, raters, resamples, self.seed),
                corrected=correct_preferences(
                    bout.scores, _average(raters), self.contest.systems, resamples, self.seed
                ),
                left_out=usable.left_out,
            )
        if folder is not None:
            write_arena(arena, render_arena(arena), folder)
        return arena


def _average(raters: Mapping[str, Mapping[Meeting, float]]) -> dict[Meeting, float]:
    """The mean of all raters."""
    meetings = sorted({meeting for scores in raters.values() for meeting in scores})
    return {
        meeting: fmean(scores[meeting] for scores in raters.values() if meeting in scores)
        for meeting in meetings
    }
