"""Seams: what is computed again, and what is found."""
