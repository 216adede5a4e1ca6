"""Memory of input: files that stand for gigabytes, and a real one that is read row by row."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.bombs import BOMBS
from tests.commands import environment
from tests.performance.processes import Cost, measure

_SCORE = """
import subprocess, sys
done = subprocess.run([sys.executable, "-m", "summbench", "score", *sys.argv[1:]])
sys.exit(0 if done.returncode == 1 else 1)
"""
_READ = """
import sys
from pathlib import Path
from summbench.core.tabular import read_rows
assert sum(len(row["document"]) for _, row in read_rows(Path(sys.argv[1]))) > 2**30
"""
_ROWS, _GROUP, _WORDS = 400_000, 10_000, 500


def measure_bomb(name: str) -> tuple[float, Cost]:
    """MB on disk, and what `summbench score` takes to refuse the file."""
    with tempfile.TemporaryDirectory() as place:
        file = BOMBS[name][0](Path(place))
        cost = measure([sys.executable, "-c", _SCORE, file.name], Path(place), environment())
        return file.stat().st_size / 1e6, cost


def measure_large_file() -> tuple[float, Cost]:
    """MB on disk, and what reading the rows of a Parquet file with 1.2 GB of texts takes."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place, "large.parquet")
        schema = pa.schema([("document", pa.string())])
        with pq.ParquetWriter(path, schema) as writer:
            for start in range(0, _ROWS, _GROUP):
                texts = [f"{n} " + f"{n:x} " * _WORDS for n in range(start, start + _GROUP)]
                writer.write_table(pa.table({"document": texts}, schema=schema))
        cost = measure([sys.executable, "-c", _READ, path.name], Path(place), environment())
        return path.stat().st_size / 1e6, cost


def main() -> None:
    """Print the table."""
    print("| file | MB on disk | busy s | MB at most |\n| --- | --: | --: | --: |")
    rows = {name: measure_bomb(name) for name in BOMBS}
    rows["Parquet, 400,000 texts of 3 kB, all read"] = measure_large_file()
    for name, (size, cost) in rows.items():
        print(f"| {name} | {size:,.3f} | {cost.busy:.1f} | {cost.megabytes:,.0f} |", flush=True)


if __name__ == "__main__":
    main()
