"""Cells to a table: estimates, comparisons, ranks, and what went wrong."""
