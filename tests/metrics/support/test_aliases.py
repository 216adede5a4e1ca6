"""The file of reviewed spellings."""

from __future__ import annotations

from pathlib import Path

import pytest

from summbench.core.errors import SummbenchError
from summbench.metrics.support.aliases import read_aliases


def test_a_name_that_comes_twice_is_refused(tmp_path: Path) -> None:
    # json.loads would keep the second list only, and the first spelling would be a false alarm.
    path = tmp_path / "aliases.json"
    path.write_text('{"Orlo": ["Orlow"], "Orlo": ["Orla"]}')
    with pytest.raises(SummbenchError, match="the key 'Orlo' comes twice in one object"):
        read_aliases(str(path))
