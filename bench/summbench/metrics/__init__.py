"""Scores: a class with `columns`, `signature` and `score`, and a YAML in configs/metric/."""
