"""The check for GPUs on tiny checkpoints, on the CPU; and that closed models leave no weights."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import pytest
import torch

from tests import tiny
from tests.performance import gpu
from tests.performance.__main__ import README, replace_part
from tests.performance.gpu_checkpoints import REAL, TINY, Checkpoints
from tests.performance.gpu_checks import Row
from tests.performance.gpu_memory import limit_rows

pytestmark = pytest.mark.model
_PARTS = gpu.list_parts(Checkpoints(Path("nowhere"), TINY, "cpu"))


@pytest.mark.slow
def test_every_check_holds_on_tiny_checkpoints(tmp_path: Path) -> None:
    """Throughput and bfloat16's outputs promise nothing; all else does."""
    parts = gpu.list_parts(Checkpoints(tmp_path, TINY, "cpu"))
    rows = {part: row for part, row, _ in gpu.run_parts(parts, budget=600)}
    assert [(part, row) for part, row in rows.items() if row.holds is False] == []
    assert {part[::2] for part, row in rows.items() if row.holds is None} == {
        ("throughput", "float32"),
        ("throughput", "bfloat16"),
        ("batches, order, padding", "bfloat16"),
    }


@pytest.mark.parametrize("family", ["bart", "llama"])
def test_a_closed_model_leaves_no_weights(family: str, tmp_path: Path) -> None:
    """Whenever Python would collect garbage by itself."""
    model = tiny.summariser(tiny.checkpoint(tmp_path, family), family)
    gc.disable()
    try:
        tiny.summarise(model, tiny.ARTICLES[:2])
        weights = weakref.ref(model._checkpoint.get().model)
        model.close()
        assert weights() is None
    finally:
        gc.enable()


def test_what_there_is_no_time_for_is_named() -> None:
    rows = list(gpu.run_parts(_PARTS, budget=-1.0))
    assert [part for part, _, _ in rows] == list(_PARTS)
    assert {row.result for _, row, _ in rows} == {"left out: no time"}


def test_a_check_that_fails_is_a_row_and_the_next_one_is_run() -> None:
    def fail() -> Row:
        raise RuntimeError("CUDA error:\n  a | b")

    parts = {("one", "bart", "float32"): fail, ("two", "llama", "float32"): lambda: Row("2", True)}
    failed, done = gpu.run_parts(parts, budget=60)
    line = gpu.format_row(*failed, REAL.names)
    assert line.startswith(
        "| one | BART-large | float32 | failed: RuntimeError: CUDA error: a \\| b | NO | "
    )
    assert gpu.format_row(*done, REAL.names).startswith("| two | Llama 1.1B | float32 | 2 | yes | ")


def test_rows_beyond_the_limit_run_out_of_memory() -> None:
    model = torch.nn.Identity()
    model.forward = lambda input_ids: input_ids  # type: ignore[method-assign, assignment]
    with limit_rows(model, 2) as rows:
        model(input_ids=torch.ones(2, 5))
        with pytest.raises(torch.OutOfMemoryError):
            model(input_ids=torch.ones(3, 5))
    assert rows == [2, 3]
    model(input_ids=torch.ones(3, 5))


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_nothing_is_written_without_a_gpu(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        gpu.main(["--write"])
    assert "no GPU here" in capsys.readouterr().err


def test_the_readme_has_a_place_for_the_table() -> None:
    assert "NEW" in replace_part(README.read_text(encoding="utf-8"), "gpu", "NEW")
