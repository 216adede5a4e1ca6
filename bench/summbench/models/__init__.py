"""Summarisers: a class with `summarise` and a YAML in configs/model/ make one."""
