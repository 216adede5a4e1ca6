# %% [markdown]
# # A model and a metric of your own
#
# Both are plain classes. Here a model takes the sentences with the most numbers, and a metric asks
# how many of a reference's numbers a summary has. No network, no weights, a few seconds.

# %%
import re
from collections.abc import Iterator, Sequence

import summbench
from summbench import Article, Example, MetricInfo, Prediction

# %% [markdown]
# ## A model
#
# `summarise` gets articles, never references, and yields a prediction for each.


# %%
class MostNumbers:
    def __init__(self, sentences: int = 3) -> None:
        self.sentences = sentences

    def summarise(self, articles: Sequence[Article]) -> Iterator[Prediction]:
        for article in articles:
            sentences = re.split(r"(?<=[.!?])\s+", article.text)
            best = sorted(sentences, key=lambda s: -len(re.findall(r"\d+", s)))[: self.sentences]
            yield Prediction(article.id, "\n".join(s for s in sentences if s in best))


# %% [markdown]
# ## A metric
#
# `columns` says what each number means, and `signature` names everything that can change it. A
# number that is not defined is NaN; the table then says over how many articles a mean is.


# %%
class NumberRecall:
    signature = "number_recall|v:1"
    columns = {
        "recall": MetricInfo(
            "higher", "quality", frozenset({"references"}), "the reference has no number"
        )
    }

    def score(
        self, examples: Sequence[Example], summaries: Sequence[str]
    ) -> dict[str, list[float]]:
        return {"recall": [self._recall(e, s) for e, s in zip(examples, summaries, strict=True)]}

    def _recall(self, example: Example, summary: str) -> float:
        wanted = set(re.findall(r"\d+", " ".join(example.references)))
        return (
            len(wanted & set(re.findall(r"\d+", summary))) / len(wanted) if wanted else float("nan")
        )


# %% [markdown]
# ## Both in a run
#
# Names that ship and objects of your own go together. `primary` is the metric that sorts the table.

# %%
run = summbench.evaluate(
    models=["lead3", "textrank", {"most_numbers": MostNumbers()}],
    datasets="newsdesk",
    metrics=["rouge", {"numbers": NumberRecall()}],
    primary="numbers.recall",
    limit=20,
)
print(run.verdict)
run

# %% [markdown]
# ## Where they differ most
#
# Every score of every article is a row.

# %%
scores = run.scores.to_pandas().query("metric == 'numbers.recall'")
by_model = scores.pivot(index="article_id", columns="model", values="value").dropna()
gap = (by_model["most_numbers"] - by_model["lead3"]).sort_values()
print(f"better on {sum(gap > 0)} articles, worse on {sum(gap < 0)}")
by_model.loc[gap.index[-3:]]

# %% [markdown]
# More numbers, and yet fewer of the right words: another metric answers another question.

# %%
pairs = run.compare("rouge.rouge2_f").to_pandas()
print("pairs by ROUGE-2:", len(pairs))
pairs[["a", "b", "difference", "low", "high", "p_adjusted"]]
