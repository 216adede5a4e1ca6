"""What an error says fits a screen, whatever it quotes."""

from __future__ import annotations

from summbench.core.errors import SummbenchError


def test_the_middle_of_an_enormous_sentence_is_left_out_and_counted() -> None:
    text = str(SummbenchError(f"x is {'9' * 1_000_000}; expected a number."))
    assert text.startswith("x is 9") and text.endswith("9; expected a number.")
    assert len(text) < 5_100
    assert "(995,025 characters are left out here)" in text  # 1,000,000 + 25 around it - 5,000
