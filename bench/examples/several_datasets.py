# %% [markdown]
# # Several datasets, and what a mean hides
#
# One board over two datasets, results by a group of articles, and the number of articles that a
# difference needs. No network, no weights, a few seconds.

# %%
import summbench

models = ["lead1", "lead3", "textrank", "oracle"]
run = summbench.evaluate(models, ["newsdesk", "newsdesk_brief"], limit=25)
print(run.verdict.splitlines()[0])
run.board.to_pandas()[["model", "mean", "low", "high", "rank_low", "rank_high"]]

# %% [markdown]
# Each dataset counts the same. A test over both asks about other articles of these datasets, and
# `p_datasets` about other datasets: with two it cannot be small.

# %%
pairs = run.board_comparisons.to_pandas()
print("pairs over both datasets:", len(pairs))
pairs[["a", "b", "difference", "p_adjusted", "p_datasets", "opposed"]]

# %% [markdown]
# ## Groups of articles
#
# A column called `group` shows the primary metric by group as well. In these stories the lead is
# all in news, and nothing in features.

# %%
news = ["The dam held.", "The port is shut.", "Bread is dearer.", "Trams stop.", "Vik won the cup."]
features = ["Her violin was found.", "He rowed to France.", "The mine had closed."]
padding = "It had been a long night. Few people knew of it."
stories = [
    {"id": text, "document": f"{text} {padding}", "references": text, "group": "news"}
    for text in news
] + [
    {"id": text, "document": f"{padding} {text}", "references": text, "group": "feature"}
    for text in features
]
last = {"last": lambda text: text.split(". ")[-1]}
grouped = summbench.evaluate(["lead1", last], {"stories": stories}, metrics="rouge")
slices = grouped.slices.to_pandas()
print("groups:", sorted(set(slices["group"])))
slices[["group", "model", "mean", "n"]]

# %% [markdown]
# ## How many articles?
#
# The spread of the differences in this run says how many articles show a difference of one point.

# %%
[plan, _] = summbench.plan(run, effect=0.01)
print("articles for one point:", plan.articles)
plan
