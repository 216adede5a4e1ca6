"""The history of a project: each version against the pinned release on the same articles."""
