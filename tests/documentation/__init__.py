"""The documentation: which files it is, what is generated in them, and how it is measured."""
