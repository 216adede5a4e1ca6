# %% [markdown]
# # First steps with summbench
#
# Which summariser is better on your articles, by how much, and can the difference be trusted?
# This page needs no network and no weights, and takes a few seconds.

# %%
from pathlib import Path
from tempfile import mkdtemp

import pandas as pd

import summbench

files_before = sorted(Path.cwd().iterdir())
articles = pd.DataFrame(
    [
        {
            "id": "dam",
            "document": "The dam above Torvik held through the night. Rain fell for six hours. "
            "Two hundred people had left their homes on Monday. Engineers found no crack. "
            "The road to the valley opens again on Thursday.",
            "references": ["The dam at Torvik held and 200 people can go home."],
        },
        {
            "id": "ferry",
            "document": "A ferry with forty passengers ran aground off Holm on Sunday. Nobody was "
            "hurt. Two fishing boats took the passengers ashore. The captain had been told of the "
            "sandbank. The coastguard has opened an inquiry.",
            "references": ["Forty people were rescued unhurt from a ferry aground off Holm."],
        },
        {
            "id": "bread",
            "document": "Bread will cost a tenth more from March. The price of wheat has doubled "
            "in a year. Bakers say that they cannot wait. The city gives poor families vouchers. "
            "The mills made a record profit.",
            "references": ["Bread becomes ten per cent dearer because wheat costs twice as much."],
        },
        {
            "id": "school",
            "document": "The school in Ness closes in June. Only nine pupils are left. Parents "
            "collected 800 signatures against it. The council voted by 12 to 11. A bus will take "
            "the children to Vik.",
            "references": ["Ness loses its school of nine pupils by one vote."],
        },
        {
            "id": "final",
            "document": "Vik won the cup final against Holm by three goals to two. The winner fell "
            "in the last minute. Holm had led twice. Six thousand watched. It is the first title "
            "for Vik since 1988.",
            "references": ["Vik beat Holm 3-2 for its first cup since 1988."],
        },
    ]
)

# %% [markdown]
# ## Evaluate
#
# A model is a name that ships, a hub id, a folder of weights, or any function from text to summary.
# A dataset is a name, a file, a DataFrame or a list. The run shows itself as a table, with a
# verdict in words and with warnings about numbers that could mislead.

# %%
models = ["lead1", "lead3", {"first_words": lambda text: " ".join(text.split()[:12])}]
run = summbench.evaluate(models, {"local_news": articles}, limit=4)
print(run.verdict)
run

# %% [markdown]
# ## Every number
#
# `run.scores` has one row for each model, metric and article; `run.predictions` has the summaries,
# and `run.comparisons` each pair of models.

# %%
scores = run.scores.to_pandas()
assert not scores.duplicated(["dataset", "model", "metric", "article_id"]).any()
print(f"{len(scores)} numbers")
scores.query("metric == 'rouge.rouge2_f'")

# %% [markdown]
# Nothing was written so far: a run is saved when you say so.

# %%
assert sorted(Path.cwd().iterdir()) == files_before
results = Path(mkdtemp())  # in your project: a folder such as results/first
run.save(results / "first")
print("saved:", sorted(path.name for path in (results / "first").iterdir()))

# %% [markdown]
# ## Compare with an earlier run
#
# Change a model, run it on the same articles, and ask whether it became worse. The verdict is pass,
# improved, regressed, inconclusive or not comparable.

# %%
baseline = summbench.load(results / "first")
models[-1] = {"first_words": lambda text: " ".join(text.split()[:3])}
report = summbench.compare(baseline, summbench.evaluate(models, {"local_news": articles}, limit=4))
print(f"verdict: {report.verdict}")
pd.DataFrame(
    {"model": v.model, "metric": v.metric, "verdict": v.verdict} for v in report.metric_verdicts
)

# %% [markdown]
# ## Score summaries that you have
#
# Lists in, a run out.

# %%
scored = summbench.score(
    {
        "ours": ["The dam held.", "Forty people were rescued from a ferry."],
        "theirs": ["It rained.", "A ferry ran aground off Holm."],
    },
    references=["The dam at Torvik held.", "Forty people were rescued unhurt from a ferry."],
)
print(scored.verdict)
scored.leaderboard
