"""Seeded operators that perturb an article, with the edits that restore it."""
