"""What may differ between two numbers that are both called ROUGE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FAMILIES: Mapping[str, Sequence[str]] = {
    "ROUGE-1": ("rouge1",),
    "ROUGE-2": ("rouge2",),
    "ROUGE-L": ("rougeLsum", "rougeL"),
}
AGGREGATES = ("mean of F", "F of means", "bootstrap median")
AS_WRITTEN = "line breaks as written"
UNSTEMMED, STEMMED, STEMMED_155 = "unstemmed", "stemmed", "stemmed by ROUGE-1.5.5 -m"


@dataclass(frozen=True, slots=True)
class Convention:
    """One way to a system's ROUGE; `splitter` and `multi` are empty where they change nothing."""

    kind: str
    stemming: str
    splitter: str
    multi: str
    aggregate: str

    def __str__(self) -> str:
        sentences = f"Lsum by {self.splitter}" if self.splitter else ""
        parts = (
            self.stemming,
            "L" if self.kind == "rougeL" else sentences,
            self.multi and f"references: {self.multi}",
            self.aggregate,
        )
        return ", ".join(filter(None, parts))


def list_harnesses(convention: Convention) -> list[str]:
    """Name the harnesses whose defaults these are, as read in their sources.

    evaluate 0.4.7.dev0 (a7dd338), metrics/rouge/rouge.py. torchmetrics 1.9.0,
    functional/text/rouge.py; its Lsum needs nltk's punkt and is not computed here. lighteval
    0.13.1.dev0 (3fd1526), ROUGE in metrics/metrics_sample.py. lm-eval 0.4.13.dev0 (4e7e0d4),
    tasks/cnn_dailymail/utils.py, which has one reference and no Lsum. ROUGE-1.5.5 rounds to five
    digits besides.
    """
    c = convention
    is_mean_of_f, is_as_written = c.aggregate == "mean of F", c.splitter in ("", AS_WRITTEN)
    is_no_lsum, is_best_reference = c.kind != "rougeLsum", c.multi in ("", "max-f")
    is_plain = c.stemming == UNSTEMMED
    matches = {
        "evaluate 0.4": is_plain
        and is_as_written
        and is_best_reference
        and c.aggregate == "bootstrap median",
        "torchmetrics 1.9": is_plain and is_no_lsum and is_best_reference and is_mean_of_f,
        "lighteval 0.13": is_plain and is_as_written and c.multi in ("", "mean") and is_mean_of_f,
        "lm-eval 0.4.13": c.stemming == STEMMED and is_no_lsum and not c.multi and is_mean_of_f,
        "ROUGE-1.5.5": is_plain
        and c.kind != "rougeL"
        and is_as_written
        and c.multi in ("", "pooled")
        and is_mean_of_f,
        "ROUGE-1.5.5 -m": c.stemming == STEMMED_155 and is_mean_of_f,
    }
    return [name for name, is_match in matches.items() if is_match]
