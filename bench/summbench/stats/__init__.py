"""Intervals, paired tests, ranks, power and correlations: arrays in, records out."""
