"""Whether a model predicts the same, however it is run: a sample of a run, predicted again."""
