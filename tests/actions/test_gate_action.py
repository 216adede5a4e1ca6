"""The composite action, step by step, in clones of a repository whose middle commit is worse."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.actions.forge import Forge, serve_forge
from tests.actions.runner import Job, Service, run_action
from tests.commands import run

pytestmark = pytest.mark.slow

_INPUTS = {
    "name": "words",
    "experiment": "guard",
    "config-dir": "my_configs",
    "allow-code": "tests",
}
_WORDS = (60, 15, 60)
_METRICS = ("rouge.rouge1_f", "rouge.rouge2_f", "rouge.rougeLsum_f", "chrf.chrf2")


def _git(folder: Path, *arguments: str) -> str:
    own = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(
        ["git", *own, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def _write_model(folder: Path, words: int) -> None:
    node = {"_target_": "tests.actions.models.FirstWords", "words": words}
    file = folder / "my_configs/model/first_words.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"first_words": node}), encoding="utf-8")


@dataclass(frozen=True)
class Repository:
    """Three commits; the first has the baseline, the second is worse, the third is as the first."""

    folder: Path
    commits: tuple[str, ...]

    def check_out(self, place: Path, number: int) -> Path:
        """A clone at the commit, as a runner gets it."""
        _git(self.folder, "clone", "-q", str(self.folder), str(place))
        _git(place, "checkout", "-q", self.commits[number])
        return place


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    folder = tmp_path_factory.mktemp("repository")
    _git(folder, "init", "-q", "-b", "main")
    guard = folder / "my_configs/experiment/guard.yaml"
    guard.parent.mkdir(parents=True)
    guard.write_text(
        "# @package _global_\n"
        "defaults:\n  - override /dataset: [newsdesk]\n  - override /model: [first_words]\n"
        "  - override /metric: [rouge, chrf]\n",
        encoding="utf-8",
    )
    (folder / ".gitignore").write_text("asked.txt\nresults/*\n!results/baseline\n", "utf-8")
    commits: list[str] = []
    for words in _WORDS:
        _write_model(folder, words)
        if not commits:
            options = ("--config-dir", "my_configs", "--allow-code", "tests", "experiment=guard")
            run(folder, "run", *options, "name=release")
            run(folder, "report", "results/release", "--baseline", "results/baseline")
        _git(folder, "add", "-A")
        _git(folder, "commit", "-q", "-m", f"{words} words")
        commits.append(_git(folder, "rev-parse", "HEAD"))
    return Repository(folder, tuple(commits))


@dataclass(frozen=True)
class Story:
    """What became of the three commits, one after the other, and of the second once more."""

    jobs: tuple[Job, ...]
    again: Job
    forge: Forge
    service: Service
    comments: tuple[str, ...]
    asked: tuple[int, ...]
    workspaces: tuple[Path, ...]


@pytest.fixture(scope="module")
def story(repository: Repository, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("runner")
    jobs: list[Job] = []
    comments: list[str] = []
    asked: list[int] = []
    workspaces: list[Path] = []
    with serve_forge() as forge:
        service = Service(folder, forge.address)
        for turn, number in enumerate((0, 1, 2, 1)):
            workspace = repository.check_out(folder / f"workspace-{turn}", number)
            if turn:  # which a job of the main branch commits
                shutil.copy(workspaces[-1] / "history.jsonl", workspace / "history.jsonl")
            workspaces.append(workspace)
            jobs.append(run_action(workspace, service, {**_INPUTS, "history": "history.jsonl"}))
            comments.append(forge.comments[-1]["body"])
            log = workspace / "asked.txt"
            asked.append(len(log.read_text("utf-8").splitlines()) if log.exists() else 0)
        yield Story(
            tuple(jobs[:3]), jobs[3], forge, service, tuple(comments), tuple(asked),
            tuple(workspaces),
        )  # fmt: skip


def test_the_job_ends_with_the_code_of_the_gate(story: Story) -> None:
    assert [job.code for job in story.jobs] == [0, 3, 0], story.jobs[1].log
    verdicts = [job.outputs["gate"]["verdict"] for job in story.jobs]
    assert verdicts == ["pass", "regressed", "pass"]
    assert story.jobs[1].outputs["gate"]["exit-code"] == "3"
    # the last step alone fails: comment and artifact are there all the same
    assert story.jobs[1].ran[-2:] == [
        "Comment on the pull request",
        "Exit with the code of the gate",
    ]


def test_one_comment_follows_the_pull_request(story: Story) -> None:
    assert len(story.forge.comments) == 1
    heads = [comment.splitlines()[:4] for comment in story.comments]
    assert heads[0] == [
        "<!-- summbench gate: words -->",
        "## Gate words: pass",
        "",
        "**None of 4 rows (model and metric) is worse by more than its margin.**",
    ]
    assert heads[1][1] == "## Gate words: regressed"
    assert "rows (model and metric) regressed: first\\_words in rouge" in heads[1][3]
    assert (
        "<https://github.example/news/summaries/actions/runs/4711#artifacts>" in story.comments[1]
    )
    assert "<del>" in story.comments[1]
    assert story.comments[2].splitlines()[1] == "## Gate words: pass"


def test_the_summary_of_the_job_has_the_same_text(story: Story) -> None:
    for job, comment in zip(story.jobs, story.comments, strict=False):
        gate, _, history = job.summary.partition("\n## History: ")
        assert gate.strip() == comment.partition("\n")[2].strip()
        assert history
    assert "::error title=summbench%3A regressed::" in story.jobs[1].log


def test_what_was_stored_is_not_predicted_again(story: Story) -> None:
    """The third commit has the summaries of the first, and the last is the second once more."""
    assert story.asked == (50, 50, 0, 0)
    assert len(story.service.caches) == 2
    saved = [("Store predictions and scores for the next run" in job.ran) for job in story.jobs]
    assert saved == [True, True, False]


def test_the_same_commit_again_says_the_same(story: Story) -> None:
    assert story.again.code == 3
    assert story.comments[3] == story.comments[1]


def test_the_history_names_the_middle_commit(story: Story, repository: Repository) -> None:
    middle = repository.commits[1]
    reports = [place / "gate-report/words" for place in story.workspaces]
    found = json.loads((reports[1] / "history.json").read_text("utf-8"))
    assert found["verdict"] == "regressed"
    assert {row["since"] for row in found["rows"]} == {middle[:7]}
    # the third is as the first again: nothing is lower now, and the page still says what was
    assert json.loads((reports[2] / "history.json").read_text("utf-8"))["verdict"] == "pass"
    assert f"surely lower at commit {middle[:7]}" in (reports[2] / "history.html").read_text(
        "utf-8"
    )
    assert f"surely lower at commit {middle[:7]}" in story.jobs[2].summary
    assert "history.jsonl" in story.service.artifacts["gate-words"]


def test_the_same_commit_again_is_the_same_evidence(story: Story) -> None:
    lines = [
        (place / "history.jsonl").read_text("utf-8").splitlines() for place in story.workspaces
    ]
    assert [len(of_turn) for of_turn in lines] == [1, 2, 3, 3]
    assert lines[3] == lines[2]


def test_the_artifact_has_the_reports(story: Story) -> None:
    [(name, files)] = story.service.artifacts.items()
    assert name == "gate-words"
    own = {file for file in files if file.startswith("gate-report/words/")}
    assert {Path(file).name for file in own} >= {
        "comment.md", "gate.json", "index.html", "junit.xml", "code-quality.json",
    }  # fmt: skip
    assert "results/words/report/index.html" in files


def _try(
    repository: Repository, folder: Path, number: int, inputs: Mapping[str, str], *,
    writable: bool = True, pull_request: int | None = 7,
) -> tuple[Job, list[str]]:  # fmt: skip
    """A job of its own, and the comments that it left."""
    with serve_forge() as forge:
        forge.writable = writable
        service = Service(folder, forge.address)
        workspace = repository.check_out(folder / "workspace", number)
        job = run_action(workspace, service, {**_INPUTS, **inputs}, pull_request=pull_request)
        return job, forge.list_bodies()


def test_a_fork_has_no_comment_and_the_verdict_all_the_same(
    repository: Repository, tmp_path: Path
) -> None:
    job, comments = _try(repository, tmp_path, 1, {}, writable=False)
    assert (job.code, comments) == (3, [])
    assert "::notice title=summbench gate::There is no comment" in job.log
    assert "## Gate words: regressed" in job.summary


def test_a_push_is_judged_without_a_comment(repository: Repository, tmp_path: Path) -> None:
    job, comments = _try(repository, tmp_path, 0, {"artifact": "false"}, pull_request=None)
    assert (job.code, comments) == (0, [])
    assert "Comment on the pull request" not in job.ran
    assert "Upload the reports" not in job.ran


def test_margins_and_overrides_are_lists_of_lines(repository: Repository, tmp_path: Path) -> None:
    inputs = {
        "margins": "".join(f"{metric}=0.9\n" for metric in _METRICS),
        "overrides": "limit=50\nmodel.first_words.words=14\n",
    }
    job, comments = _try(repository, tmp_path, 1, inputs)
    assert job.code == 0, job.log
    assert "margin is 90.00" in comments[0]


@pytest.mark.parametrize(
    ("inputs", "code", "said"),
    [
        ({"experiment": "gard"}, 1, "summbench run` ended with exit code 1"),
        ({"baseline": "results/nowhere"}, 1, "summbench compare` ended with exit code 1"),
        ({"margins": "rouge.rouge9_f=0.1"}, 1, "summbench compare` ended with exit code 1"),
        ({"overrides": "dataset=[newsdesk_brief]"}, 2, "## Gate words: not comparable"),
        # what stands in an input is a value, and no command
        ({"overrides": "$(touch hacked)\n`touch hacked`; touch hacked"}, 1, "run` ended with"),
    ],
)  # fmt: skip
def test_a_job_without_a_verdict_says_so_in_place_of_the_old_comment(
    repository: Repository, tmp_path: Path, inputs: dict[str, str], code: int, said: str
) -> None:
    job, [comment] = _try(repository, tmp_path, 0, inputs)
    assert job.code == code, job.log
    assert comment.startswith("<!-- summbench gate: words -->\n")
    assert said in comment
    assert "Traceback" not in job.log
    assert not [*tmp_path.rglob("hacked")]


def test_a_name_that_is_no_name_is_refused(repository: Repository, tmp_path: Path) -> None:
    workspace = repository.check_out(tmp_path / "workspace", 0)
    for name in ("../up", "a b", "-x", "a--b"):
        job = run_action(workspace, Service(tmp_path), {**_INPUTS, "name": name, "comment": "no"})
        assert job.code == 1
        assert "a name has letters, digits" in job.log
