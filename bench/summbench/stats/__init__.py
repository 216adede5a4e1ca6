"""Intervals, and later tests and ranks; arrays in, records out."""
